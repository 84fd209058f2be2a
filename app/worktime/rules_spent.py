"""How much of a time limit is used, when half of it is, and what a pause adds to it; pure.

Everything is measured in the limit's own unit: a weekend uses nothing of a working day, a night
nothing of an office hour. Working days are used evenly from 00:00 to 24:00; the start day is not.
"""

from datetime import UTC, date, datetime, timedelta

from app.worktime.calendar import ONE_DAY, Calendar, end_of, local, midnight
from app.worktime.rules import (
    BY_DAY,
    DAY_SECONDS,
    SEARCH_DAYS,
    SECONDS,
    Due,
    Unit,
    add_office_time,
    last_day,
)

Spell = tuple[datetime, datetime]


def span(start: datetime, length: int, unit: Unit, due_at: datetime) -> int:
    """Return how many seconds of its own unit a whole limit holds.

    Natural days hold the rest days by which their last day moved.
    """
    if unit is Unit.ND:
        return (local(due_at).date() - local(start).date()).days * DAY_SECONDS
    return length * SECONDS[unit]


def between(start: datetime, end: datetime, unit: Unit, calendar: Calendar) -> int:
    """Return the seconds from `start` to `end` that count in the unit; 0 when end is earlier."""
    first, last = local(start), local(end)
    if unit in BY_DAY and last == end_of(last.date()):
        last += timedelta(seconds=1)  # the last day ends at 24:00 and is stored as 23:59:59
    if last <= first:
        return 0
    if unit not in (Unit.WH, Unit.WD):
        return int((last - first).total_seconds())
    day, total = first.date(), 0
    while day <= last.date():
        for opens, closes in _spells(day, unit, calendar):
            total += max(0, int((min(closes, last) - max(opens, first)).total_seconds()))
        day += ONE_DAY
    return total


def used(now: datetime, due_at: datetime, whole: int, unit: Unit, calendar: Calendar) -> float:
    """Return the used share, 0 to 1 and above 1 never: what is not left is used.

    `whole` is the limit's `span`; earlier pauses need not be known, for they moved `due_at`.
    """
    if now >= due_at:
        return 1.0
    left = between(now, due_at, unit, calendar)
    return min(1.0, max(0.0, 1 - left / whole))


def mark(due_at: datetime, whole: int, unit: Unit, calendar: Calendar, *, percent: int) -> datetime:
    """Return the first moment at which `percent` of the limit is used, counted back from its end.

    At 17:30 half may be used and at 09:00 on Monday still half: the earlier one is meant.
    """
    left = whole * (100 - percent) // 100
    last = local(due_at)
    if unit in BY_DAY:
        last += timedelta(seconds=1)
    if unit not in (Unit.WH, Unit.WD):
        return _utc(last - timedelta(seconds=left))
    day = last.date()
    for _ in range(SEARCH_DAYS + 2 * whole // SECONDS[unit]):
        for opens, closes in reversed(_spells(day, unit, calendar)):
            room = int((min(closes, last) - opens).total_seconds())
            if left < room:
                return _utc(min(closes, last) - timedelta(seconds=left))
            left -= max(0, room)
        day -= ONE_DAY
    return _utc(last)


def add_pause(
    due_at: datetime, paused: datetime, resumed: datetime, unit: Unit, calendar: Calendar
) -> Due:
    """Return the due moment moved by the paused length in the unit.

    For days those d with pause date < d ≤ resume date; the paused moments are aware.
    """
    if unit is Unit.WH:
        return add_office_time(due_at, between(paused, resumed, unit, calendar), calendar)
    first, last = local(paused), local(resumed)
    if unit not in BY_DAY:
        return Due(at=due_at + max(timedelta(0), last - first), provisional=False)
    days = _paused_days(first, last, unit, calendar)
    old = local(due_at).date()
    if unit is Unit.WD:
        day = last_day(old, days, calendar)
    else:
        day = old + days * ONE_DAY
        day = day if calendar.is_working(day) else calendar.next_working(day)
    return Due(at=_utc(end_of(day)), provisional=not (calendar.knows(day) and calendar.knows(old)))


def _paused_days(first: datetime, last: datetime, unit: Unit, calendar: Calendar) -> int:
    days = max(0, (last.date() - first.date()).days)
    if unit is Unit.ND:
        return days
    return sum(calendar.is_working(first.date() + n * ONE_DAY) for n in range(1, days + 1))


def _spells(day: date, unit: Unit, calendar: Calendar) -> tuple[Spell, ...]:
    if unit is Unit.WH:
        return calendar.office_spans(day)
    return ((midnight(day), midnight(day + ONE_DAY)),) if calendar.is_working(day) else ()


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
