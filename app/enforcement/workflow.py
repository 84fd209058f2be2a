"""States of a penalty and where each may lead (domain.md §5, enforcement); pure."""

from enum import StrEnum


class FindingKind(StrEnum):
    """What the check found; the first three count as verified (domain.md §6)."""

    TRUE = "true"
    PARTLY = "partly"
    MOSTLY = "mostly"
    UNTRUE = "untrue"
    UNVERIFIABLE = "unverifiable"


VERIFIED = frozenset({FindingKind.TRUE, FindingKind.PARTLY, FindingKind.MOSTLY})


class Measure(StrEnum):
    """What counts for the penalty rate (decision 4); an order to correct alone does not."""

    FILING = "filing"
    ON_SPOT = "on_spot"
    CORRECT_AND_SEAL = "correct_and_seal"
    TRANSFER = "transfer"


class PenaltyKind(StrEnum):
    """Kinds of penalty (行政处罚法 9)."""

    WARNING = "warning"
    FINE = "fine"
    CONFISCATION = "confiscation"
    SHUTDOWN = "shutdown"
    LICENCE = "licence"
    DETENTION = "detention"


class Consequence(StrEnum):
    """What courts and police add, as a rule set for rewards reads it (domain.md §7)."""

    DETENTION = "detention"
    ARREST = "arrest"
    VERDICT = "verdict"
    SEAL = "seal"


class ServiceWay(StrEnum):
    """How a decision reached the party (行政处罚法 61, 民事诉讼法 88–95)."""

    DIRECT = "direct"
    LEFT = "left"
    MAIL = "mail"
    ENTRUSTED = "entrusted"
    ELECTRONIC = "electronic"
    ANNOUNCED = "announced"


class PenaltyState(StrEnum):
    """How far an enforcement case is."""

    FILED = "filed"
    INVESTIGATED = "investigated"
    LEGAL_REVIEWED = "legal_reviewed"
    NOTIFIED = "notified"
    DECIDED = "decided"
    SERVED = "served"
    EXECUTED = "executed"
    ARCHIVED = "archived"
    NOT_FILED = "not_filed"
    NO_PENALTY = "no_penalty"
    TRANSFERRED = "transferred"
    IN_REVIEW = "in_review"
    REVOKED = "revoked"
    CHANGED = "changed"


P = PenaltyState
START: dict[Measure, PenaltyState] = {
    Measure.FILING: P.FILED,
    Measure.ON_SPOT: P.DECIDED,
    Measure.CORRECT_AND_SEAL: P.NOT_FILED,
    Measure.TRANSFER: P.TRANSFERRED,
}
NEXT: dict[PenaltyState, tuple[PenaltyState, ...]] = {
    P.FILED: (P.INVESTIGATED, P.TRANSFERRED),
    P.INVESTIGATED: (P.LEGAL_REVIEWED, P.FILED),
    P.LEGAL_REVIEWED: (P.NOTIFIED, P.NO_PENALTY, P.TRANSFERRED),
    P.NOTIFIED: (P.DECIDED, P.NO_PENALTY, P.NOTIFIED),  # a second notice replaces a wrong one
    P.DECIDED: (P.SERVED, P.IN_REVIEW, P.REVOKED),
    P.SERVED: (P.EXECUTED, P.IN_REVIEW, P.REVOKED),
    P.EXECUTED: (P.ARCHIVED, P.IN_REVIEW, P.REVOKED),
    P.IN_REVIEW: (P.SERVED, P.CHANGED, P.REVOKED),
    P.CHANGED: (P.SERVED, P.EXECUTED),
    P.NOT_FILED: (P.FILED,),
    P.TRANSFERRED: (P.ARCHIVED,),
    P.NO_PENALTY: (P.ARCHIVED,),
    P.REVOKED: (P.ARCHIVED,),
    P.ARCHIVED: (),
}
REVIEWED_BY_ANOTHER = frozenset({P.LEGAL_REVIEWED})
"""Steps of 法制审核: never by the person who filed or put the facts together."""

BY_DECISION = frozenset({P.DECIDED, P.CHANGED})
"""States that only a decision with its amount and document leads to."""


def may_follow(old: PenaltyState, new: PenaltyState) -> bool:
    """Say whether an enforcement case may go from one state to another."""
    return new in NEXT[old]


def plain_steps(state: PenaltyState) -> tuple[PenaltyState, ...]:
    """Return where it may go without a decision, a notice or a revocation."""
    special = BY_DECISION | REVIEWED_BY_ANOTHER | {P.REVOKED, P.FILED, P.NOTIFIED}
    return tuple(new for new in NEXT[state] if new not in special)
