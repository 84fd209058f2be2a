"""The cohort of a rate that a clock measures: what fell due in the period (decision 6)."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from app.cases.models import Case
from app.intake.models import Report
from app.rates import leaving_out
from app.rates.definition import Period
from app.sla.kinds import ClockState
from app.sla.models import Clock

First = Report.__table__.alias("first_report")


def due_in(period: Period, now: datetime) -> ColumnElement[bool]:
    """Return the condition of the cohort: due in the period, and past due (never before)."""
    return and_(Clock.due_at >= period.start, Clock.due_at < period.end, Clock.due_at < now)


def record(kind: str, identity: Any) -> ColumnElement[Any]:
    """Return the name of a record, the same in every count and every published month."""
    return literal(f"{kind}:").concat(cast(identity, String)).label("record")


def channel() -> ScalarSelect[Any]:
    """Select the channel of a case: that of its first report."""
    return (
        select(First.c.source)
        .where(First.c.case_id == Case.id)
        .order_by(First.c.id)
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


def cohort(
    rate: str, kind: str, period: Period, now: datetime, *, excluded: ColumnElement[Any],
    good: ColumnElement[bool] | None = None, source: Any = None,
) -> Select[Any]:  # fmt: skip
    """Select the due clocks of one kind; on time iff stopped, and not annulled since.

    A void clock is no record, unless it is listed as left out.
    """
    reason = func.coalesce(excluded, leaving_out.of_clock())
    done = and_(Clock.state == ClockState.STOPPED, Clock.on_time.is_(True))
    return (
        select(
            record("clock", Clock.id),
            Clock.case_id.label("case_id"),
            Clock.report_id.label("report_id"),
            Clock.unit_code.label("unit_code"),
            Clock.township_code.label("township_code"),
            Clock.grid_code.label("grid_code"),
            Clock.staff_id.label("staff_id"),
            Case.category.label("category"),
            Clock.urgency.label("urgency"),
            (channel() if source is None else source).label("source"),
            Clock.due_at.label("counted_at"),
            Clock.due_at.label("due_at"),
            Clock.stopped_at.label("done_at"),
            case((done if good is None else good, 1), else_=0).label("good"),
            reason.label("excluded"),
            func.coalesce(leaving_out.by_whom(rate), leaving_out.by_move()).label("excluded_by"),
        )
        .join(Case, Case.id == Clock.case_id)
        .where(
            Clock.kind == kind,
            due_in(period, now),
            or_(Clock.state != ClockState.VOID, reason.is_not(None)),
        )
    )
