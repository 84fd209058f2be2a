"""Read call-backs; no reporter in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Executable, select

from app.cases.models import Case
from app.core.clock import local
from app.core.db import db
from app.core.errors import NotFound
from app.feedback.models import Call, CallBack
from app.feedback.rules_calls import CallOutcome, CallReason, CallState


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One call; `outcome` is None while it is under way."""

    staff_id: int
    at: datetime
    outcome: CallOutcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackView:
    """A call-back with the public number and place of its case, and its calls so far."""

    id: int
    report_id: int
    case_id: int
    number: str
    place_words: str
    category: str
    township_code: str | None
    closed_at: datetime | None
    reason: CallReason
    state: CallState
    opened_at: datetime
    ended_at: datetime | None
    words: str
    calls: tuple[CallView, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which somebody called in vain."""
        vain = {local(call.at).date() for call in self.calls if call.outcome is not None}
        return tuple(sorted(vain))

    def under_way(self, staff_id: int) -> bool:
        """Say whether this person has called and not yet said what it brought."""
        return any(call.outcome is None and call.staff_id == staff_id for call in self.calls)


ROWS = select(
    CallBack, Case.number, Case.place_words, Case.category, Case.township_code, Case.closed_at
).join(Case, Case.id == CallBack.case_id)


def waiting(*, limit: int = 200) -> list[CallBackView]:
    """Return who is to be called, the longest waiting first."""
    wanted = ROWS.where(CallBack.state == CallState.OPEN)
    return _views(wanted.order_by(CallBack.opened_at, CallBack.id).limit(limit))


def ended(*, limit: int = 50) -> list[CallBackView]:
    """Return the call-backs that are over, the latest first."""
    wanted = ROWS.where(CallBack.state != CallState.OPEN)
    return _views(wanted.order_by(CallBack.ended_at.desc(), CallBack.id.desc()).limit(limit))


def call_back(call_back_id: int) -> CallBackView:
    """Return one call-back. Raises NotFound."""
    found = _views(ROWS.where(CallBack.id == call_back_id))
    if not found:
        raise NotFound("no_such_call")
    return found[0]


def _views(statement: Executable) -> list[CallBackView]:
    rows = db.session.execute(statement).all()
    calls = _calls([row.id for row, *_ in rows])
    return [
        CallBackView(
            id=row.id,
            report_id=row.report_id,
            case_id=row.case_id,
            number=number,
            place_words=place_words,
            category=category,
            township_code=township_code,
            closed_at=closed_at,
            reason=row.reason,
            state=row.state,
            opened_at=row.opened_at,
            ended_at=row.ended_at,
            words=row.words,
            calls=tuple(calls.get(row.id, ())),
        )
        for row, number, place_words, category, township_code, closed_at in rows
    ]


def _calls(ids: Collection[int]) -> dict[int, list[CallView]]:
    found: dict[int, list[CallView]] = {}
    rows = select(Call).where(Call.call_back_id.in_(ids)).order_by(Call.id)
    for row in db.session.scalars(rows) if ids else ():
        seen = CallView(staff_id=row.staff_id, at=row.at, outcome=row.outcome)
        found.setdefault(row.call_back_id, []).append(seen)
    return found
