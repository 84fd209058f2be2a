"""Figures and rules that home and help pages show: the week before, the reward rules in force."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core.clock import local
from app.intake import queries as reports
from app.rates import BY_KEY
from app.rates import queries as rates
from app.rates.definition import Period
from app.rewards import rulesets


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Reports of the last full week, and visits in time of those due in it."""

    received: int
    in_time: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesNow:
    """The reward rules that hold today."""

    name: str
    version: int
    since: date


def last_week(now: datetime) -> Week:
    """Return the figures of the week before this one, Monday to Sunday."""
    today = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    start, end = monday - timedelta(days=7), monday
    figure = rates.figure(BY_KEY["arrival"], Period(start=start, end=end), now=now)
    return Week(
        received=reports.received_between(start, end), in_time=figure.top, due=figure.bottom
    )


def rules_in_force(now: datetime) -> RulesNow | None:
    """Return name and document of the reward rules of today."""
    row = rulesets.in_force(now)
    if row is None:
        return None
    return RulesNow(name=rulesets.doc_of(row.id).name, version=row.version, since=row.valid_from)
