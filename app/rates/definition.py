"""What a rate is made of: a cohort of records, each good or not, each with its exclusion."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version of what the five rates mean; a published month keeps the one it followed."""

    version: str
    valid_from: date
    source: str


DEFINITIONS = (
    Definition(version="2026-08-15", valid_from=date(2020, 8, 29), source="domain.md §3"),
)
"""All versions, the oldest first; a change of meaning is a new line and new code beside the old."""

DEFINITION_VERSION = DEFINITIONS[-1].version
"""Version of the definitions that these figures follow; printed beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start` (included) to `end` (excluded), aware moments."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One of the five.

    `cohort(period, now)` selects one row a record with the columns record, case_id, report_id,
    unit_code, township_code, grid_code, staff_id, category, urgency, source, counted_at (the
    moment that puts it into a period), due_at, done_at, good (1 or 0), excluded (a reason or NULL)
    and excluded_by (an actor). `target` is in per cent, None where more is not better
    (screens.md §6). Names and meaning in words stand in `app/web/labels/rates.py`.
    """

    key: str
    target: int | None
    cohort: Callable[[Period, datetime], Select[Any]]
