"""Cohorts of what happened to cases in a period: moves, reports, tasks; the columns of a rate."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, null, select

from app.cases.models import Case
from app.rates.by_clock import channel, record
from app.rates.definition import Period


def rows(
    kind: str, identity: Any, at: Any, good: ColumnElement[bool], *, report_id: Any = None,
    source: Any = None, excluded: ColumnElement[Any] | None = None,
) -> Select[Any]:  # fmt: skip
    """Select records of a case that happened at one moment; the caller joins the case."""
    return select(
        record(kind, identity),
        Case.id.label("case_id"),
        (null() if report_id is None else report_id).label("report_id"),
        Case.unit_code.label("unit_code"),
        func.coalesce(Case.township_code, "").label("township_code"),
        func.coalesce(Case.grid_code, "").label("grid_code"),
        Case.assignee_id.label("staff_id"),
        Case.category.label("category"),
        Case.urgency.label("urgency"),
        (channel() if source is None else source).label("source"),
        at.label("counted_at"),
        at.label("due_at"),
        at.label("done_at"),
        case((good, 1), else_=0).label("good"),
        (null() if excluded is None else excluded).label("excluded"),
        null().label("excluded_by"),
    )


def within(at: Any, period: Period, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a moment lies in the period and before now."""
    return at >= period.start, at < period.end, at < now
