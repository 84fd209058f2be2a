"""Exactly the records behind a number, a page of them or all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Subquery, func, select

from app.cases.models import Case
from app.core.db import db
from app.core.paging import Page
from app.rates.definition import Period, Rate
from app.rates.scope import EVERYTHING, Part, Scope, in_part, scoped

HELD = 1000
"""Records of a file that are in memory together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record behind a number; `excluded_by` is the actor who left it out."""

    record: str
    case_number: str
    case_id: int
    report_id: int | None
    category: str
    urgency: str
    source: str | None
    place_words: str
    township_code: str
    unit_code: str
    counted_at: datetime
    due_at: datetime
    done_at: datetime | None
    good: bool
    excluded: str | None
    excluded_by: str | None


def records(
    rate: Rate, period: Period, part: Part, *, now: datetime, scope: Scope = EVERYTHING,
    number: int = 1, size: int = 50,
) -> Page[Record]:  # fmt: skip
    """Return exactly the records that a number counts, the missed ones and latest due first."""
    rows = scoped(rate, period, scope, now)
    chosen = _ordered(rows, part).limit(size).offset((number - 1) * size)
    found = [_record(row) for row in db.session.execute(chosen)]
    return Page(rows=found, number=number, size=size, total=_how_many(rows, part))


def how_many(
    rate: Rate, period: Period, part: Part, *, now: datetime, scope: Scope = EVERYTHING
) -> int:  # fmt: skip
    """Count the records that `records` and `stream` give."""
    return _how_many(scoped(rate, period, scope, now), part)


def stream(
    rate: Rate, period: Period, part: Part, *, now: datetime, scope: Scope = EVERYTHING, most: int
) -> Iterator[Record]:
    """Give the same records in the same order, at most so many, few of them held at a time."""
    chosen = _ordered(scoped(rate, period, scope, now), part).limit(most)
    for row in db.session.execute(chosen, execution_options={"yield_per": HELD}):
        yield _record(row)


def _how_many(rows: Subquery, part: Part) -> int:
    wanted = select(func.count()).select_from(rows).where(*in_part(rows, part))
    return db.session.scalar(wanted) or 0


def _ordered(rows: Subquery, part: Part) -> Select[Any]:
    return (
        select(*_columns(rows))
        .join(Case, Case.id == rows.c.case_id)
        .where(*in_part(rows, part))
        .order_by(rows.c.good, rows.c.due_at.desc(), rows.c.record)
    )


def every(
    rate: Rate, period: Period, *, now: datetime, scope: Scope = EVERYTHING
) -> list[Record]:  # fmt: skip
    """Return all records of a rate, counted and left out, in the order of their names."""
    rows = scoped(rate, period, scope, now)
    chosen = select(*_columns(rows)).join(Case, Case.id == rows.c.case_id)
    found = [_record(row) for row in db.session.execute(chosen)]
    return sorted(found, key=lambda one: one.record)


def _record(row: Row[Any]) -> Record:
    return Record(**{**row._mapping, "good": bool(row.good)})


def _columns(rows: Subquery) -> tuple[Any, ...]:
    own = [column for column in rows.c if column.name not in ("grid_code", "staff_id")]
    return (*own, Case.number.label("case_number"), Case.place_words)
