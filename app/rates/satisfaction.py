"""满意率: satisfied ratings among the valid ones of reports on cases closed in the period."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from app.cases.models import Case, CaseStep
from app.cases.workflow import Move
from app.feedback.models import Rating
from app.feedback.rules import SATISFIED as GOOD
from app.intake.models import Report
from app.rates import by_clock, by_step, leaving_out
from app.rates.definition import Period, Rate

SATISFIED = tuple(sorted(GOOD))


def cohort(
    period: Period, now: datetime, *, good: ColumnElement[bool] | None = None
) -> Select[Any]:
    """Select the ratings by the closing that they judge (decision 3).

    A report rated anew after a second round counts there, and no longer with the first closing.
    """
    test = case((Report.test.is_(True), "test"), (Case.exclusion == "test", "test"))
    excluded = func.coalesce(leaving_out.by_people("satisfaction", Rating.report_id), test)
    content = Rating.satisfaction.in_(SATISFIED) if good is None else good
    return (
        select(
            by_clock.record("rating", Rating.id),
            Rating.case_id.label("case_id"),
            Rating.report_id.label("report_id"),
            Case.unit_code.label("unit_code"),
            func.coalesce(Case.township_code, "").label("township_code"),
            func.coalesce(Case.grid_code, "").label("grid_code"),
            Case.assignee_id.label("staff_id"),
            Case.category.label("category"),
            Case.urgency.label("urgency"),
            Report.source.label("source"),
            CaseStep.at.label("counted_at"),
            Rating.window_ends_at.label("due_at"),
            func.coalesce(Rating.changed_at, Rating.at).label("done_at"),
            case((content, 1), else_=0).label("good"),
            excluded.label("excluded"),
            leaving_out.by_whom("satisfaction", Rating.report_id).label("excluded_by"),
        )
        .select_from(CaseStep)
        .join(Rating, and_(Rating.case_id == CaseStep.case_id, Rating.round == CaseStep.round))
        .join(Case, Case.id == Rating.case_id)
        .join(Report, Report.id == Rating.report_id)
        .where(CaseStep.move == Move.CLOSE, *by_step.within(CaseStep.at, period, now))
    )


RATE = Rate(key="satisfaction", target=90, cohort=cohort)
