"""What a day is: the calendar and the office hours as plain values; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
SATURDAY = 5


class DayKind(StrEnum):
    """What a day is, as the State Council's notice says or the week does."""

    WORKDAY = "workday"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


WORKING = frozenset({DayKind.WORKDAY, DayKind.MAKEUP})
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Days off in any year (domain.md §4.2); all that is known of a year that is not published."""

Span = tuple[time, time]


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Office hours from one day of the year to another, both included, as (month, day)."""

    first: tuple[int, int]
    last: tuple[int, int]
    spans: tuple[Span, ...]

    def holds(self, day: date) -> bool:
        """Say whether the season covers the day; one may run over New Year."""
        place = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= place <= self.last
        return place >= self.first or place <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Office hours by season; the first season that holds a day rules it.

    A duty office (`every_day`) keeps its hours on rest days as well. `later` are other hours, each
    with its first day, the oldest first: what was counted before keeps the hours of its own days.
    """

    seasons: tuple[Season, ...]
    every_day: bool = False
    later: tuple[tuple[date, tuple[Season, ...]], ...] = ()

    def of(self, day: date) -> tuple[Span, ...]:
        """Return the spans of a working day, in order."""
        seasons = self.seasons
        for first, others in self.later:
            if day >= first:
                seasons = others
        for season in seasons:
            if season.holds(day):
                return season.spans
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days that differ from the week, and the years whose notice is published."""

    exceptions: Mapping[date, DayKind] = field(repr=False)
    years: frozenset[int]
    hours: Hours

    def knows(self, day: date) -> bool:
        """Say whether the notice for the day's year is published."""
        return day.year in self.years

    def kind(self, day: date) -> DayKind:
        """Return what the day is; provisionally by week and fixed days in an unpublished year."""
        found = self.exceptions.get(day)
        if found is not None:
            return found
        if not self.knows(day) and (day.month, day.day) in FIXED_HOLIDAYS:
            return DayKind.HOLIDAY
        return DayKind.REST if day.weekday() >= SATURDAY else DayKind.WORKDAY

    def is_working(self, day: date) -> bool:
        """Say whether offices work on the day; a make-up Saturday is one in every respect."""
        return self.kind(day) in WORKING

    def next_working(self, day: date) -> date:
        """Return the first working day after the day."""
        day += ONE_DAY
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def office_spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Return the office hours of the day as aware local moments."""
        if not (self.hours.every_day or self.is_working(day)):
            return ()
        return tuple((moment(day, start), moment(day, end)) for start, end in self.hours.of(day))


def moment(day: date, at: time) -> datetime:
    """Return a local moment; Asia/Shanghai has known no summer time since 1991."""
    return datetime.combine(day, at, tzinfo=ZONE)


def midnight(day: date) -> datetime:
    """Return the moment at which a local day begins."""
    return moment(day, time.min)


def end_of(day: date) -> datetime:
    """Return the last second of a day: due moments of days stay in their own day and month."""
    return moment(day, time(23, 59, 59))


def local(at: datetime) -> datetime:
    """Return a moment as the county reads it, in whole seconds."""
    return at.astimezone(ZONE).replace(microsecond=0)
