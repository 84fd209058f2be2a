"""答复率: reports with a substantive first reply by its due time; anonymous ones count."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, func

from app.cases.models import CaseStep
from app.cases.workflow import Move, State
from app.intake.models import Report
from app.rates import by_clock, leaving_out
from app.rates.definition import Period, Rate
from app.sla.models import Clock


def cohort(period: Period, now: datetime) -> Select[Any]:
    """Select the reports whose first reply was due; merged ones stay in (decision 23).

    Taken back after the dispatch, a report is still owed its reply (domain.md §5, move 5).
    """
    dispatched = (
        exists()
        .where(
            CaseStep.case_id == Report.case_id,
            CaseStep.move == Move.ASSIGN,
            CaseStep.at <= Report.withdrawn_at,
        )
        .correlate(Report)
    )
    excluded = func.coalesce(
        leaving_out.by_people("reply"),
        case(
            (Report.test.is_(True), "test"),
            (and_(Report.withdrawn_at.is_not(None), ~dispatched), "withdrawn"),
            (Report.refuses_reply.is_(True), "refuses_reply"),
        ),
        leaving_out.of_case(State.MERGED),
    )
    rows = by_clock.cohort(
        "reply", "first_reply", period, now, excluded=excluded, source=Report.source
    )
    return rows.join(Report, Report.id == Clock.report_id)


RATE = Rate(key="reply", target=95, cohort=cohort)
