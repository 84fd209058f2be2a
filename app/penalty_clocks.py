"""What the acts of a penalty do to its clocks: filing, decision, hearing, service, taking down.

They are called after the round whose violation is punished: a case that was opened again can have
two records under way at once, each with its own deadlines.
"""

from app.enforcement.events import (
    FindingSet,
    NoPenaltyDecided,
    PenaltyDecided,
    PenaltyFiled,
    PenaltyNotified,
    PenaltyRevoked,
)
from app.enforcement.rounds import SUBJECT, OfRound
from app.sla import service as sla
from app.sla.kinds import ClockKind


def start_filing(event: FindingSet) -> None:
    """Start the clock of a measure where a violation is ours to punish."""
    if event.starts_filing:
        sla.start(event.case_id, ClockKind.FILING, event.now, actor=event.by, subject=event.subject)


def follow_filing(event: PenaltyFiled) -> None:
    """End the filing clock; a filing starts the one of its decision.

    What an earlier round left without a measure is the same violation going on: it is taken in.
    """
    for turn in range(1, event.round + 1):
        sla.stop(
            event.case_id, ClockKind.FILING, event.now, at=event.at, actor=event.by,
            subject=f"{SUBJECT}{turn}",
        )  # fmt: skip
    if event.measure == "filing":
        sla.start(
            event.case_id, ClockKind.DECISION, event.now, actor=event.by, subject=event.subject
        )


def start_hearing(event: PenaltyNotified) -> None:
    """Start the days in which the party may ask for a hearing, where it was offered one.

    Those of a notice that was replaced count nowhere.
    """
    if event.again:
        _void(event, ClockKind.HEARING, "told anew")
    if event.hearing:
        sla.start(event.case_id, ClockKind.HEARING, event.at, actor=event.by, subject=event.subject)


def follow_decision(event: PenaltyDecided) -> None:
    """End the clock of the decision; from its day on it is to be served, if not on the spot."""
    for kind in (ClockKind.DECISION, ClockKind.HEARING):
        sla.stop(event.case_id, kind, event.now, at=event.at, actor=event.by, subject=event.subject)
    _void(event, ClockKind.SERVE, "decided anew")
    if not event.on_spot:
        sla.start(event.case_id, ClockKind.SERVE, event.at, actor=event.by, subject=event.subject)


def follow_revocation(event: PenaltyRevoked) -> None:
    """Nothing is left to be served; what was published is to be taken down in three days."""
    _void(event, ClockKind.SERVE, "revoked")
    if event.published:
        sla.start(
            event.case_id, ClockKind.WITHDRAW_PUBLICATION, event.now, actor=event.by,
            subject=event.subject,
        )  # fmt: skip


def follow_no_penalty(event: NoPenaltyDecided) -> None:
    """No penalty by law: nothing more is due (the rate excludes the case and lists it)."""
    for kind in (ClockKind.FILING, ClockKind.DECISION, ClockKind.HEARING):
        sla.stop(event.case_id, kind, event.now, actor=event.by, subject=event.subject)


def _void(event: OfRound, kind: ClockKind, reason: str) -> None:
    sla.void(
        event.case_id, kind, event.now, actor=event.by, reason=reason, subject=event.subject
    )  # fmt: skip
