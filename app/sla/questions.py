"""Let a case go on whose question the reporter never answered (domain.md §5, move 17)."""

from datetime import datetime

from sqlalchemy import func, select

from app.cases import service as cases
from app.cases.models import Case, CaseStep
from app.cases.workflow import Move, State
from app.core.db import db
from app.core.errors import Stale
from app.sla import policy_book
from app.sla.kinds import PauseReason
from app.worktime import queries as worktime
from app.worktime.rules import due

BATCH = 200
ASKED = func.max(CaseStep.at)
WAITING = (
    select(Case.id, Case.opened_at, ASKED.label("asked_at"))
    .join(CaseStep, CaseStep.case_id == Case.id)
    .where(Case.state == State.WAITING_REPORTER, CaseStep.move == Move.ASK_REPORTER)
    .group_by(Case.id, Case.opened_at)
    .order_by(ASKED, Case.id)
    .limit(BATCH)
)


def unanswered_batch(now: datetime) -> int:
    """Move back the cases that waited as long as a question may pause clocks; return how many.

    Until then nobody but the reporter can move such a case: without this it would wait for good.
    """
    calendar, gone_on = worktime.calendar(now=now), 0
    for row in db.session.execute(WAITING).all():
        cap = policy_book.in_force(row.opened_at).pauses[PauseReason.WAITING_REPORTER].cap
        if now > due(row.asked_at, cap.length, cap.unit, calendar).at:
            gone_on += _go_on(row.id, now=now)
    return gone_on


def _go_on(case_id: int, *, now: datetime) -> int:
    try:
        cases.move(case_id, Move.ANSWERED, by="system", now=now)
    except Stale:  # the answer came at this very moment
        return 0
    return 1
