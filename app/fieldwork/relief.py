"""Whoever goes on leave passes his open tasks to who is on duty then (move 7, features.md 42).

Nothing that runs begins anew: the same limits go on, with the new worker's name on them. Whoever
comes back takes nothing back.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.cases import service as cases
from app.core.db import db
from app.core.events import announce
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


def _pass(task: Task, *, by: Actor, now: datetime) -> bool:
    grid = cases.get(task.case_id).grid_code
    deputy = accounts.get((places.on_duty(grid) if grid else None) or 0)
    if deputy is None or deputy.staff_id == task.staff_id:
        return False
    new = _again(task, deputy)
    tasks.step(
        task.id, TaskState.CANCELLED, sources=tasks.LIVE, values={"cancelled_at": now}
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    cases.reassign(
        task.case_id, staff_id=deputy.staff_id, unit_code=deputy.area_code, by=by.key, now=now
    )
    announce(
        TaskPassedOn(
            task_id=new.id, case_id=task.case_id, staff_id=deputy.staff_id,
            unit_code=deputy.area_code, by=by.key, now=now,
        )
    )  # fmt: skip
    return True


def _again(task: Task, deputy: Actor) -> Task:
    """Return the same task for somebody else: to be signed for, or where its worker has arrived."""
    new = tasks.copy(task)
    new.staff_id, new.unit_code = deputy.staff_id, deputy.area_code
    if task.state is TaskState.ARRIVED:
        new.state, new.arrived_at = TaskState.ARRIVED, task.arrived_at
    return new
