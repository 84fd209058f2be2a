"""The office hours in force, read once from data."""

import json
from collections.abc import Iterable
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from app.worktime.calendar import Hours, Season, Span

FILE = Path(__file__).parent / "data" / "hours.json"


@cache
def hours(office: str = "bureau") -> Hours:
    """Return an office's hours; a duty office works on rest days as well."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    return read(document["offices"][office])


def read(office: dict[str, Any]) -> Hours:
    """Read one office of the data file. Raises ValueError, KeyError on a wrong form."""
    later = [
        (date.fromisoformat(other["valid_from"]), _seasons(other["seasons"]))
        for other in office.get("later", ())
    ]
    return Hours(
        seasons=_seasons(office["seasons"]),
        every_day=bool(office.get("every_day")),
        later=tuple(sorted(later, key=lambda version: version[0])),
    )


def _seasons(told: Iterable[dict[str, Any]]) -> tuple[Season, ...]:
    return tuple(
        Season(
            first=_month_day(season["first"]),
            last=_month_day(season["last"]),
            spans=tuple(_span(opens, closes) for opens, closes in season["spans"]),
        )
        for season in told
    )


def _span(opens: str, closes: str) -> Span:
    span = time.fromisoformat(opens), time.fromisoformat(closes)
    if span[0] >= span[1]:
        raise ValueError(f"office hours end before they begin: {opens}-{closes}")
    return span


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
