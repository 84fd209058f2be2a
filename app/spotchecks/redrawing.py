"""Draw a month again: one asks and says why, somebody else draws anew or refuses.

A draw whose results are known could be drawn away; so it takes two, as exclusions do.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.core.reasons import reason_of
from app.spotchecks import queries
from app.spotchecks.drawing import draw_anew
from app.spotchecks.kinds import RedrawState
from app.spotchecks.models import SpotRedraw


@dataclass(frozen=True, slots=True, kw_only=True)
class RedrawView:
    """A wish that waits: of which month, why, and who asked."""

    id: int
    month: str
    reason: str
    asked_by: int
    asked_at: datetime


def waiting(month: str | None = None) -> list[RedrawView]:
    """Return the wishes that wait, of one month where given, the oldest first."""
    wanted = [SpotRedraw.state == RedrawState.ASKED]
    if month is not None:
        wanted.append(SpotRedraw.month == month)
    rows = db.session.scalars(select(SpotRedraw).where(*wanted).order_by(SpotRedraw.id))
    return [
        RedrawView(
            id=row.id, month=row.month, reason=row.reason, asked_by=row.asked_by,
            asked_at=row.asked_at,
        )
        for row in rows
    ]  # fmt: skip


def ask_again(month: str, *, reason: str, by: Actor, now: datetime) -> int:
    """Ask for another draw of a month; nothing is drawn yet. Return the wish's id.

    Raises Invalid (never drawn, no reason), Stale where somebody asked already.
    """
    if queries.last_of(month) is None:
        raise Invalid("redraw_not_drawn", month=month)
    reason_of(reason, "reason_missing")
    row = SpotRedraw(
        month=month, reason=reason.strip(), state=RedrawState.ASKED, asked_by=by.staff_id,
        asked_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Stale("redraw_asked", month=month) from None
    redraw_id = row.id
    _note("spot.redraw_asked", month, by=by, now=now, redraw=redraw_id, reason=reason.strip())
    return redraw_id


def decide_again(
    redraw_id: int, *, approve: bool, answer: str, by: Actor, now: datetime
) -> int | None:
    """Draw the month again as somebody else asked, or refuse with a reason; return the sample's id.

    Who asked may take the wish back, and never draws. Raises NotFound, Forbidden, Invalid, Stale.
    """
    row = db.session.get(SpotRedraw, redraw_id)
    if row is None:
        raise NotFound("no_such_redraw")
    month, reason = row.month, row.reason
    if approve and by.is_same_person(accounts.get(row.asked_by)):
        raise Forbidden("second_person")
    if not approve:
        reason_of(answer, "reason_missing", field="answer")
    won = claim(
        update(SpotRedraw)
        .where(SpotRedraw.id == redraw_id, SpotRedraw.state == RedrawState.ASKED)
        .values(
            state=RedrawState.DRAWN if approve else RedrawState.REFUSED, decided_by=by.staff_id,
            decided_at=now, answer=answer.strip(),
        )
    )  # fmt: skip
    if not won:
        raise Stale("already_decided")
    _note(
        "spot.redraw_decided", month, by=by, now=now, redraw=redraw_id, approve=approve,
        answer=answer.strip(),
    )  # fmt: skip
    if not approve:
        return None
    sample_id = draw_anew(month, reason=reason, by=by, now=now)
    db.session.execute(
        update(SpotRedraw).where(SpotRedraw.id == redraw_id).values(sample_id=sample_id)
    )
    return sample_id


def _note(action: str, month: str, *, by: Actor, now: datetime, **detail: object) -> None:
    audit.record(
        actor=by.key, action=action, subject=f"sample:{month}", now=now, detail=detail
    )  # fmt: skip
