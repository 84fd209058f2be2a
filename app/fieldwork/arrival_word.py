"""The duty officer's word on an arrival of grade C: it counts, or it is none (decision 5).

A refused arrival is as if nobody had come: the arrival clock goes on where it still can, and the
worker arrives again, on a new task that says why.
"""

from datetime import datetime

from sqlalchemy import update

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import service as cases
from app.cases.workflow import State
from app.core.db import claim, db
from app.core.errors import NotFound, Stale
from app.core.events import announce
from app.fieldwork import tasks
from app.fieldwork.events import ArrivalConfirmed, ArrivalRefused
from app.fieldwork.models import CheckIn, Task
from app.fieldwork.rules import Grade
from app.fieldwork.second_word import reason_of
from app.fieldwork.states import TaskState


def confirm_arrival(check_in_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Let a grade C count, with a reason; never by the person who arrived (domain.md §11).

    Raises NotFound, Forbidden, Invalid (no reason), Stale (not a C, or decided already).
    """
    row = _say(check_in_id, accepted=True, reason=reason, by=by, now=now)
    announce(
        ArrivalConfirmed(
            task_id=row.task_id, case_id=_task(row).case_id, check_in_id=row.id, at=row.at,
            by=by.key, now=now,
        )
    )  # fmt: skip


def refuse_arrival(check_in_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Say that a grade C was no arrival, with a reason that its worker reads.

    Raises as `confirm_arrival`, and Stale `hand_back_first` while a hand-back waits.
    """
    row = _say(check_in_id, accepted=False, reason=reason, by=by, now=now)
    task = _task(row)
    again = _again(task, reason, now=now) if task.state is TaskState.ARRIVED else None
    announce(
        ArrivalRefused(
            task_id=again.id if again else task.id, case_id=task.case_id, check_in_id=row.id,
            staff_id=task.staff_id, again=again is not None, by=by.key, now=now,
        )
    )  # fmt: skip


def _say(check_in_id: int, *, accepted: bool, reason: str, by: Actor, now: datetime) -> CheckIn:
    row = db.session.get(CheckIn, check_in_id)
    if row is None:
        raise NotFound("no_such_check_in")
    reason = reason_of(reason, by=by, on=row.staff_id)
    won = claim(
        update(CheckIn)
        .where(
            CheckIn.id == check_in_id, CheckIn.grade == Grade.C, CheckIn.accepted.is_(None)
        )
        .values(
            accepted=accepted, confirmed_by=by.staff_id, confirmed_at=now,
            confirm_reason=reason,
        )
    )  # fmt: skip
    if not won:
        raise Stale("already_decided")
    word = "confirmed" if accepted else "refused"
    audit.record(
        actor=by.key, action=f"task.arrival_{word}", subject=f"task:{row.task_id}", now=now,
        detail={"reason": reason},
    )  # fmt: skip
    return row


def _task(row: CheckIn) -> Task:
    return db.session.get_one(Task, row.task_id)


def _again(task: Task, reason: str, *, now: datetime) -> Task:
    """Give the same worker the visit again; the arrival stays in the record of the old task."""
    case = cases.get(task.case_id)
    if case.state is State.HANDBACK:
        raise Stale("hand_back_first", number=case.number)
    new = tasks.copy(task)
    new.state, new.signed_at, new.rework_reason = TaskState.SIGNED, task.signed_at, reason.strip()
    tasks.step(
        task.id, TaskState.CANCELLED, sources=(TaskState.ARRIVED,), values={"cancelled_at": now}
    )
    db.session.add(new)
    db.session.flush()
    return new
