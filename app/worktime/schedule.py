"""The office hours in force, read once from data."""

import json
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

from app.worktime.calendar import Hours, Season

FILE = Path(__file__).parent / "data" / "hours.json"


@cache
def hours(office: str = "bureau") -> Hours:
    """Return an office's hours; a duty office works on rest days as well."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    return read(document["offices"][office])


def read(office: dict[str, Any]) -> Hours:
    """Read one office of the data file. Raises ValueError, KeyError on a wrong form."""
    seasons = tuple(
        Season(
            first=_month_day(season["first"]),
            last=_month_day(season["last"]),
            spans=tuple(
                (time.fromisoformat(opens), time.fromisoformat(closes))
                for opens, closes in season["spans"]
            ),
        )
        for season in office["seasons"]
    )
    return Hours(seasons=seasons, every_day=bool(office.get("every_day")))


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
