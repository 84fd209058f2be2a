"""The score of every township in a period, from the five rates and what was sent back."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, select

from app.cases.models import Case, CaseStep
from app.cases.workflow import Move
from app.core.db import db
from app.rates import RATES
from app.rates.definition import Period
from app.rates.queries import NOTHING, Group, by_group
from app.rates.rules import Figure
from app.rates.rules_score import Fault, Score, score
from app.spotchecks.models import SpotCheck


def figures_by_township(period: Period, *, now: datetime) -> dict[str, dict[str, Figure]]:
    """Return the five figures of every township that has any."""
    found: dict[str, dict[str, Figure]] = defaultdict(lambda: {r.key: NOTHING for r in RATES})
    for rate in RATES:
        for town, figure in by_group(rate, period, Group.TOWNSHIP, now=now).items():
            found[town][rate.key] = figure
    return dict(found)


def faults(period: Period, *, now: datetime) -> dict[str, tuple[Fault, ...]]:
    """Return what was sent back or found falsified in the period, by township and case."""
    back, false = _sent_back(period, now), _falsified(period, now)
    cases = db.session.execute(
        select(Case.id, Case.township_code, Case.supervised).where(Case.id.in_({*back, *false}))
    )
    found: dict[str, list[Fault]] = defaultdict(list)
    for case_id, town, weighty in cases:
        fault = Fault(
            reworks=back.get(case_id, 0), falsified=false.get(case_id, 0), weighty=bool(weighty)
        )
        found[town or ""].append(fault)
    return {town: tuple(mine) for town, mine in found.items()}


def _sent_back(period: Period, now: datetime) -> dict[int, int]:
    rows = db.session.execute(
        select(CaseStep.case_id, func.count())
        .where(
            CaseStep.move == Move.FAIL_CHECK, CaseStep.at >= period.start,
            CaseStep.at < period.end, CaseStep.at < now,
        )
        .group_by(CaseStep.case_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def _falsified(period: Period, now: datetime) -> dict[int, int]:
    """Return which closings a supervisor called falsified in the period, after a second look."""
    rows = db.session.execute(
        select(SpotCheck.case_id, func.count(func.distinct(SpotCheck.round)))
        .where(
            SpotCheck.falsified.is_(True), SpotCheck.answered_at >= period.start,
            SpotCheck.answered_at < period.end, SpotCheck.answered_at < now,
        )
        .group_by(SpotCheck.case_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def scores(period: Period, *, now: datetime) -> dict[str, Score]:
    """Return the score of every township that has any record."""
    bad = faults(period, now=now)
    return {
        town: score(figures, bad.get(town, ()))
        for town, figures in figures_by_township(period, now=now).items()
    }
