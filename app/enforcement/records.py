"""The record of a penalty: find it, move it, write its steps."""

from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.clock import LOCAL
from app.core.db import claim, db
from app.core.errors import Invalid, NotFound, Stale
from app.enforcement import workflow
from app.enforcement.models import Penalty, PenaltyStep
from app.enforcement.workflow import PenaltyState


def existing(case_id: int) -> Penalty | None:
    """Return the record of a case."""
    return db.session.scalar(select(Penalty).where(Penalty.case_id == case_id))


def end_of(day: date) -> datetime:
    """Return the last second of a day of the county."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LOCAL)


def get(case_id: int) -> Penalty:
    """Return the record of a case. Raises NotFound."""
    row = existing(case_id)
    if row is None:
        raise NotFound("no_such_penalty")
    return row


def move(row: Penalty, new: PenaltyState, *, by: Actor, now: datetime, note: str = "") -> None:
    """Take a step of the table by conditional UPDATE. Raises Stale."""
    old, penalty_id = row.state, row.id
    if not workflow.may_follow(old, new):
        raise Stale("penalty_not_from_here", state=str(old))
    won = claim(
        update(Penalty).where(Penalty.id == penalty_id, Penalty.state == old).values(state=new)
    )
    if not won:
        raise Stale("penalty_changed")
    step(row, old, new, by=by, now=now, note=note)


def step(
    row: Penalty,
    old: PenaltyState | None,
    new: PenaltyState,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
) -> None:
    """Write the step down, and its audit entry."""
    count = select(func.count()).where(PenaltyStep.penalty_id == row.id)
    seq = (db.session.scalar(count) or 0) + 1
    db.session.add(
        PenaltyStep(
            penalty_id=row.id,
            seq=seq,
            from_state=old,
            to_state=new,
            staff_id=by.staff_id,
            at=now,
            note=note.strip(),
        )
    )
    db.session.flush()
    audit.record(actor=by.key, action=f"penalty.{new}", subject=f"penalty:{row.id}", now=now)


def flush_unique(key: str, field: str) -> None:
    """Flush; a number used twice is the field's fault."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Invalid(key, field=field) from error
