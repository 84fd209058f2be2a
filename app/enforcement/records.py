"""The record of a penalty: find it, move it, write its steps."""

from datetime import date, datetime

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.clock import LOCAL
from app.core.db import claim, db
from app.core.errors import Invalid, NotFound, Stale
from app.enforcement import workflow
from app.enforcement.models import Finding, Penalty, PenaltyNotice, PenaltyStep
from app.enforcement.workflow import VERIFIED, PenaltyState


def existing(case_id: int, turn: int | None = None) -> Penalty | None:
    """Return the record of a round, the newest of the case where none is named."""
    rows = select(Penalty).where(Penalty.case_id == case_id)
    if turn is not None:
        rows = rows.where(Penalty.round == turn)
    return db.session.scalar(rows.order_by(Penalty.round.desc()).limit(1))


def waiting(case_id: int) -> int | None:
    """Return the newest round with a violation that is ours to punish and has no measure yet.

    A later round's measure takes in what an earlier one left.
    """
    later = aliased(Penalty)
    taken_in = exists().where(later.case_id == Finding.case_id, later.round > Finding.round)
    return db.session.scalar(
        select(func.max(Finding.round))
        .outerjoin(
            Penalty, and_(Penalty.case_id == Finding.case_id, Penalty.round == Finding.round)
        )
        .where(
            Finding.case_id == case_id, Finding.set_at.is_not(None),
            Finding.kind.in_(sorted(VERIFIED)), Finding.punishable, Finding.our_jurisdiction,
            or_(Penalty.id.is_(None), Penalty.state == PenaltyState.NOT_FILED), ~taken_in,
        )
    )  # fmt: skip


def end_of(day: date) -> datetime:
    """Return the last second of a day of the county."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LOCAL)


def get(case_id: int, turn: int | None = None) -> Penalty:
    """Return the record of a round, the newest where none is named. Raises NotFound."""
    row = existing(case_id, turn)
    if row is None:
        raise NotFound("no_such_penalty")
    return row


def notice_of(row: Penalty) -> PenaltyNotice | None:
    """Return the notice that counts; None before the first, and where an older version told it."""
    told = select(PenaltyNotice).where(PenaltyNotice.penalty_id == row.id)
    return db.session.scalar(told.order_by(PenaltyNotice.seq.desc()).limit(1))


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
