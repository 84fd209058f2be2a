"""Read the calendar; one small statement a transaction says whether the kept copy still holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, ref

from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import SessionTransaction

from app.core.db import db
from app.worktime import notice, schedule
from app.worktime.calendar import ZONE, Calendar, DayKind
from app.worktime.models import CalendarDay, CalendarYear

Stamp = tuple[tuple[int, str], ...]

CHANGED = "calendar_changed"
LOOK_EVERY = timedelta(minutes=1)
STAMPS = select(CalendarYear.year, CalendarYear.stamp).order_by(CalendarYear.year)


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Stamp
    calendar: Calendar
    seen: datetime | None
    within: ReferenceType[SessionTransaction] | None


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


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


def calendar(*, fresh: bool = True, now: datetime | None = None) -> Calendar:
    """Return the calendar with the bureau's office hours.

    The copy kept in the process is compared by the digests of its years: once a transaction, or,
    where `now` is given, once a minute (a limit counted with a copy that old is marked and
    counted anew by `sla.changes.calendar_batch`). `fresh=False` takes the copy as it is: for
    shares on pages.
    """
    kept = _kept.get(db.engine)
    if kept is not None and (not fresh or _recent(kept, now)):
        return kept.calendar
    stamp = _stamp()
    whole = kept.calendar if kept is not None and kept.stamp == stamp else _load(stamp)
    session = db.session()
    if not session.info.get(CHANGED):  # what is not committed must not outlive its transaction
        transaction = session.get_transaction()
        _kept[db.engine] = _Kept(
            stamp,
            whole,
            seen=now or (kept.seen if kept is not None else None),
            within=ref(transaction) if transaction else None,
        )
    return whole


def _recent(kept: "_Kept", now: datetime | None) -> bool:
    if now is not None and kept.seen is not None:
        return abs(now - kept.seen) < LOOK_EVERY
    transaction = db.session().get_transaction()
    return transaction is not None and kept.within is not None and kept.within() is transaction


def look_again() -> None:
    """Forget the kept copy: the running transaction changed the calendar itself."""
    db.session().info[CHANGED] = True
    _kept.pop(db.engine, None)


def _stamp() -> Stamp:
    rows = db.session.execute(STAMPS)
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
