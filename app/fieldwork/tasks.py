"""Find a task and take it one step further, for its own worker only."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from app.core.db import claim, db
from app.core.errors import Forbidden, NotFound, Stale
from app.fieldwork.models import Task
from app.fieldwork.states import TaskState

LIVE = (TaskState.OPEN, TaskState.SIGNED, TaskState.ARRIVED)
"""States in which a task still asks something of its worker."""


def own(task_id: int, staff_id: int) -> Task:
    """Return a task of this worker. Raises NotFound, Forbidden (it is somebody else's)."""
    task = db.session.get(Task, task_id)
    if task is None:
        raise NotFound("no_such_task")
    if task.staff_id != staff_id:
        raise Forbidden("task_of_another")
    return task


def live(case_id: int) -> Task | None:
    """Return the task of a case that still asks something, the newest if there were two."""
    return db.session.scalar(
        select(Task)
        .where(Task.case_id == case_id, Task.state.in_(LIVE))
        .order_by(Task.id.desc())
        .limit(1)
    )


def step(
    task_id: int, new: TaskState, *, sources: tuple[TaskState, ...], values: dict[str, Any]
) -> None:
    """Move a task on if it still stands in one of `sources`. Raises Stale."""
    won = claim(
        update(Task).where(Task.id == task_id, Task.state.in_(sources)).values(state=new, **values)
    )
    if not won:
        raise Stale("task_changed")


def sign_if_open(task: Task, now: datetime) -> bool:
    """Count an arrival or a reply as having signed; say whether it had not been done."""
    if task.state is not TaskState.OPEN:
        return False
    step(task.id, TaskState.SIGNED, sources=(TaskState.OPEN,), values={"signed_at": now})
    return True


def copy(task: Task) -> Task:
    """Return a task as it was assigned, as the next turn of its round; not signed, not stored."""
    turns = select(func.max(Task.turn)).where(
        Task.case_id == task.case_id, Task.round == task.round
    )
    return Task(
        case_id=task.case_id, round=task.round, turn=(db.session.scalar(turns) or 0) + 1,
        kind=task.kind, staff_id=task.staff_id, unit_code=task.unit_code, state=TaskState.OPEN,
        assigned_at=task.assigned_at, no_visit_reason=task.no_visit_reason,
        rework_reason=task.rework_reason,
    )  # fmt: skip
