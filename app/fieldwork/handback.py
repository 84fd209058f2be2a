"""Give a case back to the desk: the unit asks, the duty officer decides (move 19)."""

from datetime import datetime

from sqlalchemy import update

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import service as cases
from app.cases import triage
from app.cases.workflow import Move, Urgency
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.core.events import announce
from app.core.reasons import reason_of
from app.fieldwork import tasks
from app.fieldwork.events import HandBackAsked
from app.fieldwork.models import HandBack
from app.fieldwork.states import HandBackState
from app.worktime import queries as worktime
from app.worktime.rules import Unit, due

LEAST = 10
ALLOWANCES = {
    Urgency.RED: (2, Unit.H),
    Urgency.YELLOW: (5, Unit.WD),
    Urgency.BLUE: (5, Unit.WD),
}
"""How long a unit may ask: 2 h where urgent, else 5 working days (信访工作条例 23)."""


def until(assigned_at: datetime, urgency: Urgency) -> datetime:
    """Return the last moment at which a case may be handed back."""
    length, unit = ALLOWANCES[urgency]
    return due(assigned_at, length, unit, worktime.calendar()).at


def hand_back(
    task_id: int, *, reason: str, suggested_unit: str = "", by: Actor, now: datetime
) -> int:
    """Ask to give a case back; the time stays the unit's until it is granted.

    Raises Invalid (no real reason), Refused `handback_late`, Stale, Forbidden.
    """
    task = tasks.own(task_id, by.staff_id)
    if task.state not in tasks.LIVE:
        raise Stale("task_changed")
    reason_of(reason, "handback_reason", least=LEAST)
    last = until(task.assigned_at, cases.get(task.case_id).urgency)
    if now > last:
        raise Refused("handback_late", until=last)
    row = HandBack(
        case_id=task.case_id,
        task_id=task_id,
        asked_by=by.staff_id,
        asked_at=now,
        until=last,
        suggested_unit=suggested_unit.strip(),
        reason=reason.strip(),
        state=HandBackState.OPEN,
    )
    db.session.add(row)
    db.session.flush()
    cases.move(
        task.case_id,
        Move.ASK_HANDBACK,
        by=by.key,
        now=now,
        note=reason,
        facts={"hand_back_id": row.id, "suggested_unit": row.suggested_unit},
    )
    announce(HandBackAsked(case_id=task.case_id, hand_back_id=row.id, by=by.key, now=now))
    return row.id


def take_back(task_id: int, *, by: Actor, now: datetime) -> None:
    """Withdraw one's own request; the case stands again where it stood."""
    task = tasks.own(task_id, by.staff_id)
    row = db.session.query(HandBack).filter_by(task_id=task_id, state="open").one_or_none()
    if row is None:
        raise Stale("already_decided")
    _decide(row.id, HandBackState.TAKEN_BACK, answer="", by=by, now=now)
    cases.move(task.case_id, Move.REFUSE_HANDBACK, by=by.key, now=now)


def decide_hand_back(
    hand_back_id: int,
    *,
    grant: bool,
    answer: str,
    by: Actor,
    now: datetime,
    new_staff_id: int | None = None,
) -> None:
    """Grant a hand-back to a new worker, or refuse it with a reason; never one's own.

    Raises NotFound, Forbidden, Invalid (`answer` or the new worker is missing), Stale.
    """
    row = db.session.get(HandBack, hand_back_id)
    if row is None:
        raise NotFound("no_such_hand_back")
    case_id, asked_by = row.case_id, row.asked_by
    if by.is_same_person(accounts.get(asked_by)):
        raise Forbidden("second_person")
    if not grant and not answer.strip():
        raise Invalid("reason_missing", field="answer")
    state = HandBackState.GRANTED if grant else HandBackState.REFUSED
    _decide(hand_back_id, state, answer=answer, by=by, now=now)
    if not grant:
        cases.move(case_id, Move.REFUSE_HANDBACK, by=by.key, now=now, note=answer)
        return
    if not new_staff_id or new_staff_id == asked_by:
        raise Invalid("new_worker_missing", field="new_staff_id")
    worker = triage.worker_on_duty(new_staff_id, field="new_staff_id")
    cases.move(
        case_id,
        Move.GRANT_HANDBACK,
        by=by.key,
        now=now,
        note=answer,
        facts={"staff_id": worker.staff_id, "hand_back_id": hand_back_id, "from": asked_by},
        changes={"assignee_id": worker.staff_id, "unit_code": worker.area_code},
    )


def _decide(
    hand_back_id: int, state: HandBackState, *, answer: str, by: Actor, now: datetime
) -> None:
    won = claim(
        update(HandBack)
        .where(HandBack.id == hand_back_id, HandBack.state == HandBackState.OPEN)
        .values(state=state, decided_by=by.staff_id, decided_at=now, answer=answer.strip())
    )
    if not won:
        raise Stale("already_decided")
    audit.record(
        actor=by.key,
        action=f"hand_back.{state}",
        subject=f"hand_back:{hand_back_id}",
        now=now,
    )
