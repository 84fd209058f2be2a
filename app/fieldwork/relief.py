"""Whoever goes on leave passes his open tasks to who is on duty then (move 7, features.md 42).

The lead of the grid workers gives tasks to another of them by hand, with a reason.

Nothing that runs begins anew: the same limits go on, with the new worker's name on them. Whoever
comes back takes nothing back.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts.permissions import Role, Verb, covers
from app.accounts.queries import Actor
from app.accounts.status import Status
from app.cases import service as cases
from app.cases.workflow import State
from app.core.db import db
from app.core.errors import Invalid, NotFound, Stale
from app.core.events import announce
from app.core.reasons import reason_of
from app.fieldwork import tasks
from app.fieldwork.events import TaskPassedOn
from app.fieldwork.models import Task
from app.fieldwork.states import TaskState
from app.places import queries as places


@dataclass(frozen=True, slots=True, kw_only=True)
class Relieved:
    """How many tasks passed on, and how many stay because nobody is on duty there."""

    passed: int
    stayed: int


def pass_on(staff_id: int, *, by: Actor, now: datetime) -> Relieved:
    """Give each live task of somebody who is away to who is on duty in its grid."""
    rows = db.session.scalars(
        select(Task).where(Task.staff_id == staff_id, Task.state.in_(tasks.LIVE)).order_by(Task.id)
    ).all()
    passed = sum(_pass(row, by=by, now=now) for row in rows)
    return Relieved(passed=passed, stayed=len(rows) - passed)


def reassign(task_id: int, to: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Give one live task to another worker of the township, as its lead, with a reason.

    Raises NotFound (also outside the township), Invalid, Stale.
    """
    task = db.session.get(Task, task_id)
    if task is None or not by.sees(cases.get(task.case_id).township_code):
        raise NotFound("no_such_task")
    _give(task, _chosen(to, task.staff_id, reason), reason=reason.strip(), by=by, now=now)


def reassign_all(staff_id: int, to: int, *, reason: str, by: Actor, now: datetime) -> int:
    """Give all live tasks of somebody in the township to another worker; return how many.

    What is asked back stays where it is until that is decided. Raises as `reassign`.
    """
    new = _chosen(to, staff_id, reason)
    rows = db.session.scalars(
        select(Task).where(Task.staff_id == staff_id, Task.state.in_(tasks.LIVE)).order_by(Task.id)
    ).all()
    here = [(row, case) for row in rows if by.sees((case := cases.get(row.case_id)).township_code)]
    free = [row for row, case in here if case.state is not State.HANDBACK]
    if not free:
        raise Stale("no_task_to_pass")
    for row in free:
        _give(row, new, reason=reason.strip(), by=by, now=now)
    return len(free)


def _chosen(to: int, before: int, reason: str) -> Actor:
    """Return who gets it. Raises Invalid: no reason, nobody, away, another township, the same."""
    reason_of(reason, "handback_reason")
    new, old = accounts.get(to), accounts.get(before)
    if new is None or not new.active or not new.may(Verb.TASK_WORK) or to == before:
        raise Invalid("worker_missing", field="staff_id")
    if old is None or not covers((Role.GRID_WORKER,), new.area_code, old.area_code):
        raise Invalid("worker_elsewhere", field="staff_id")
    if new.status is not Status.WORKING:
        raise Invalid("worker_away", field="staff_id")
    return new


def _pass(task: Task, *, by: Actor, now: datetime) -> bool:
    grid = cases.get(task.case_id).grid_code
    deputy = accounts.get((places.on_duty(grid) if grid else None) or 0)
    if deputy is None or deputy.staff_id == task.staff_id:
        return False
    _give(task, deputy, reason="", by=by, now=now)
    return True


def _give(task: Task, to: Actor, *, reason: str, by: Actor, now: datetime) -> None:
    case = cases.get(task.case_id)
    if reason and case.state is State.HANDBACK:
        raise Stale("hand_back_first", number=case.number)
    new, before = _again(task, to), task.staff_id
    new.passed_reason = reason or None
    tasks.step(
        task.id, TaskState.CANCELLED, sources=tasks.LIVE, values={"cancelled_at": now}
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    cases.reassign(
        task.case_id, staff_id=to.staff_id, unit_code=to.area_code, by=by.key, now=now,
        reason=reason,
    )  # fmt: skip
    announce(
        TaskPassedOn(
            task_id=new.id, case_id=task.case_id, staff_id=to.staff_id, before=before,
            unit_code=to.area_code, by=by.key, now=now,
        )
    )  # fmt: skip


def _again(task: Task, deputy: Actor) -> Task:
    """Return the same task for somebody else: to be signed for, or where its worker has arrived."""
    new = tasks.copy(task)
    new.staff_id, new.unit_code = deputy.staff_id, deputy.area_code
    if task.state is TaskState.ARRIVED:
        new.state, new.arrived_at = TaskState.ARRIVED, task.arrived_at
    return new
