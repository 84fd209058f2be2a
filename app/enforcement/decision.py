"""Decide, with the fine read back from whole fen; revoke with a reason."""

from dataclasses import dataclass
from datetime import date, datetime

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.clock import local
from app.core.db import db
from app.core.errors import Invalid
from app.core.events import announce
from app.enforcement import hearing, records, rules
from app.enforcement.events import PenaltyDecided, PenaltyRevoked
from app.enforcement.models import Penalty
from app.enforcement.workflow import Measure, PenaltyKind, PenaltyState


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionData:
    """A decision: the fine in fen (0 where there is none), kinds of penalty, document number.

    `heard`: somebody answers for it that the party waived its right, or was heard.
    """

    amount_fen: int | None
    document_no: str
    kinds: tuple[PenaltyKind, ...]
    decided_on: date | None = None
    published: bool = False
    heard: bool = False


def decide(
    case_id: int, data: DecisionData, *, by: Actor, now: datetime, turn: int | None = None
) -> None:
    """Record the decision after legal review, or the changed one after a review in court.

    Raises NotFound, Invalid (amount, document number, kinds, hearing), Stale (not reviewed yet).
    """
    row = records.get(case_id, turn)
    check(data, now=now)
    check_hearing(case_id, data, now=now, turn=turn)
    changed = row.state is PenaltyState.IN_REVIEW
    new = PenaltyState.CHANGED if changed else PenaltyState.DECIDED
    records.move(row, new, by=by, now=now)
    write(row, data, by=by, now=now)


def check(data: DecisionData | None, *, now: datetime) -> None:
    """Refuse a decision that lacks something. Raises Invalid."""
    if data is None:
        raise Invalid("amount_missing", field="amount")
    amount_of(data.kinds, data.amount_fen)
    if not data.document_no.strip():
        raise Invalid("document_no_missing", field="document_no")
    if data.decided_on is not None and data.decided_on > local(now).date():
        raise Invalid("date_in_future", field="decided_on")


def amount_of(kinds: tuple[PenaltyKind, ...], amount_fen: int | None) -> int:
    """Return the fine in fen that goes with kinds of penalty. Raises Invalid."""
    if amount_fen is None or amount_fen < 0:
        raise Invalid("amount_missing", field="amount")
    if amount_fen > rules.MAX_AMOUNT_FEN:
        raise Invalid("amount_too_big", field="amount")
    if not kinds:
        raise Invalid("kinds_missing", field="kinds")
    if (PenaltyKind.FINE in kinds) != (amount_fen > 0):
        raise Invalid("fine_and_amount", field="amount")
    return amount_fen


def check_hearing(
    case_id: int, data: DecisionData, *, now: datetime, turn: int | None = None
) -> None:
    """Refuse a decision that would pass over a hearing. Raises NotFound, Invalid."""
    row = records.get(case_id, turn)
    day = data.decided_on or local(now).date()
    hearing.must_be_over(row, data.kinds, data.amount_fen or 0, on=day, heard=data.heard)


def write(row: Penalty, data: DecisionData, *, by: Actor, now: datetime) -> None:
    """Write a checked decision on its record and announce it."""
    assert data.amount_fen is not None
    today = local(now).date()
    row.amount_fen, row.document_no = data.amount_fen, data.document_no.strip()
    row.kinds, row.published = [str(kind) for kind in data.kinds], data.published
    day = data.decided_on
    row.decided_at = now if day is None or day == today else records.end_of(day)
    row.served_at = row.served_way = None
    records.flush_unique("document_no_used", "document_no")
    audit.record(
        actor=by.key,
        action="penalty.decided",
        subject=f"penalty:{row.id}",
        now=now,
        detail={
            "amount_fen": data.amount_fen,
            "document_no": row.document_no,
            "heard": data.heard,
        },
    )
    announce(
        PenaltyDecided(
            case_id=row.case_id,
            round=row.round,
            amount_fen=data.amount_fen,
            at=row.decided_at,
            by=by.key,
            now=now,
            on_spot=row.measure is Measure.ON_SPOT,
        )
    )


def revoke(case_id: int, *, reason: str, by: Actor, now: datetime, turn: int | None = None) -> None:
    """Revoke a decision with its reason; rewards paid on it are looked at again."""
    row = records.get(case_id, turn)
    if not reason.strip():
        raise Invalid("reason_missing", field="reason")
    records.move(row, PenaltyState.REVOKED, by=by, now=now, note=reason)
    row.revoked_at = now
    db.session.flush()
    announce(
        PenaltyRevoked(
            case_id=case_id, round=row.round, by=by.key, now=now, reason=reason.strip(),
            published=row.published,
        )
    )  # fmt: skip
