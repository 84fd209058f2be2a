"""Whose records count, and what a list or a breakdown of them is called."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select

from app.rates.definition import Period, Rate


class Part(StrEnum):
    """Which records of a rate a list shows."""

    TOP = "top"
    BOTTOM = "bottom"
    MISSED = "missed"
    EXCLUDED = "excluded"


class Group(StrEnum):
    """By what a figure is broken down."""

    TOWNSHIP = "township_code"
    UNIT = "unit_code"
    GRID = "grid_code"
    STAFF = "staff_id"
    CATEGORY = "category"
    CHANNEL = "source"
    URGENCY = "urgency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose records count: all by default, else one area, unit or person, one kind of case."""

    township_code: str | None = None
    grid_code: str | None = None
    staff_id: int | None = None
    unit_code: str | None = None
    category: str | None = None
    source: str | None = None
    urgency: str | None = None

    @property
    def wanted(self) -> list[tuple[str, Any]]:
        """Columns of a cohort and the values they must have."""
        named = ((name, getattr(self, name)) for name in self.__slots__)
        return [(name, value) for name, value in named if value is not None]

    @property
    def tallied(self) -> bool:
        """Whether tallies of townships answer for it."""
        return {name for name, _ in self.wanted} <= {"township_code"}


EVERYTHING = Scope()


def scoped(rate: Rate, period: Period, scope: Scope, now: datetime) -> Subquery:
    """Select the records of a rate in a period and scope."""
    rows = rate.cohort(period, now).subquery()
    wanted = [rows.c[name] == value for name, value in scope.wanted]
    return select(rows).where(*wanted).subquery()


def sums(rows: Subquery) -> tuple[ColumnElement[Any], ...]:
    """Return numerator, denominator and number left out of some records."""
    counted = rows.c.excluded.is_(None)
    return tuple(
        func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
        for condition in (and_(counted, rows.c.good == 1), counted, rows.c.excluded.is_not(None))
    )


def in_part(rows: Subquery, part: Part) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of one list."""
    counted = rows.c.excluded.is_(None)
    return {
        Part.TOP: (counted, rows.c.good == 1),
        Part.BOTTOM: (counted,),
        Part.MISSED: (counted, rows.c.good == 0),
        Part.EXCLUDED: (rows.c.excluded.is_not(None),),
    }[part]
