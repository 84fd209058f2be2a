"""Figures that stand beside the five rates (domain.md §3): each has its list like a rate."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal
from sqlalchemy.orm import aliased

from app.cases.models import Case, CaseStep
from app.cases.workflow import Move
from app.enforcement.models import OF_ITS_CLOCKS, Finding, Penalty
from app.enforcement.workflow import VERIFIED
from app.feedback.models import Rating
from app.fieldwork.models import HandBack, Task
from app.fieldwork.states import HandBackState, TaskKind
from app.intake.models import Report
from app.rates import audited, by_clock, by_step, leaving_out, satisfaction
from app.rates.definition import Period, Rate
from app.sla.kinds import ClockState
from app.sla.models import Clock
from app.spotchecks.conditions import is_back
from app.spotchecks.models import SpotCheck

Again = aliased(CaseStep)
TEST = case((Report.test.is_(True), literal("test")))


def verified(period: Period, now: datetime) -> Select[Any]:
    """Select the reports with a finding set in the period; good where it was verified (核实率)."""
    good = Finding.kind.in_(sorted(VERIFIED))
    rows = by_step.rows(
        "report", Report.id, Finding.set_at, good, report_id=Report.id, source=Report.source,
        excluded=TEST,
    )  # fmt: skip
    return (
        rows.select_from(Finding)
        .join(Case, and_(Case.id == Finding.case_id, Case.round == Finding.round))
        .join(Report, Report.case_id == Case.id)
        .where(*by_step.within(Finding.set_at, period, now))
    )


def response(period: Period, now: datetime) -> Select[Any]:
    """Select the reports of the closings of the period; good where they were rated (参评率)."""
    rated = exists().where(
        Rating.report_id == Report.id, Rating.round == CaseStep.round
    ).correlate(Report, CaseStep)  # fmt: skip
    rows = by_step.rows(
        "closing", CaseStep.id, CaseStep.at, rated, report_id=Report.id, source=Report.source,
        excluded=TEST,
    )  # fmt: skip
    return _steps(rows, period, now, Move.CLOSE).join(Report, Report.case_id == CaseStep.case_id)


def both(period: Period, now: datetime) -> Select[Any]:
    """Select the ratings that judge the attitude too; good where both are (双满意率)."""
    content = and_(
        Rating.satisfaction.in_(satisfaction.SATISFIED),
        Rating.attitude.in_(satisfaction.SATISFIED),
    )
    rows = satisfaction.cohort(period, now, good=content)
    return rows.where(Rating.attitude.is_not(None))


def _steps(rows: Select[Any], period: Period, now: datetime, *moves: Move) -> Select[Any]:
    return (
        rows.select_from(CaseStep)
        .join(Case, Case.id == CaseStep.case_id)
        .where(CaseStep.move.in_(moves), *by_step.within(CaseStep.at, period, now))
    )


def rework(period: Period, now: datetime) -> Select[Any]:
    """Select the checks of the period; "good" are those that sent the case back (返工率)."""
    failed = CaseStep.move == Move.FAIL_CHECK
    rows = by_step.rows("step", CaseStep.id, CaseStep.at, failed)
    return _steps(rows, period, now, Move.PASS_CHECK, Move.FAIL_CHECK)


def rebound(period: Period, now: datetime) -> Select[Any]:
    """Select the closings of the period; "good" are those taken up again or back since (反弹率).

    Back is what a second look found so with proof, unless a supervisor left it closed.
    """
    again = exists().where(
        Again.case_id == CaseStep.case_id, Again.move == Move.REOPEN, Again.seq > CaseStep.seq,
        Again.round == CaseStep.round + 1,
    ).correlate(CaseStep)  # fmt: skip
    back = exists().where(
        SpotCheck.case_id == CaseStep.case_id, SpotCheck.round == CaseStep.round, is_back()
    ).correlate(CaseStep)  # fmt: skip
    rows = by_step.rows("step", CaseStep.id, CaseStep.at, again | back)
    return _steps(rows, period, now, Move.CLOSE)


def hand_back(period: Period, now: datetime) -> Select[Any]:
    """Select the visits given out; "good" are those handed back with leave (退单率)."""
    granted = exists().where(
        HandBack.task_id == Task.id, HandBack.state == HandBackState.GRANTED
    ).correlate(Task)  # fmt: skip
    rows = by_step.rows("task", Task.id, Task.assigned_at, granted)
    return (
        rows.select_from(Task)
        .join(Case, Case.id == Task.case_id)
        .where(Task.kind == TaskKind.VISIT, *by_step.within(Task.assigned_at, period, now))
    )


def repeated(period: Period, now: datetime) -> Select[Any]:
    """Select the reports received; "good" are those that joined an older case (重复举报率)."""
    rows = by_step.rows(
        "report", Report.id, Report.received_at, Report.ordinal_in_case > 1,
        report_id=Report.id, source=Report.source, excluded=TEST,
    )  # fmt: skip
    return (
        rows.select_from(Report)
        .join(Case, Case.id == Report.case_id)
        .where(*by_step.within(Report.received_at, period, now))
    )


def _clock(
    kind: str, period: Period, now: datetime, good: ColumnElement[bool] | None = None
) -> Select[Any]:
    return by_clock.cohort(kind, kind, period, now, excluded=leaving_out.of_case(), good=good)


def told(period: Period, now: datetime) -> Select[Any]:
    """Select the acceptances due; good where told in time (受理告知率)."""
    return _clock("accept", period, now)


def final_reply(period: Period, now: datetime) -> Select[Any]:
    """Select the closings due; good where the final reply went out in time."""
    return _clock("close", period, now)


def extension(period: Period, now: datetime) -> Select[Any]:
    """Select the closures due; "good" are those with more time granted (延期率)."""
    return _clock("closure", period, now, Clock.extended.is_(True))


def punished(period: Period, now: datetime) -> Select[Any]:
    """Select the decisions due after filing; good in time and not revoked since (处罚率)."""
    revoked = exists().where(
        Penalty.case_id == Clock.case_id, Clock.subject == OF_ITS_CLOCKS,
        Penalty.revoked_at.is_not(None)
    ).correlate(Clock)  # fmt: skip
    good = and_(Clock.state == ClockState.STOPPED, Clock.on_time.is_(True), ~revoked)
    return _clock("decision", period, now, good)


def _beside(key: str, cohort: Any) -> Rate:
    return Rate(key=key, target=None, cohort=cohort)


BESIDE: dict[str, tuple[Rate, ...]] = {
    "arrival": (
        _beside("hand_back", hand_back),
    ),
    "reply": (
        _beside("told", told),
        _beside("final_reply", final_reply),
        _beside("repeated", repeated),
    ),
    "closure": (
        _beside("audited", audited.cohort),
        _beside("rework", rework),
        _beside("extension", extension),
        _beside("rebound", rebound),
    ),
    "penalty": (
        _beside("verified", verified),
        _beside("punished", punished),
    ),
    "satisfaction": (
        _beside("response", response),
        _beside("both", both),
    ),
}  # fmt: skip
"""What stands beside each rate; more is not better here, so nothing has a target."""

BESIDE_BY_KEY: dict[str, Rate] = {one.key: one for group in BESIDE.values() for one in group}
