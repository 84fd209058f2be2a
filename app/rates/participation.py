"""参评率: how many reports of the closed cases were rated; stands beside the satisfaction rate."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.cases.models import Case, CaseStep
from app.cases.workflow import Move
from app.core.db import db
from app.feedback.models import Rating
from app.intake.models import Report
from app.rates.definition import Period
from app.rates.queries import Scope
from app.rates.rules import Figure


def participation(period: Period, *, now: datetime, scope: Scope | None = None) -> Figure:
    """Return rated reports among all reports on cases closed in the period, tests left out."""
    closed = select(CaseStep.case_id).where(
        CaseStep.move == Move.CLOSE,
        CaseStep.at >= period.start,
        CaseStep.at < period.end,
        CaseStep.at <= now,
    )
    wanted: list[ColumnElement[bool]] = [Report.case_id.in_(closed), Report.test.is_(False)]
    chosen = scope or Scope()
    for column, value in (
        (Case.township_code, chosen.township_code),
        (Case.grid_code, chosen.grid_code),
        (Case.assignee_id, chosen.staff_id),
    ):
        if value is not None:
            wanted.append(column == value)
    row = db.session.execute(
        select(func.count(Rating.report_id), func.count(Report.id))
        .select_from(Report)
        .join(Case, Case.id == Report.case_id)
        .outerjoin(Rating, Rating.report_id == Report.id)
        .where(*wanted)
    ).one()
    return Figure(top=row[0], bottom=row[1])
