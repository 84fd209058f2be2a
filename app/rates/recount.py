"""Count every figure again, from raw rows and in plain Python, apart from the queries shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.cases.models import Case, CaseStep
from app.cases.workflow import Move
from app.core.db import db
from app.enforcement.models import Penalty
from app.feedback.models import Rating
from app.intake.models import Report
from app.rates import RATES
from app.rates.definition import Period
from app.rates.queries import Group, by_group, figure
from app.rates.rules import Figure
from app.rates.satisfaction import SATISFIED
from app.sla.kinds import ClockState
from app.sla.models import Clock

KINDS = {"arrival": "arrive", "reply": "first_reply", "closure": "closure", "penalty": "filing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure that its raw rows contradict."""

    rate: str
    township: str | None
    shown: Figure
    counted: Figure


@dataclass(frozen=True, slots=True)
class _Line:
    township: str | None
    good: bool
    excluded: bool


def differences(period: Period, *, now: datetime) -> list[Difference]:
    """Return every figure of the period, whole and by township, that differs from its rows."""
    found: list[Difference] = []
    for rate in RATES:
        lines = list(_lines(rate.key, period, now))
        whole, parts = _count(lines), {t: _count(lines, t) for t in {x.township for x in lines}}
        shown = by_group(rate, period, Group.TOWNSHIP, now=now)
        pairs: list[tuple[str | None, Figure, Figure]] = [
            (None, figure(rate, period, now=now), whole)
        ]
        pairs += [
            (town, shown.get(town, Figure(top=0, bottom=0)), parts.get(town, _count([])))
            for town in set(shown) | set(parts)
        ]
        found += [
            Difference(rate=rate.key, township=town, shown=is_shown, counted=counted)
            for town, is_shown, counted in pairs
            if is_shown != counted
        ]
    return found


def _count(lines: Iterable[_Line], township: str | None = "*") -> Figure:
    mine = [line for line in lines if township in ("*", line.township)]
    kept = [line for line in mine if not line.excluded]
    good = [line for line in kept if line.good]
    return Figure(top=len(good), bottom=len(kept), excluded=len(mine) - len(kept))


def _lines(key: str, period: Period, now: datetime) -> Iterator[_Line]:
    if key == "satisfaction":
        yield from _ratings(period, now)
        return
    cases = {case.id: case for case in db.session.scalars(select(Case))}
    reports = {report.id: report for report in db.session.scalars(select(Report))}
    spared = set(db.session.scalars(select(Penalty.case_id).where(Penalty.state == "no_penalty")))
    for clock in db.session.scalars(select(Clock).where(Clock.kind == KINDS[key])):
        if clock.state is ClockState.VOID or clock.due_at is None:
            continue
        if not period.start <= clock.due_at < min(period.end, _just_after(now)):
            continue
        report = reports.get(clock.report_id) if clock.report_id else None
        good = clock.state is ClockState.STOPPED and clock.on_time is True
        out = _excluded(key, cases[clock.case_id], report, spared)
        yield _Line(clock.township_code, good, out)


def _just_after(now: datetime) -> datetime:
    return now + timedelta.resolution


def _excluded(key: str, case: Case, report: Report | None, spared: set[int]) -> bool:
    own = case.exclusion is not None
    if key == "arrival":
        return own or not case.on_site
    if key == "penalty":
        return own or case.id in spared
    if key == "reply" and report is not None:
        mine = report.test or report.withdrawn_at is not None or report.refuses_reply
        return mine or (own and case.exclusion != "merged")
    return own


def _ratings(period: Period, now: datetime) -> Iterator[_Line]:
    closings = db.session.scalars(select(CaseStep).where(CaseStep.move == Move.CLOSE))
    closed = {
        step.case_id for step in closings
        if period.start <= step.at < period.end and step.at <= now
    }  # fmt: skip
    for rating in db.session.scalars(select(Rating)):
        if rating.case_id in closed:
            case, report = (
                db.session.get_one(Case, rating.case_id),
                db.session.get_one(Report, rating.report_id),
            )
            yield _Line(case.township_code, rating.satisfaction in SATISFIED, report.test)
