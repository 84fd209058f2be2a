"""Read the days of published years: from the library that ships them, or from a file; pure."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import chinese_calendar.constants as library

from app.core.errors import Invalid
from app.worktime.calendar import SATURDAY, DayKind

LIBRARY_DOC = "chinesecalendar 1.11"
FILE_KINDS = {"public_holiday": DayKind.HOLIDAY, "makeup_workday": DayKind.MAKEUP}
MAX_FILE_DAYS = 20_000


@dataclass(frozen=True, slots=True, order=True)
class NoticeDay:
    """One day of a notice."""

    day: date
    kind: DayKind


def from_library() -> list[NoticeDay]:
    """Return the days of 2004 to 2026 that differ from the week.

    A holiday on a Saturday counts too: it explains itself on the page.
    """
    days = [NoticeDay(day, DayKind.HOLIDAY) for day in library.holidays]
    days += [NoticeDay(day, DayKind.MAKEUP) for day in library.workdays]
    return sorted(days)


def library_years() -> range:
    """Return the years that the library knows without a gap."""
    years = {day.year for day in library.holidays}
    return range(min(years), max(years) + 1)


def read(text: str) -> list[NoticeDay]:
    """Read a notice: CSV, or JSON where it begins like that. Raises Invalid."""
    text = text.lstrip("\ufeff \t\r\n")
    return from_json(text) if text[:1] in ("[", "{") else from_csv(text)


def from_json(text: str) -> list[NoticeDay]:
    """Read a list of objects with date and kind, bare or under the name `days`.

    Raises Invalid with the number of the object, counted from 1.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("calendar_json", field="file") from error
    items = document.get("days") if isinstance(document, dict) else document
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Invalid("calendar_json", field="file")
    return sorted(_checked(items, first=1))


def from_csv(text: str) -> list[NoticeDay]:
    """Read `date,kind` rows; columns beyond these are ignored, so the seed file's form works too.

    Raises Invalid with the line.
    """
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    if not {"date", "kind"} <= set(rows.fieldnames or ()):
        raise Invalid("calendar_columns", field="file")
    return sorted(_checked(rows))


def _checked(rows: Iterable[Mapping[str, Any]], *, first: int = 2) -> Iterator[NoticeDay]:
    seen: set[date] = set()
    for line, row in enumerate(rows, start=first):
        if line > MAX_FILE_DAYS:
            raise Invalid("calendar_too_long", field="file")
        try:
            day = date.fromisoformat(str(row.get("date") or "").strip())
            word = str(row.get("kind") or "").strip()
            kind = FILE_KINDS.get(word) or DayKind(word)
        except ValueError as error:
            raise Invalid("calendar_line", field="file", line=line) from error
        if day in seen:
            raise Invalid("calendar_twice", field="file", line=line, day=day.isoformat())
        must_make_sense(day, kind, line=line)
        seen.add(day)
        yield NoticeDay(day, kind)


def must_make_sense(day: date, kind: DayKind, *, line: int) -> None:
    """Refuse a make-up day that is a working day anyway. Raises Invalid."""
    weekend = day.weekday() >= SATURDAY
    if kind is DayKind.MAKEUP and not weekend:
        raise Invalid("calendar_makeup_weekday", field="file", line=line, day=day.isoformat())
