"""Carry a penalty through its steps; the door to findings, filing and decision.

`turn` names the round whose record is meant; None is the newest that has one.
"""

from datetime import date, datetime

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.clock import local
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Stale
from app.core.events import announce
from app.enforcement import records, workflow
from app.enforcement.afterwards import ask_hearing, serve, withdraw_publication
from app.enforcement.decision import DecisionData, decide, revoke
from app.enforcement.events import ConsequenceAdded, NoPenaltyDecided
from app.enforcement.filing import FilingData, file
from app.enforcement.findings import FindingData, propose_finding, set_finding
from app.enforcement.hearing import hearing_of
from app.enforcement.notice import NoticeData, notify
from app.enforcement.workflow import Consequence, PenaltyState

__all__ = (
    "DecisionData",
    "FilingData",
    "FindingData",
    "NoticeData",
    "add_consequence",
    "advance",
    "ask_hearing",
    "decide",
    "file",
    "hearing_of",
    "notify",
    "propose_finding",
    "revoke",
    "serve",
    "set_finding",
    "withdraw_publication",
)


def advance(
    case_id: int, new: PenaltyState, *, by: Actor, now: datetime, note: str = "",
    turn: int | None = None,
) -> None:  # fmt: skip
    """Take a step that needs no decision; legal review only by somebody who did not file.

    Raises NotFound, Forbidden, Stale (not from here), Invalid (a decision or notice is needed).
    """
    row = records.get(case_id, turn)
    if new in workflow.BY_DECISION or new is PenaltyState.REVOKED:
        raise Invalid("decision_needed", field="state")
    if new is PenaltyState.NOTIFIED:
        raise Invalid("notice_needed", field="state")
    if new is PenaltyState.SERVED and row.served_at is None:
        raise Invalid("service_needed", field="state")
    if new in workflow.REVIEWED_BY_ANOTHER and by.is_same_person(accounts.get(row.filed_by)):
        raise Forbidden("second_person")
    records.move(row, new, by=by, now=now, note=note)
    if new is PenaltyState.NO_PENALTY:
        announce(NoPenaltyDecided(case_id=case_id, round=row.round, by=by.key, now=now))


def add_consequence(
    case_id: int, kind: Consequence, *, on: date, by: Actor, now: datetime, turn: int | None = None
) -> None:
    """Add detention, arrest, verdict or a seal to the record, each once."""
    row = records.get(case_id, turn)
    if on > local(now).date():
        raise Invalid("date_in_future", field="on")
    if str(kind) in row.events:
        raise Stale("already_recorded")
    row.events = {**row.events, str(kind): on.isoformat()}
    db.session.flush()
    audit.record(actor=by.key, action=f"penalty.{kind}", subject=f"penalty:{row.id}", now=now)
    announce(
        ConsequenceAdded(
            case_id=case_id, round=row.round, kind=str(kind), at=records.end_of(on), by=by.key,
            now=now,
        )
    )  # fmt: skip
