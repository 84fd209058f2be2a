"""Load the notices of years: once from the library, later from the bureau's file."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select

from app.audit import service as audit
from app.core.db import db
from app.core.errors import Invalid
from app.core.events import announce
from app.worktime import notice, queries
from app.worktime.calendar import DayKind
from app.worktime.events import CalendarLoaded
from app.worktime.models import CalendarDay, CalendarYear
from app.worktime.notice import NoticeDay

NATIONAL_DAY = (10, 1)


def seed(now: datetime) -> int:
    """Load the library's years that are not there yet; return how many. Twice is harmless."""
    there = set(db.session.scalars(select(CalendarYear.year)))
    wanted = [year for year in notice.library_years() if year not in there]
    if not wanted:
        return 0
    days = [item for item in notice.from_library() if item.day.year in set(wanted)]
    _write(days, years=wanted, doc_no=notice.LIBRARY_DOC, actor="system", now=now)
    return len(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A day that a notice makes another: None is what the week says."""

    day: date
    old: DayKind | None
    new: DayKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What loading a file would do, before it is done."""

    years: tuple[int, ...]
    days: tuple[NoticeDay, ...]
    changes: tuple[Change, ...]


def plan(text: str) -> Plan:
    """Read a file of days and say what it would change; nothing is stored. Raises Invalid."""
    days = notice.read(text)
    if not days:
        raise Invalid("calendar_empty", field="file")
    years = tuple(item.day.year for item in days if (item.day.month, item.day.day) == NATIONAL_DAY)
    new = {item.day: item.kind for item in days}
    old = {
        row.day: row.kind
        for row in db.session.execute(select(CalendarDay.day, CalendarDay.kind))
        if row.day in new or row.day.year in years
    }
    changes = [
        Change(day=day, old=old.get(day), new=new.get(day))
        for day in sorted(old.keys() | new.keys())
        if old.get(day) != new.get(day)
    ]
    return Plan(years=years, days=tuple(days), changes=tuple(changes))


def load(text: str, *, doc_no: str, by: str, now: datetime) -> tuple[int, ...]:
    """Load a file of days (CSV or JSON) and return the years that it publishes.

    A file publishes a year when it names its National Day; the days of such a year are replaced,
    single days of other years are added (a notice may reach over New Year).
    Raises Invalid with the line, or when the document's number is missing.
    """
    _must_name(doc_no)
    found = plan(text)
    _write(found.days, years=found.years, doc_no=doc_no.strip(), actor=by, now=now)
    return found.years


def set_day(day: date, kind: DayKind | None, *, doc_no: str, by: str, now: datetime) -> None:
    """Change one day by a document; None makes it again what the week says. Raises Invalid."""
    _must_name(doc_no)
    if kind is not None:
        notice.must_make_sense(day, kind, line=1)
    days = [NoticeDay(day, kind)] if kind is not None else []
    _write(days, years=(), cleared=(day,), doc_no=doc_no.strip(), actor=by, now=now)


def _must_name(doc_no: str) -> None:
    if not doc_no.strip():
        raise Invalid("calendar_document", field="doc_no")


def _write(
    days: Sequence[NoticeDay], *, years: Iterable[int], doc_no: str, actor: str, now: datetime,
    cleared: tuple[date, ...] = (),
) -> None:  # fmt: skip
    years = tuple(years)
    named = [item.day for item in days if item.day.year not in years] + list(cleared)
    touched = {day.year for day in named} | set(years)
    known = {row.year: row for row in db.session.scalars(select(CalendarYear))}
    versions = {year: row.version for year, row in known.items()}
    for year in years:
        inside = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
        db.session.execute(delete(CalendarDay).where(inside))
    if named:
        db.session.execute(delete(CalendarDay).where(CalendarDay.day.in_(named)))
    rows = [
        {
            "day": item.day,
            "kind": item.kind,
            "doc_no": doc_no,
            "version": versions.get(item.day.year, 0) + 1,
        }
        for item in days
    ]
    if rows:
        db.session.execute(insert(CalendarDay), rows)
    there = _lines(touched)
    for year in sorted(touched & (set(years) | set(versions))):
        row = known.get(year) or CalendarYear(year=year, version=0)
        _stamp(row, there.get(year, []), doc_no=doc_no, actor=actor, now=now)
    db.session.flush()
    queries.look_again()
    audit.record(
        actor=actor, action="calendar.load", subject="calendar", now=now,
        detail={
            "years": list(years), "days": len(days), "document": doc_no,
            "cleared": [day.isoformat() for day in cleared],
        },
    )  # fmt: skip
    announce(CalendarLoaded(years=tuple(sorted(touched)), doc_no=doc_no, actor=actor, now=now))


def _lines(years: set[int]) -> dict[int, list[str]]:
    inside = CalendarDay.day.between(date(min(years), 1, 1), date(max(years), 12, 31))
    rows = db.session.execute(
        select(CalendarDay.day, CalendarDay.kind).where(inside).order_by(CalendarDay.day)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.day.year, []).append(f"{row.day} {row.kind}")
    return found


def _stamp(row: CalendarYear, lines: list[str], *, doc_no: str, actor: str, now: datetime) -> None:
    row.doc_no, row.version, row.loaded_at, row.loaded_by = doc_no, row.version + 1, now, actor
    head = f"{row.year} {row.version} {doc_no}"
    row.stamp = hashlib.sha256("\n".join([head, *lines]).encode()).hexdigest()
    db.session.add(row)
