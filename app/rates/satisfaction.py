"""满意率: satisfied ratings among the valid ones of reports on cases closed in the period."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, null, select

from app.cases.models import Case, CaseStep
from app.cases.workflow import Move
from app.feedback.models import Rating
from app.intake.models import Report
from app.rates.definition import Period, Rate

SATISFIED = ("very", "satisfied", "mostly")


def cohort(period: Period, now: datetime) -> Select[Any]:
    """Select the ratings of reports whose case was closed in the period (decision 3)."""
    closed = (
        select(CaseStep.case_id.label("case_id"))
        .where(
            CaseStep.move == Move.CLOSE,
            CaseStep.at >= period.start,
            CaseStep.at < period.end,
            CaseStep.at <= now,
        )
        .distinct()
        .subquery()
    )
    excluded = case((Report.test.is_(True), "test"), else_=null())
    return (
        select(
            Rating.case_id.label("case_id"),
            Rating.report_id.label("report_id"),
            Case.unit_code.label("unit_code"),
            Case.township_code.label("township_code"),
            Case.grid_code.label("grid_code"),
            Case.assignee_id.label("staff_id"),
            Rating.window_ends_at.label("due_at"),
            Rating.at.label("done_at"),
            case((Rating.satisfaction.in_(SATISFIED), 1), else_=0).label("good"),
            excluded.label("excluded"),
        )
        .join(closed, closed.c.case_id == Rating.case_id)
        .join(Case, Case.id == Rating.case_id)
        .join(Report, Report.id == Rating.report_id)
    )


RATE = Rate(
    key="satisfaction", label="Satisfaction rate", good_label="Satisfied",
    all_label="Valid ratings", target=90, cohort=cohort,
)  # fmt: skip
