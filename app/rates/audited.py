"""审计办结率: drawn closings that were inspected again, and whether they hold (features.md §5)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, null

from app.cases.models import Case
from app.fieldwork.rules import Grade
from app.rates import by_step
from app.rates.definition import Period
from app.spotchecks.conditions import holds, in_force
from app.spotchecks.kinds import SpotResult, SpotState
from app.spotchecks.models import SpotCheck, SpotSample


def cohort(period: Period, now: datetime) -> Select[Any]:
    """Select the drawn closings of the period by the draw that counts; good where solved.

    One not yet looked at, not seen, or shown by a poor proof alone is listed as left out. One
    reopened before anybody went there did not hold.
    """
    rows = by_step.rows(
        "spot", SpotCheck.id, SpotCheck.closed_at, func.coalesce(and_(_done(), holds()), False),
        excluded=_left_out(),
    )  # fmt: skip
    return (
        rows.select_from(SpotCheck)
        .join(SpotSample, SpotSample.id == SpotCheck.sample_id)
        .join(Case, Case.id == SpotCheck.case_id)
        .where(in_force(), *by_step.within(SpotCheck.closed_at, period, now))
    )


def _done() -> ColumnElement[bool]:
    return SpotCheck.state == SpotState.DONE


def _left_out() -> ColumnElement[Any]:
    poor = and_(SpotCheck.grade == Grade.C, SpotCheck.confirmed_at.is_(None))
    return case(
        (SpotCheck.state == SpotState.OPEN, literal("not_inspected")),
        (and_(_done(), SpotCheck.result == SpotResult.UNSEEN), literal("not_seen")),
        (and_(_done(), poor), literal("poor_proof")),
        else_=null(),
    )
