"""Before a decision the party is heard: five working days to speak (行政处罚法 45, 63, 64)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.core.clock import local
from app.core.db import db
from app.core.errors import Invalid
from app.enforcement import policy, records
from app.enforcement.models import Penalty, PenaltyNotice, PenaltyStep
from app.enforcement.rules_hearing import Ground, ground, heavier
from app.enforcement.workflow import PenaltyKind, PenaltyState
from app.worktime import queries as worktime
from app.worktime.rules import Unit, due

DAYS = 5
"""Working days after the notice in which a hearing may be asked for (行政处罚法 64).

So long, too, the party may state its case where no hearing is offered (办法 44: to be confirmed).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a decision has to wait for: the last day of the party's time, or what it asked for."""

    until: date
    asked: bool
    offered: bool


def hearing_of(case_id: int, *, now: datetime, turn: int | None = None) -> Hearing | None:
    """Return the hearing that a decision today would pass over, None where there is none."""
    row = records.existing(case_id, turn)
    return None if row is None else _of(row, on=local(now).date())


def ground_of(
    row: Penalty, kinds: Collection[PenaltyKind], amount_fen: int, *, on: date
) -> Ground | None:
    """Return why the rule of a day grants a hearing; a party with a credit code is no citizen."""
    return ground(
        policy.in_force(on), kinds=kinds, amount_fen=amount_fen, organisation=bool(row.credit_code)
    )


def _of(row: Penalty, *, on: date) -> Hearing | None:
    if row.state is not PenaltyState.NOTIFIED:
        return None
    notice = records.notice_of(row)
    asked, offered = row.hearing_at is not None, notice is None or notice.offered
    last = due(_told_at(row, notice), DAYS, Unit.WD, worktime.calendar()).day
    return Hearing(until=last, asked=asked, offered=offered) if asked or on <= last else None


def _told_at(row: Penalty, notice: PenaltyNotice | None) -> datetime:
    if notice is not None:
        return records.end_of(notice.told_on)
    steps = select(func.max(PenaltyStep.at)).where(
        PenaltyStep.penalty_id == row.id, PenaltyStep.to_state == PenaltyState.NOTIFIED
    )
    told = db.session.scalar(steps)
    assert told is not None
    return told


def must_be_over(
    row: Penalty, kinds: Collection[PenaltyKind], amount_fen: int, *, on: date, heard: bool
) -> None:
    """Refuse a decision that was not announced, or while the party may still speak.

    Without notice no decision stands, nor a heavier one (行政处罚法 44, 45); on the spot it is
    told at once (52). A person may answer for it that the party waived its right or was heard.
    Raises Invalid `notice_first`, `heavier_amount`, `heavier_kinds`, `hearing_open`,
    `statement_open`, `hearing_asked`.
    """
    if row.state is PenaltyState.LEGAL_REVIEWED:
        raise Invalid("notice_first")
    if row.state is not PenaltyState.NOTIFIED:
        return
    _must_cover(records.notice_of(row), kinds, amount_fen)
    found = None if heard else _of(row, on=on)
    if found is not None and found.asked:
        raise Invalid("hearing_asked", field="heard")
    if found is not None:
        key = "hearing_open" if found.offered else "statement_open"
        raise Invalid(key, field="heard", until=found.until.isoformat())


def _must_cover(
    notice: PenaltyNotice | None, kinds: Collection[PenaltyKind], amount_fen: int
) -> None:
    """Refuse what goes beyond the notice; of one that an older version told nothing is known."""
    if notice is None:
        return
    planned = [PenaltyKind(kind) for kind in notice.kinds]
    beyond = heavier(
        planned=planned, planned_fen=notice.amount_fen, kinds=kinds, amount_fen=amount_fen
    )
    if beyond is not None:
        raise Invalid(f"heavier_{beyond}", field=str(beyond))
