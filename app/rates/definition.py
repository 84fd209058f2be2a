"""What a rate is made of: a cohort of records, each good or not, each with its exclusion."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select

DEFINITION_VERSION = "2026-08-15"
"""Version of the definitions of domain.md §3 that these figures follow; printed beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start` (included) to `end` (excluded), aware moments."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One of the five.

    `cohort(period, now)` selects one row a record with the columns case_id, report_id, unit_code,
    township_code, grid_code, staff_id, due_at, done_at, good (1 or 0) and excluded (a reason or
    NULL). `target` is in per cent, None where more is not better (screens.md §6).
    """

    key: str
    label: str
    good_label: str
    all_label: str
    target: int | None
    cohort: Callable[[Period, datetime], Select[Any]]
