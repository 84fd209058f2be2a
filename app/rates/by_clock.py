"""The cohort of a rate that a clock measures: what fell due in the period (decision 6)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, select, true

from app.cases.models import Case
from app.intake.models import Report
from app.rates.definition import Period
from app.sla.kinds import ClockState
from app.sla.models import Clock


def due_in(period: Period, now: datetime) -> ColumnElement[bool]:
    """Return the condition of the cohort: due in the period, and due by now (never before)."""
    return and_(
        Clock.due_at >= period.start,
        Clock.due_at < period.end,
        Clock.due_at <= now,
        Clock.state != ClockState.VOID,
    )


def cohort(
    kind: str, period: Period, now: datetime, *, excluded: ColumnElement[Any],
    also_good: ColumnElement[bool] | None = None,
) -> Select[Any]:  # fmt: skip
    """Select the due clocks of one kind; on time iff stopped, and not annulled since."""
    good = and_(
        Clock.state == ClockState.STOPPED,
        Clock.on_time.is_(True),
        true() if also_good is None else also_good,
    )
    return (
        select(
            Clock.case_id.label("case_id"),
            Clock.report_id.label("report_id"),
            Clock.unit_code.label("unit_code"),
            Clock.township_code.label("township_code"),
            Clock.grid_code.label("grid_code"),
            Clock.staff_id.label("staff_id"),
            Clock.due_at.label("due_at"),
            Clock.stopped_at.label("done_at"),
            case((func.coalesce(good, false()), 1), else_=0).label("good"),
            excluded.label("excluded"),
        )
        .join(Case, Case.id == Clock.case_id)
        .outerjoin(Report, Report.id == Clock.report_id)
        .where(Clock.kind == kind, due_in(period, now))
    )


def not_excluded_but(*kept: str) -> ColumnElement[Any]:
    """Return a case's own exclusion, passing over the reasons that this rate keeps in."""
    return case((Case.exclusion.in_(kept), literal(None)), else_=Case.exclusion)
