"""What second looks say, as conditions of queries: which count, which hold, which wait."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from app.fieldwork.rules import Grade
from app.spotchecks.kinds import FAILED, SpotAnswer, SpotResult, SpotState
from app.spotchecks.models import SpotCheck, SpotSample

Later = aliased(SpotSample)


def in_force() -> ColumnElement[bool]:
    """Return the condition that a sample is its month's last draw."""
    newer = select(Later.id).where(Later.month == SpotSample.month, Later.turn > SpotSample.turn)
    return ~newer.exists()


def tells() -> ColumnElement[bool]:
    """Return the condition that a second look says something: seen, and proof enough."""
    proven = (SpotCheck.grade != Grade.C) | SpotCheck.confirmed_at.is_not(None)
    return (SpotCheck.state == SpotState.OVERTAKEN) | (
        (SpotCheck.state == SpotState.DONE) & (SpotCheck.result != SpotResult.UNSEEN) & proven
    )


def is_back() -> ColumnElement[bool]:
    """Return the condition that it came back: proven, and no supervisor left it closed."""
    left = SpotCheck.answer.is_not(None) & (SpotCheck.answer == SpotAnswer.LEFT)
    return tells() & (SpotCheck.result == SpotResult.BACK) & ~left


def holds() -> ColumnElement[bool]:
    """Return the condition that the closing held."""
    return SpotCheck.result == SpotResult.SOLVED


def waits() -> ColumnElement[bool]:
    """Return the condition that a second look waits for the supervisor."""
    poor = (SpotCheck.grade == Grade.C) & SpotCheck.confirmed_at.is_(None)
    bad = SpotCheck.result.in_(FAILED) & SpotCheck.answer.is_(None)
    return (SpotCheck.state == SpotState.DONE) & (poor | bad)
