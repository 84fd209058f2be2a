"""Make and end tasks as cases move, and sign for them; the door to what a worker does."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select, update

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import queries as case_queries
from app.cases import service as cases
from app.cases.events import CaseMoved
from app.cases.workflow import Move
from app.core.db import db
from app.core.errors import Stale
from app.core.events import announce
from app.fieldwork import tasks
from app.fieldwork.arrival import check_in, issue_challenge
from app.fieldwork.arrival_word import confirm_arrival, refuse_arrival
from app.fieldwork.events import TaskSigned
from app.fieldwork.handback import decide_hand_back, hand_back, take_back
from app.fieldwork.models import Task
from app.fieldwork.relief import Relieved, pass_on, reassign, reassign_all
from app.fieldwork.site import finish, reply
from app.fieldwork.states import TaskKind, TaskState

__all__ = (
    "Relieved",
    "check_in",
    "confirm_arrival",
    "decide_hand_back",
    "finish",
    "follow",
    "hand_back",
    "issue_challenge",
    "pass_on",
    "reassign",
    "reassign_all",
    "refuse_arrival",
    "reply",
    "sign",
    "take_back",
)


def sign(task_id: int, *, by: Actor, now: datetime) -> None:
    """Sign for a task (move 7): a milestone, the case stays assigned.

    Raises NotFound, Forbidden, Stale (it is signed already, or taken away).
    """
    task = tasks.own(task_id, by.staff_id)
    case_id = task.case_id
    if not tasks.sign_if_open(task, now):
        raise Stale("task_changed")
    audit.record(actor=by.key, action="task.signed", subject=f"task:{task_id}", now=now)
    announce(TaskSigned(task_id=task_id, case_id=case_id, by=by.key, now=now))


def follow(moved: CaseMoved) -> None:
    """Make a visit when a case is assigned; end it when the case is done or goes away."""
    reaction = FOLLOW.get(moved.move)
    if reaction is not None:
        reaction(moved)


def _new_visit(moved: CaseMoved) -> None:
    """Give the assignee a task; an earlier one of the case ends with it."""
    _cancel(moved)
    case = cases.get(moved.case_id)
    if case.assignee_id is None:
        return
    before = db.session.scalar(
        select(func.count())
        .select_from(Task)
        .where(Task.case_id == moved.case_id, Task.round == moved.round)
    )
    db.session.add(
        Task(
            case_id=moved.case_id,
            round=moved.round,
            turn=(before or 0) + 1,
            kind=TaskKind.VISIT,
            staff_id=case.assignee_id,
            unit_code=case.unit_code,
            state=TaskState.OPEN,
            assigned_at=moved.now,
            no_visit_reason="" if case.on_site else moved.reason,
            rework_reason=moved.reason if moved.move is Move.FAIL_CHECK else "",
        )
    )
    db.session.flush()


def _cancel(moved: CaseMoved) -> None:
    db.session.execute(
        update(Task)
        .where(Task.case_id == moved.case_id, Task.state.in_(tasks.LIVE))
        .values(state=TaskState.CANCELLED, cancelled_at=moved.now)
    )


def _done(moved: CaseMoved) -> None:
    db.session.execute(
        update(Task)
        .where(Task.case_id == moved.case_id, Task.state.in_(tasks.LIVE))
        .values(state=TaskState.DONE, done_at=moved.now)
    )


def _revive(moved: CaseMoved) -> None:
    """Let the task that the merge ended stand again where it stood."""
    merged = [step.at for step in case_queries.steps(moved.case_id) if step.move is Move.MERGE]
    task = db.session.scalar(
        select(Task).where(
            Task.case_id == moved.case_id, Task.state == TaskState.CANCELLED,
            Task.cancelled_at == merged[-1],
        )
    )  # fmt: skip
    if task is None:
        return
    stood = TaskState.SIGNED if task.signed_at else TaskState.OPEN
    task.state = TaskState.ARRIVED if task.arrived_at else stood
    task.cancelled_at = None


FOLLOW: dict[Move, Callable[[CaseMoved], None]] = {
    Move.ASSIGN: _new_visit,
    Move.FAIL_CHECK: _new_visit,
    Move.GRANT_HANDBACK: _new_visit,
    Move.DEPARTMENT_RETURN: _new_visit,
    Move.HANDLE: _done,
    Move.HANDLE_REMOTELY: _done,
    Move.HAND_OVER: _cancel,
    Move.WITHDRAW: _cancel,
    Move.MERGE: _cancel,
    Move.UNMERGE: _revive,
}
