"""Before a decision the party is heard: five working days to ask for it (行政处罚法 63, 64)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.core.clock import local
from app.core.db import db
from app.core.errors import Invalid
from app.enforcement import records
from app.enforcement.models import Penalty, PenaltyStep
from app.enforcement.workflow import PenaltyState
from app.worktime import queries as worktime
from app.worktime.rules import Unit, due

DAYS = 5
"""Working days after the notice in which a hearing may be asked for (行政处罚法 64)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a decision has to wait for: the last day of the party's time, or what it asked for."""

    until: date
    asked: bool


def hearing_of(case_id: int, *, now: datetime, turn: int | None = None) -> Hearing | None:
    """Return the hearing that a decision today would pass over, None where there is none."""
    row = records.existing(case_id, turn)
    return None if row is None else _of(row, on=local(now).date())


def _of(row: Penalty, *, on: date) -> Hearing | None:
    if row.state is not PenaltyState.NOTIFIED:
        return None
    steps = select(func.max(PenaltyStep.at)).where(
        PenaltyStep.penalty_id == row.id, PenaltyStep.to_state == PenaltyState.NOTIFIED
    )
    told = db.session.scalar(steps)
    assert told is not None
    last = due(told, DAYS, Unit.WD, worktime.calendar()).day
    asked = row.hearing_at is not None
    return Hearing(until=last, asked=asked) if asked or on <= last else None


def must_be_over(row: Penalty, *, on: date | None, heard: bool, now: datetime) -> None:
    """Refuse a decision that was not announced, or while the party may ask for a hearing or did.

    Without notice no decision stands (行政处罚法 44, 45); on the spot it is told at once (52).

    Which penalties need one is for the bureau to say (domain.md names none): so a person may
    answer for it that the party waived it or was heard. Raises Invalid
    `notice_first`, `hearing_open`, `hearing_asked`.
    """
    if row.state is PenaltyState.LEGAL_REVIEWED:
        raise Invalid("notice_first")
    found = _of(row, on=on or local(now).date())
    if found is not None and not heard:
        key = "hearing_asked" if found.asked else "hearing_open"
        raise Invalid(key, field="heard", until=found.until.isoformat())
