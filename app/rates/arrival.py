"""到勤率: visits checked in by their due time, grade A, B or confirmed C (decision 5)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, literal, null, select

from app.cases.models import Case, CaseStep
from app.cases.workflow import Move
from app.fieldwork.models import Task
from app.rates import by_clock, leaving_out
from app.rates.definition import Period, Rate


def cohort(period: Period, now: datetime) -> Select[Any]:
    """Select the visits due, and those that the dispatcher said were not needed, with his reason.

    An unconfirmed grade C has no `on_time` yet, so it does not count (sla keeps it open).
    """
    excluded = func.coalesce(leaving_out.by_people("arrival"), leaving_out.of_case())
    due = by_clock.cohort("arrival", "arrive", period, now, excluded=excluded)
    both = due.union_all(_not_needed(period, now)).subquery()
    return select(both)


def _dispatcher() -> ScalarSelect[Any]:
    """Select who said that a round needs no visit."""
    return (
        select(CaseStep.actor)
        .where(
            CaseStep.case_id == Task.case_id,
            CaseStep.move == Move.ASSIGN,
            CaseStep.round == Task.round,
        )
        .order_by(CaseStep.seq)
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )


def _not_needed(period: Period, now: datetime) -> Select[Any]:
    """Select the rounds dispatched without a visit: no clock runs, the list shows them all."""
    return (
        select(
            by_clock.record("task", Task.id),
            Task.case_id,
            null().label("report_id"),
            Task.unit_code,
            func.coalesce(Case.township_code, "").label("township_code"),
            func.coalesce(Case.grid_code, "").label("grid_code"),
            Task.staff_id,
            Case.category,
            Case.urgency,
            by_clock.channel().label("source"),
            Task.assigned_at.label("counted_at"),
            Task.assigned_at.label("due_at"),
            null().label("done_at"),
            literal(0).label("good"),
            literal("no_visit").label("excluded"),
            _dispatcher().label("excluded_by"),
        )
        .join(Case, Case.id == Task.case_id)
        .where(
            Task.no_visit_reason != "",
            Task.turn == 1,
            Task.assigned_at >= period.start,
            Task.assigned_at < period.end,
            Task.assigned_at < now,
        )
    )


RATE = Rate(key="arrival", target=95, cohort=cohort)
