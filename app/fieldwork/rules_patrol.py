"""How many patrols a week asks for, and what proves one; versions as data (domain.md §3)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
FULL_WEEK = 5
"""Working days of the week that the number is meant for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolPolicy:
    """One version: patrols of a full week, and how exact a position must be, in metres."""

    key: str
    valid_from: date
    source: str
    per_week: int
    accuracy_m: int


@cache
def versions() -> tuple[PatrolPolicy, ...]:
    """Return all versions, the oldest first."""
    told = [json.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("patrols-*.json")]
    made = [
        PatrolPolicy(**(one | {"valid_from": date.fromisoformat(one["valid_from"])}))
        for one in told
    ]
    return tuple(sorted(made, key=lambda one: one.valid_from))


def in_force(day: date) -> PatrolPolicy:
    """Return the version that holds on a day, the first one before all."""
    return next((one for one in reversed(versions()) if one.valid_from <= day), versions()[0])


def monday(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=day.weekday())


def planned(per_week: int, working_days: int) -> int:
    """Return how many patrols so many working days ask for: the full week's part, rounded up."""
    return min(per_week, -(-per_week * working_days // FULL_WEEK))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One position that a patrol told: its grid, and how exact it was in metres."""

    grid_code: str | None
    accuracy_m: float | None


def is_proven(fixes: Iterable[Fix], own: Iterable[str], *, accuracy_m: int) -> bool:
    """Say whether one position, exact enough, lies in a village of the worker."""
    mine = set(own)
    return any(
        fix.grid_code in mine and fix.accuracy_m is not None and fix.accuracy_m <= accuracy_m
        for fix in fixes
    )
