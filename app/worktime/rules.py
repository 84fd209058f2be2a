"""Count a time limit from its start to its due moment (domain.md §4.2); pure.

Units: `min` and `h` are natural and run day and night, `wh` are office hours, `wd` working days,
`nd` natural days (民法典 201, 203: the start day is not counted, a last day of rest moves on).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from app.worktime.calendar import ONE_DAY, ZONE, Calendar, DayKind, end_of, local, midnight

DAY_SECONDS = 86400
SEARCH_DAYS = 400
"""So long may no office hour come before the schedule itself is wrong."""


class Unit(StrEnum):
    """In what a time limit is counted."""

    MIN = "min"
    H = "h"
    WH = "wh"
    WD = "wd"
    ND = "nd"


SECONDS = {Unit.MIN: 60, Unit.H: 3600, Unit.WH: 3600, Unit.WD: DAY_SECONDS, Unit.ND: DAY_SECONDS}
LONGEST = {Unit.MIN: 5_256_000, Unit.H: 87_600, Unit.WH: 20_000, Unit.WD: 9_000, Unit.ND: 36_500}
"""Ten years in minutes and hours, more in days: beyond that it is a slip of the hand."""
BY_DAY = frozenset({Unit.WD, Unit.ND})


@dataclass(frozen=True, slots=True, order=True)
class Allowance:
    """A length of time in its own unit."""

    length: int
    unit: Unit

    @classmethod
    def read(cls, text: str) -> "Allowance":
        """Read `7wd`, `90min`, `24h`, `6wh`, `60nd`; a bare number is working days.

        Raises ValueError for anything else.
        """
        found = re.fullmatch(r"([0-9]{1,7})\s*(min|h|wh|wd|nd)?", text.strip(), re.ASCII)
        if found is None:
            raise ValueError(
                f"not a length of time: {text.strip()[:40]!r}; write 7wd, 60nd, 6wh, 24h or 90min"
            )
        allowance = cls(int(found[1]), Unit(found[2] or Unit.WD))
        if not 1 <= allowance.length <= LONGEST[allowance.unit]:
            most = LONGEST[allowance.unit]
            raise ValueError(
                f"length out of range: {text.strip()[:40]!r}; 1 to {most} {allowance.unit}"
            )
        return allowance

    def __str__(self) -> str:
        return f"{self.length}{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How one day was counted: `n` is its running number (0: not counted), `seconds` what of it."""

    day: date
    kind: DayKind
    n: int = 0
    seconds: int = 0
    note: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A due moment (UTC, whole seconds), the day-by-day account, and whether it may still move."""

    at: datetime
    provisional: bool
    days: tuple[Counted, ...] = ()

    @property
    def day(self) -> date:
        """The local day on which it is due."""
        return self.at.astimezone(ZONE).date()


def due(start: datetime, length: int, unit: Unit, calendar: Calendar) -> Due:
    """Return when a time limit that starts at `start` (aware) is over.

    Where the count reaches a day of an unpublished year whose kind matters, it is provisional.
    """
    begun = local(start)
    if unit is Unit.WD:
        return _working_days(begun, length, calendar)
    if unit is Unit.ND:
        return _natural_days(begun, length, calendar)
    if unit is Unit.WH:
        return add_office_time(begun, length * SECONDS[unit], calendar)
    return _natural_time(begun, begun + timedelta(seconds=length * SECONDS[unit]), calendar)


def _natural_time(begun: datetime, end: datetime, calendar: Calendar) -> Due:
    """Natural time runs day and night: no calendar can move its end."""
    days: list[Counted] = []
    day = begun.date()
    while day <= end.date():
        here = max(begun, midnight(day)), min(end, midnight(day + ONE_DAY))
        seconds = int((here[1] - here[0]).total_seconds())
        if seconds or not days:
            days.append(_note(day, calendar, n=len(days) + 1, seconds=seconds))
        day += ONE_DAY
    return Due(at=_utc(end), provisional=False, days=tuple(days))


def last_day(start: date, length: int, calendar: Calendar) -> date:
    """Return working day number `length` after `start`; the next working day is day 1."""
    day = start
    for _ in range(length):
        day = calendar.next_working(day)
    return day


def _working_days(begun: datetime, length: int, calendar: Calendar) -> Due:
    day, n = begun.date(), 0
    days = [_note(day, calendar, note="start")]
    while n < length:
        day += ONE_DAY
        works = calendar.is_working(day)
        n += works
        days.append(_note(day, calendar, n=n if works else 0, seconds=DAY_SECONDS * works))
    return _due_day(day, days)


def _natural_days(begun: datetime, length: int, calendar: Calendar) -> Due:
    first = begun.date()
    day = first + length * ONE_DAY
    days = [_note(first, calendar, note="start")]
    days += [
        _note(first + n * ONE_DAY, calendar, n=n, seconds=DAY_SECONDS)
        for n in range(1, length + 1)
    ]  # fmt: skip
    while not calendar.is_working(day):
        day += ONE_DAY
        days.append(_note(day, calendar, note="moved"))
    reached = days[length:]
    return Due(
        at=_utc(end_of(day)), provisional=not all(item.known for item in reached), days=tuple(days)
    )


def _due_day(day: date, days: list[Counted]) -> Due:
    provisional = not all(item.known for item in days[1:])
    return Due(at=_utc(end_of(day)), provisional=provisional, days=tuple(days))


def add_office_time(start: datetime, seconds: int, calendar: Calendar) -> Due:
    """Return the moment at which so many seconds of office time have passed since `start`."""
    begun, left = local(start), seconds
    if seconds == 0:
        return Due(at=_utc(begun), provisional=False)
    day, empty = begun.date(), 0
    days: list[Counted] = []
    while empty < SEARCH_DAYS:
        used = 0
        for opens, closes in calendar.office_spans(day):
            here = max(opens, begun)
            room = max(0, int((closes - here).total_seconds()))
            if left <= room:
                days.append(_note(day, calendar, n=len(days) + 1, seconds=used + left))
                known = all(item.known for item in days)
                return Due(
                    at=_utc(here + timedelta(seconds=left)), provisional=not known,
                    days=tuple(days),
                )  # fmt: skip
            left, used = left - room, used + room
        days.append(_note(day, calendar, n=len(days) + 1 if used else 0, seconds=used))
        empty = 0 if used else empty + 1
        day += ONE_DAY
    raise ValueError("the schedule of office hours has no hours")


def _note(
    day: date, calendar: Calendar, *, n: int = 0, seconds: int = 0, note: str = ""
) -> Counted:
    return Counted(
        day=day, kind=calendar.kind(day), n=n, seconds=seconds, note=note,
        known=calendar.knows(day),
    )  # fmt: skip


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
