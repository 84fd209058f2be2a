"""Tallies of whole county days by township: a copy of a raw count, never an opinion of its own.

`refresh` counts the marked days anew; until then, and for the day that still runs, `by_township`
counts their rows, so a figure is right at every moment.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Table, delete, func, insert, select

from app.core.clock import LOCAL, local
from app.core.db import db
from app.rates import BY_KEY
from app.rates.definition import Period, Rate
from app.rates.models import Changed, Tally
from app.rates.rules import Figure
from app.rates.scope import EVERYTHING, Scope, scoped, sums

TALLIES: Table = Tally.__table__  # type: ignore[assignment]
ONE_DAY = timedelta(days=1)
BATCH = 20
"""How many marked days one transaction counts anew."""

MOST_RAW = 40
"""With more marked days than this in a period, its rows are counted as a whole."""


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days `first` to `last` (excluded) of a period that are over."""

    first: date
    last: date


def midnight(day: date) -> datetime:
    """Return the moment at which a county day begins."""
    return datetime.combine(day, time.min, LOCAL)


def days_of(period: Period, now: datetime) -> Days | None:
    """Return the whole past days of a period; None where it does not consist of days."""
    first, last = local(period.start), local(period.end)
    if first.time() != time.min or last.time() != time.min:
        return None
    return Days(first.date(), max(first.date(), min(last.date(), local(now).date())))


def by_township(
    rate: Rate, period: Period, *, now: datetime, scope: Scope = EVERYTHING
) -> dict[str, Figure] | None:
    """Return a rate by township from tallies; None where they do not answer the question."""
    days = days_of(period, now)
    if days is None or not scope.tallied:
        return None
    changed = _changed(rate, days)
    if len(changed) > MOST_RAW:
        return None
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for town, *numbers in _tallied(rate, days, changed, scope):
        _add(totals[town], numbers)
    tail = Period(start=midnight(days.last), end=period.end)
    for part in (*_stretches(changed), *((tail,) if tail.start < tail.end else ())):
        for town, *numbers in counted(rate, part, scope, now):
            _add(totals[town], numbers)
    return {
        town: Figure(top=top, bottom=bottom, excluded=excluded)
        for town, (top, bottom, excluded) in totals.items()
        if bottom or excluded
    }


def _add(total: list[int], numbers: Iterable[int]) -> None:
    for place, number in enumerate(numbers):
        total[place] += int(number)


def _changed(rate: Rate, days: Days) -> list[date]:
    found = db.session.scalars(
        select(Changed.day)
        .distinct()
        .where(Changed.rate == rate.key, Changed.day >= days.first, Changed.day < days.last)
        .order_by(Changed.day)
    )
    return list(found)


def _tallied(
    rate: Rate, days: Days, changed: Sequence[date], scope: Scope
) -> Iterable[tuple[str, int, int, int]]:
    columns = (func.sum(TALLIES.c[name]) for name in ("top", "bottom", "excluded"))
    wanted = [TALLIES.c[name] == value for name, value in scope.wanted]
    rows = db.session.execute(
        select(TALLIES.c.township_code, *columns)
        .where(
            TALLIES.c.rate == rate.key, TALLIES.c.day >= days.first, TALLIES.c.day < days.last,
            TALLIES.c.day.not_in(changed), *wanted,
        )
        .group_by(TALLIES.c.township_code)
    )  # fmt: skip
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def counted(
    rate: Rate, period: Period, scope: Scope, now: datetime
) -> Iterable[tuple[str, int, int, int]]:
    """Count the rows of a period by township: numerator, denominator, left out."""
    rows = scoped(rate, period, scope, now)
    key = rows.c.township_code
    found = db.session.execute(select(key, *sums(rows)).group_by(key))
    return [(row[0], row[1], row[2], row[3]) for row in found]


def _stretches(days: Sequence[date]) -> list[Period]:
    """Join days that follow one another, so that one statement counts them."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + ONE_DAY)
        else:
            found.append((day, day + ONE_DAY))
    return [Period(start=midnight(first), end=midnight(last)) for first, last in found]


def refresh(_now: datetime) -> int:
    """Count the oldest marked days anew and take their marks away; return how many days.

    Only the marks that were seen go: one that is written meanwhile stays and asks again. A day
    whose marks are gone by now was counted by another process; all take the days in one order.
    """
    pairs = db.session.execute(
        select(Changed.rate, Changed.day)
        .group_by(Changed.rate, Changed.day)
        .order_by(func.min(Changed.id))
        .limit(BATCH)
    ).all()
    seen: list[int] = []
    for key, day in sorted((pair.rate, pair.day) for pair in pairs):
        marks = select(Changed.id).where(Changed.rate == key, Changed.day == day)
        held = db.session.scalars(marks.with_for_update()).all()
        if held:
            count_day(BY_KEY[key], day)
            seen += held
    if seen:
        db.session.execute(delete(Changed).where(Changed.id.in_(seen)))
    return len(pairs)


def count_day(rate: Rate, day: date) -> None:
    """Write a day's tally: what the day counts once it is over."""
    db.session.execute(delete(TALLIES).where(TALLIES.c.rate == rate.key, TALLIES.c.day == day))
    period = Period(start=midnight(day), end=midnight(day + ONE_DAY))
    made = [
        {"rate": rate.key, "day": day, "township_code": town, "top": top, "bottom": bottom,
         "excluded": excluded}
        for town, top, bottom, excluded in counted(rate, period, EVERYTHING, period.end)
    ]  # fmt: skip
    if made:
        db.session.execute(insert(TALLIES), made)
