"""Means beside the rates: minutes to arrival, working days to closure, pauses, grades."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.cases.models import Case
from app.core.db import db
from app.fieldwork.models import CheckIn, Task
from app.rates.definition import Period
from app.rates.scope import EVERYTHING, Scope
from app.sla.kinds import ClockKind, ClockState
from app.sla.models import Clock
from app.worktime import queries as worktime
from app.worktime.rules import Unit
from app.worktime.rules_spent import between

DAY = 86_400
COLUMNS = {
    "township_code": Clock.township_code, "grid_code": Clock.grid_code, "staff_id": Clock.staff_id,
    "unit_code": Clock.unit_code, "urgency": Clock.urgency, "category": Case.category,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean over `count` records; None where there is none."""

    value: float | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """How many visits of a period were checked in by which grade, and how many offline."""

    grades: dict[str, int]
    offline: int


def _stopped(
    kind: ClockKind, period: Period, now: datetime, scope: Scope
) -> list[tuple[datetime, datetime]]:
    found = db.session.execute(
        select(Clock.started_at, Clock.stopped_at)
        .join(Case, Case.id == Clock.case_id)
        .where(
            Clock.kind == kind, Clock.state == ClockState.STOPPED, Clock.due_at >= period.start,
            Clock.due_at < period.end, Clock.due_at < now, *_wanted(scope),
        )
    )  # fmt: skip
    return [(start, stop) for start, stop in found if stop is not None]


def _wanted(scope: Scope) -> list[ColumnElement[bool]]:
    return [COLUMNS[name] == value for name, value in scope.wanted if name in COLUMNS]


def minutes_to_arrival(period: Period, *, now: datetime, scope: Scope = EVERYTHING) -> Mean:
    """Return the mean minutes from dispatch to check-in of the visits due in the period."""
    spans = [
        (stop - start).total_seconds() / 60
        for start, stop in _stopped(ClockKind.ARRIVE, period, now, scope)
    ]
    return Mean(value=sum(spans) / len(spans) if spans else None, count=len(spans))


def days_to_closure(period: Period, *, now: datetime, scope: Scope = EVERYTHING) -> Mean:
    """Return the mean working days from acceptance to the passed check, pauses included."""
    calendar = worktime.calendar(now=now)
    spans = [
        between(start, stop, Unit.WD, calendar) / DAY
        for start, stop in _stopped(ClockKind.CLOSURE, period, now, scope)
    ]
    return Mean(value=sum(spans) / len(spans) if spans else None, count=len(spans))


def paused(kind: ClockKind, *, scope: Scope = EVERYTHING) -> int:
    """Return how many clocks of a kind are paused now, and so due nowhere."""
    found = db.session.scalar(
        select(func.count())
        .select_from(Clock)
        .join(Case, Case.id == Clock.case_id)
        .where(Clock.kind == kind, Clock.state == ClockState.PAUSED, *_wanted(scope))
    )
    return found or 0


def arrivals(period: Period, *, now: datetime, scope: Scope = EVERYTHING) -> Arrivals:
    """Return the grades of the check-ins of the period and the share made offline."""
    rows = db.session.execute(
        select(CheckIn.grade, CheckIn.offline, func.count())
        .join(Task, Task.id == CheckIn.task_id)
        .join(Case, Case.id == Task.case_id)
        .where(
            CheckIn.at >= period.start, CheckIn.at < period.end, CheckIn.at < now,
            *_of_case(scope),
        )
        .group_by(CheckIn.grade, CheckIn.offline)
    ).all()  # fmt: skip
    grades: dict[str, int] = {}
    for grade, _offline, number in rows:
        grades[str(grade)] = grades.get(str(grade), 0) + number
    return Arrivals(grades=grades, offline=sum(row[2] for row in rows if row[1]))


def _of_case(scope: Scope) -> list[ColumnElement[bool]]:
    columns = {
        "township_code": Case.township_code, "grid_code": Case.grid_code,
        "staff_id": CheckIn.staff_id, "unit_code": Task.unit_code, "urgency": Case.urgency,
        "category": Case.category,
    }  # fmt: skip
    return [columns[name] == value for name, value in scope.wanted if name in columns]
