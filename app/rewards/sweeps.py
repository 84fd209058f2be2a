"""What runs by the clock: reminders and the end of claim windows, batch by batch."""

from datetime import datetime

from sqlalchemy import exists, or_, select, update

from app.core import clock
from app.core.db import claim, db
from app.core.errors import Stale
from app.core.events import announce
from app.rewards import assessing, claiming, ledger, moves, paying, queries
from app.rewards.events import ClaimReminder
from app.rewards.models import Appeal, Award
from app.rewards.states import NOTHING_ADDED, State, Step

BATCH = 200


def lapse_batch(*, now: datetime, limit: int = BATCH) -> int:
    """End awards whose claim window is over; return how many (0: nothing is due)."""
    due = db.session.scalars(
        select(Award)
        .where(Award.state == State.NOTIFIED, Award.claim_due_at < now)
        .order_by(Award.claim_due_at).limit(limit)
    ).all()  # fmt: skip
    return sum(_lapse(award, now=now) for award in due)


def _lapse(award: Award, *, now: datetime) -> int:
    """Count 1 for an award that ended now; somebody else may have been quicker."""
    try:
        claiming.lapse(award, now=now)
    except Stale:
        return 0
    return 1


def drop_batch(*, now: datetime, limit: int = BATCH) -> int:
    """Close awards of 0 fen that older versions made beside earlier ones; return how many.

    Nobody can propose them, so their notice would be late for ever. Until it is due a person may
    still state what gives them a worth; an objection is answered by a person.
    """
    found = db.session.scalars(
        select(Award)
        .where(
            Award.state == State.ASSESSED, Award.amount_fen == 0, Award.notify_by < now,
            or_(Award.stage == assessing.REST, Award.earlier_fen > 0),
            ~exists().where(Appeal.award_id == Award.id),
        )
        .order_by(Award.id).limit(limit)
    ).all()  # fmt: skip
    return sum(_drop(award, now=now) for award in found)


def _drop(award: Award, *, now: datetime) -> int:
    """Count 1 for an award that was closed now; somebody else may have been quicker."""
    try:
        moves.take(award, Step.DROP, by="system", now=now, where=(Award.amount_fen == 0,),
                   values={"excluded": NOTHING_ADDED, "ended_at": now},
                   detail={"reason": NOTHING_ADDED})  # fmt: skip
    except Stale:
        return 0
    return 1


def remind_batch(*, now: datetime, limit: int = BATCH) -> int:
    """Announce reminders that are due (30, 10, 3 days before the end); return how many."""
    due = db.session.scalars(
        select(Award)
        .where(Award.state == State.NOTIFIED, Award.next_reminder_at <= now)
        .order_by(Award.next_reminder_at).limit(limit)
    ).all()  # fmt: skip
    return sum(_remind(award, now=now) for award in due)


def _remind(award: Award, *, now: datetime) -> int:
    seen, end = award.next_reminder_at, award.claim_due_at
    assert end is not None
    won = claim(
        update(Award)
        .where(Award.id == award.id, Award.next_reminder_at == seen, Award.state == State.NOTIFIED)
        .values(next_reminder_at=claiming.reminder(end, now))
    )
    if won and end > now:
        announce(
            ClaimReminder(award_id=award.id, report_id=award.report_id,
                          days_left=(end - now).days, due_at=end, now=now)
        )  # fmt: skip
    return int(won)


def close_batch(*, now: datetime) -> int:
    """Let void approvals fall and write the close of the day, once a day; return 1 when it did."""
    last = queries.last_close()
    if last is not None and clock.local(last[0]).date() >= clock.local(now).date():
        return 0
    paying.drop_all_void(now=now)
    ledger.close_day(by="system", now=now)
    return 1
