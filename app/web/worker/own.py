"""Find the case and the task that a page is about: 404 outside the township, own tasks to act."""

from dataclasses import dataclass

from app.accounts.queries import Actor
from app.cases import queries as cases
from app.cases.queries import CaseView
from app.core.errors import Forbidden, NotFound
from app.fieldwork import queries as fieldwork
from app.fieldwork.queries import TaskView
from app.spotchecks import queries as spotchecks
from app.web import access


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A case with the task that is live or was last, and whether it is the reader's."""

    case: CaseView
    task: TaskView | None
    mine: bool


def find(number: str) -> Place:
    """Return a case of the reader's township, or one that he has or had a task on, or looks at.

    Raises NotFound for any other: as if there were no such case (R-S2).
    """
    row, who = cases.by_number(number), access.actor()
    task = fieldwork.current(row.id)
    mine = task is not None and task.staff_id == who.staff_id
    if not (mine or _sees(row, who) or spotchecks.is_given(row.id, who.staff_id)):
        raise NotFound("no_such_case")
    return Place(case=row, task=task, mine=mine)


def _sees(row: CaseView, who: Actor) -> bool:
    return who.sees(row.township_code) or who.sees(row.unit_code)


def to_work(number: str) -> tuple[CaseView, TaskView]:
    """Return a case with the reader's own task on it. Raises NotFound, Forbidden."""
    found = find(number)
    if found.task is None:
        raise NotFound("no_such_task")
    if not found.mine:
        raise Forbidden("task_of_another")
    return found.case, found.task
