"""Read the five rates: figures by area and time, and exactly the cases behind each number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select

from app.cases.models import Case
from app.core.db import db
from app.core.paging import Page
from app.rates import RATES
from app.rates.definition import Period, Rate
from app.rates.rules import Figure

NOTHING = Figure(top=0, bottom=0)
WEEKS = 12


class Part(StrEnum):
    """Which records of a rate a list shows."""

    TOP = "top"
    BOTTOM = "bottom"
    MISSED = "missed"
    EXCLUDED = "excluded"


class Group(StrEnum):
    """By what a figure is broken down."""

    TOWNSHIP = "township_code"
    UNIT = "unit_code"
    GRID = "grid_code"
    STAFF = "staff_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose records count: all by default, else one township, grid or person."""

    township_code: str | None = None
    grid_code: str | None = None
    staff_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One rate as the supervisor sees it: the figure, the one before, twelve weeks of it."""

    rate: Rate
    figure: Figure
    before: Figure
    weeks: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record behind a number."""

    case_number: str
    case_id: int
    report_id: int | None
    category: str
    place_words: str
    township_code: str | None
    unit_code: str
    due_at: datetime
    done_at: datetime | None
    good: bool
    excluded: str | None
    excluded_by: int | None


def _scoped(rate: Rate, period: Period, scope: Scope, now: datetime) -> Subquery:
    rows = rate.cohort(period, now).subquery()
    wanted = [
        rows.c[name] == value
        for name, value in (
            ("township_code", scope.township_code),
            ("grid_code", scope.grid_code),
            ("staff_id", scope.staff_id),
        )
        if value is not None
    ]
    return select(rows).where(*wanted).subquery()


def _sums(rows: Subquery) -> tuple[ColumnElement[Any], ...]:
    counted = rows.c.excluded.is_(None)
    return (
        func.coalesce(func.sum(case((and_(counted, rows.c.good == 1), 1), else_=0)), 0),
        func.coalesce(func.sum(case((counted, 1), else_=0)), 0),
        func.coalesce(func.sum(case((counted, 0), else_=1)), 0),
    )


def figure(rate: Rate, period: Period, *, now: datetime, scope: Scope | None = None) -> Figure:
    """Return one rate of a period and scope."""
    rows = _scoped(rate, period, scope or Scope(), now)
    top, bottom, excluded = db.session.execute(select(*_sums(rows))).one()
    return Figure(top=int(top), bottom=int(bottom), excluded=int(excluded))


def by_group(
    rate: Rate, period: Period, group: Group, *, now: datetime, scope: Scope | None = None
) -> dict[Any, Figure]:
    """Return one rate broken down by township, unit, grid or person."""
    rows = _scoped(rate, period, scope or Scope(), now)
    key = rows.c[group.value]
    found = db.session.execute(select(key, *_sums(rows)).group_by(key))
    return {r[0]: Figure(top=int(r[1]), bottom=int(r[2]), excluded=int(r[3])) for r in found}


def weeks_before(end: datetime, count: int = WEEKS) -> list[Period]:
    """Return the last `count` weeks that end at `end`, oldest first."""
    week = timedelta(days=7)
    return [Period(start=end - week * (n + 1), end=end - week * n) for n in reversed(range(count))]


def trend(
    rate: Rate, end: datetime, *, now: datetime, scope: Scope | None = None
) -> tuple[Figure, ...]:
    """Return the weekly figures before `end`, in one statement."""
    weeks = weeks_before(end)
    whole = Period(start=weeks[0].start, end=weeks[-1].end)
    rows = _scoped(rate, whole, scope or Scope(), now)
    if rate.key == "satisfaction":
        return tuple(figure(rate, week, now=now, scope=scope) for week in weeks)
    at = rows.c.due_at
    number = case(
        *((and_(at >= week.start, at < week.end), index) for index, week in enumerate(weeks)),
        else_=-1,
    ).label("week")
    found = {
        row[0]: Figure(top=int(row[1]), bottom=int(row[2]), excluded=int(row[3]))
        for row in db.session.execute(select(number, *_sums(rows)).group_by(number))
    }
    return tuple(found.get(index, NOTHING) for index in range(len(weeks)))


def five(
    period: Period, *, now: datetime, scope: Scope | None = None, with_weeks: bool = True
) -> list[RateRow]:
    """Return the five rates of a period beside the period of the same length before it."""
    length = period.end - period.start
    earlier = Period(start=period.start - length, end=period.start)
    return [
        RateRow(
            rate=rate,
            figure=figure(rate, period, now=now, scope=scope),
            before=figure(rate, earlier, now=now, scope=scope),
            weeks=trend(rate, period.end, now=now, scope=scope) if with_weeks else (),
        )
        for rate in RATES
    ]


def _part(rows: Subquery, part: Part) -> Sequence[ColumnElement[bool]]:
    counted = rows.c.excluded.is_(None)
    return {
        Part.TOP: (counted, rows.c.good == 1),
        Part.BOTTOM: (counted,),
        Part.MISSED: (counted, rows.c.good == 0),
        Part.EXCLUDED: (rows.c.excluded.is_not(None),),
    }[part]


def records(
    rate: Rate, period: Period, part: Part, *, now: datetime, scope: Scope | None = None,
    number: int = 1, size: int = 50,
) -> Page[Record]:  # fmt: skip
    """Return exactly the records that a number counts, the missed ones and latest due first."""
    rows = _scoped(rate, period, scope or Scope(), now)
    wanted = _part(rows, part)
    total = db.session.scalar(select(func.count()).select_from(rows).where(*wanted)) or 0
    chosen: Select[Any] = (
        select(rows, Case.number, Case.category, Case.place_words, Case.exclusion_by)
        .join(Case, Case.id == rows.c.case_id)
        .where(*wanted)
        .order_by(rows.c.good, rows.c.due_at.desc(), rows.c.case_id, rows.c.report_id)
        .limit(size)
        .offset((number - 1) * size)
    )
    found = [
        Record(
            case_number=row.number,
            case_id=row.case_id,
            report_id=row.report_id,
            category=row.category,
            place_words=row.place_words,
            township_code=row.township_code,
            unit_code=row.unit_code,
            due_at=row.due_at,
            done_at=row.done_at,
            good=bool(row.good),
            excluded=row.excluded,
            excluded_by=row.exclusion_by if row.excluded else None,
        )
        for row in db.session.execute(chosen)
    ]
    return Page(rows=found, number=number, size=size, total=total)
