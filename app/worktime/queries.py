"""Read the calendar; one small statement a transaction says whether the kept copy still holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Row, select

from app.core.db import db
from app.worktime import notice, schedule
from app.worktime.calendar import ZONE, Calendar, DayKind
from app.worktime.models import CalendarDay, CalendarYear

Stamp = tuple[tuple[int, str], ...]

_kept: WeakKeyDictionary[Engine, tuple[Stamp, Calendar]] = WeakKeyDictionary()
SEEN = "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearView:
    """A published year as the administrator reads it."""

    year: int
    doc_no: str
    version: int
    loaded_at: datetime
    loaded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """A day that differs from the week."""

    day: date
    kind: DayKind
    doc_no: str


def calendar(*, fresh: bool = True) -> Calendar:
    """Return the calendar with the bureau's office hours.

    The copy kept in the process is compared by the digests of its years, once a transaction.
    `fresh=False` takes the kept copy as it is: for shares on pages, never for a stored moment.
    """
    session = db.session()
    kept = _kept.get(db.engine)
    seen = session.info.get(SEEN)
    if kept and (not fresh or (seen and seen[0] is session.get_transaction())):
        return kept[1]
    stamp = _stamp()
    if kept is None or kept[0] != stamp:
        kept = (stamp, _load(stamp))
        _kept[db.engine] = kept
    session.info[SEEN] = (session.get_transaction(),)
    return kept[1]


def look_again() -> None:
    """Forget that the running transaction has compared the copy: its own change must be seen."""
    db.session().info.pop(SEEN, None)


def _stamp() -> Stamp:
    rows = db.session.execute(
        select(CalendarYear.year, CalendarYear.stamp).order_by(CalendarYear.year)
    )
    return tuple((row.year, row.stamp) for row in rows)


def _load(stamp: Stamp) -> Calendar:
    rows = db.session.execute(select(CalendarDay.day, CalendarDay.kind))
    return build(((row.day, row.kind) for row in rows), years=(year for year, _ in stamp))


def build(days: Iterable[tuple[date, DayKind]], *, years: Iterable[int]) -> Calendar:
    """Make a calendar of days and published years, with the bureau's office hours."""
    return Calendar(exceptions=dict(days), years=frozenset(years), hours=schedule.hours())


@cache
def shipped() -> Calendar:
    """Return the calendar that comes with the software, for where no database is."""
    days = ((item.day, item.kind) for item in notice.from_library())
    return build(days, years=notice.library_years())


def years() -> list[YearView]:
    """Return the published years, the latest first."""
    rows = db.session.execute(select(CalendarYear).order_by(CalendarYear.year.desc())).scalars()
    return [
        YearView(
            year=row.year,
            doc_no=row.doc_no,
            version=row.version,
            loaded_at=row.loaded_at,
            loaded_by=row.loaded_by,
        )
        for row in rows
    ]


def days_of(year: int) -> list[DayView]:
    """Return the days of a year that differ from the week, in order."""
    rows: Iterable[Row[Any]] = db.session.execute(
        select(CalendarDay.day, CalendarDay.kind, CalendarDay.doc_no)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(CalendarDay.day)
    )
    return [DayView(day=row.day, kind=row.kind, doc_no=row.doc_no) for row in rows]


def missing_year(now: datetime) -> int | None:
    """Return the year whose notice should be loaded by now: warned of from 1 December on."""
    today = now.astimezone(ZONE).date()
    wanted = today.year + (today.month == 12)
    row = db.session.execute(select(CalendarYear.year).where(CalendarYear.year == wanted)).first()
    return None if row else wanted
