"""Read the five rates: figures by area and time, from tallies where they answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, select

from app.core.db import db
from app.rates import RATES, tally
from app.rates.definition import Period, Rate
from app.rates.records import Record, every, how_many, records, stream
from app.rates.rules import Figure
from app.rates.scope import EVERYTHING, Group, Part, Scope, scoped, sums

__all__ = [
    "EVERYTHING", "NOTHING", "WEEKS", "Group", "Part", "RateRow", "Record", "Scope", "by_group",
    "every", "figure", "five", "how_many", "records", "stream", "trend", "weeks_before",
]  # fmt: skip

NOTHING = Figure(top=0, bottom=0)
WEEKS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One rate as the supervisor sees it: the figure, the one before, twelve weeks of it."""

    rate: Rate
    figure: Figure
    before: Figure
    weeks: tuple[Figure, ...]


def _made(row: Any) -> Figure:
    top, bottom, excluded = row[-3:]
    return Figure(top=int(top), bottom=int(bottom), excluded=int(excluded))


def _sum(figures: Iterable[Figure]) -> Figure:
    found = list(figures)
    return Figure(
        top=sum(one.top for one in found),
        bottom=sum(one.bottom for one in found),
        excluded=sum(one.excluded for one in found),
    )


def figure(rate: Rate, period: Period, *, now: datetime, scope: Scope = EVERYTHING) -> Figure:
    """Return one rate of a period and scope."""
    tallied = tally.by_township(rate, period, now=now, scope=scope) if rate in RATES else None
    if tallied is not None:
        return _sum(tallied.values())
    return _made(db.session.execute(select(*sums(scoped(rate, period, scope, now)))).one())


def by_group(
    rate: Rate, period: Period, group: Group, *, now: datetime, scope: Scope = EVERYTHING
) -> dict[Any, Figure]:
    """Return one rate broken down by area, unit, person, category, channel or urgency."""
    if group is Group.TOWNSHIP and rate in RATES:
        tallied = tally.by_township(rate, period, now=now, scope=scope)
        if tallied is not None:
            return tallied
    rows = scoped(rate, period, scope, now)
    key = rows.c[group.value]
    return {
        row[0]: _made(row) for row in db.session.execute(select(key, *sums(rows)).group_by(key))
    }


def weeks_before(end: datetime, count: int = WEEKS) -> list[Period]:
    """Return the last `count` weeks that end at `end`, oldest first."""
    week = timedelta(days=7)
    return [Period(start=end - week * (n + 1), end=end - week * n) for n in reversed(range(count))]


def trend(
    rate: Rate, end: datetime, *, now: datetime, scope: Scope = EVERYTHING
) -> tuple[Figure, ...]:
    """Return the weekly figures before `end`, in one statement."""
    weeks = weeks_before(end)
    rows = scoped(rate, Period(start=weeks[0].start, end=weeks[-1].end), scope, now)
    at = rows.c.counted_at
    number = case(
        *((and_(at >= week.start, at < week.end), index) for index, week in enumerate(weeks)),
        else_=-1,
    ).label("week")
    found = {
        row[0]: _made(row)
        for row in db.session.execute(select(number, *sums(rows)).group_by(number))
    }
    return tuple(found.get(index, NOTHING) for index in range(len(weeks)))


def five(
    period: Period, *, now: datetime, scope: Scope = EVERYTHING, with_weeks: bool = True
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
