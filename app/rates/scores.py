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


def figures_by_township(period: Period, *, now: datetime) -> dict[str, dict[str, Figure]]:
    """Return the five figures of every township that has any."""
    found: dict[str, dict[str, Figure]] = defaultdict(lambda: {r.key: NOTHING for r in RATES})
    for rate in RATES:
        for town, figure in by_group(rate, period, Group.TOWNSHIP, now=now).items():
            found[town][rate.key] = figure
    return dict(found)


def faults(period: Period, *, now: datetime) -> dict[str, tuple[Fault, ...]]:
    """Return what was sent back in the period, by township and case."""
    rows = db.session.execute(
        select(Case.township_code, Case.supervised, func.count())
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(
            CaseStep.move == Move.FAIL_CHECK, CaseStep.at >= period.start,
            CaseStep.at < period.end, CaseStep.at < now,
        )
        .group_by(Case.id, Case.township_code, Case.supervised)
    )  # fmt: skip
    found: dict[str, list[Fault]] = defaultdict(list)
    for town, weighty, reworks in rows:
        found[town or ""].append(Fault(reworks=reworks, weighty=bool(weighty)))
    return {town: tuple(mine) for town, mine in found.items()}


def scores(period: Period, *, now: datetime) -> dict[str, Score]:
    """Return the score of every township that has any record."""
    bad = faults(period, now=now)
    return {
        town: score(figures, bad.get(town, ()))
        for town, figures in figures_by_township(period, now=now).items()
    }
