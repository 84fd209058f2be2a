"""Rows of the desk's lists, put together from the features in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from app.accounts import queries as accounts
from app.accounts.permissions import Role
from app.accounts.queries import Actor
from app.accounts.status import Status
from app.cases.queries import CaseView
from app.core.paging import Page
from app.fieldwork import queries as fieldwork
from app.fieldwork.queries import TaskView
from app.intake import queries as intake
from app.intake.kinds import Medium, medium
from app.media import queries as media
from app.media.queries import PhotoInfo
from app.places import queries as places
from app.sla import queries as sla
from app.sla.queries import ClockView
from app.web import pictures
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.requests import page_number

PAGE, MOST = 50, 2000
"""Rows of a page, and how many cases of a list are looked at to filter and order them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case of a desk list."""

    case: CaseView
    medium: Medium
    kind: str
    source: str
    place: str
    area: str
    clock: ClockView | None
    reports: int
    photos: int


def page(rows: Sequence[CaseView]) -> Page[CaseView]:
    """Return the page that the address asks for, of cases that were all looked at."""
    number = page_number()
    start = (number - 1) * PAGE
    return Page(rows=rows[start : start + PAGE], number=number, size=PAGE, total=len(rows))


def place_of(case: CaseView) -> str:
    """Return the words by which people know the place: the reporter's, else the grid's name."""
    return case.place_words or area_of(case)


def area_of(case: CaseView) -> str:
    """Return township and grid by name."""
    names = places.names((case.township_code, case.grid_code))
    known = (names.get(code or "") for code in (case.township_code, case.grid_code))
    return " ".join(name for name in known if name)


def photos_of(case_id: int) -> list[PhotoInfo]:
    """Return the photos of all reports of a case, in the order of receipt."""
    reports = [report.id for report in intake.of_case(case_id)]
    held = media.for_holder("report", reports)
    return [photo for report in reports for photo in held.get(report, [])]


def work_of(case_id: int) -> dict[str, Any]:
    """Return what was done, as far as it is: arrival, replies, result, photos after."""
    tasks = fieldwork.tasks_of(case_id)
    done = [task for task in tasks if task.done_at is not None]
    task = done[-1] if done else None
    arrivals = fieldwork.check_ins(case_id)
    return {
        "task": task,
        "passed": _passed(tasks),
        "after": (media.for_holder("finish", [task.id]).get(task.id, []) if task else [])
        + pictures.of_feedback(case_id),
        "check_in": arrivals[-1] if arrivals else None,
        "replies": fieldwork.replies([case_id]).get(case_id, []),
    }


def _passed(tasks: Sequence[TaskView]) -> list[tuple[datetime, str, str, str]]:
    """Return when a task was given to somebody else by hand: from whom, to whom, why."""
    pairs = [(one, other) for one, other in pairwise(tasks) if other.passed_reason]
    names = accounts.by_ids({task.staff_id for pair in pairs for task in pair}) if pairs else {}
    return [
        (one.cancelled_at, names[one.staff_id].name, names[other.staff_id].name,
         other.passed_reason or "")
        for one, other in pairs
        if one.cancelled_at is not None
    ]  # fmt: skip


def rows(cases: Sequence[CaseView]) -> list[Row]:
    """Return list rows, nearest clock first; cases without a clock come last."""
    ids = [case.id for case in cases]
    told, clocks = intake.of_cases(ids), sla.next_clock_for(ids)
    held = media.for_holder("report", [report.id for many in told.values() for report in many])
    found = [
        Row(
            case=case,
            medium=medium(case.category),
            kind=case.kinds[0] if case.kinds else "unsure",
            source=str(told[case.id][0].source) if told.get(case.id) else "",
            place=place_of(case),
            area=area_of(case),
            clock=clocks.get(case.id),
            reports=len(told.get(case.id, ())),
            photos=sum(len(held.get(report.id, ())) for report in told.get(case.id, ())),
        )
        for case in cases
    ]
    return sorted(found, key=_by_clock)


def _by_clock(row: Row) -> tuple[bool, float]:
    due = row.clock.due_at if row.clock else None
    return due is None, due.timestamp() if due else row.case.id


def grid_choices() -> list[tuple[str, str]]:
    """Return every village grid with its township's name in front, for a select field."""
    towns = {town.code: town.name for town in places.townships()}
    return [
        (grid.code, f"{towns.get(grid.parent_code or '', '')} {grid.name}")
        for grid in places.grids()
    ]


def worker_choices(*, usual: int | None) -> list[tuple[int, str]]:
    """Return who can be given a case, the worker on duty in the grid first."""
    people = accounts.holding(Role.GRID_WORKER)
    people.sort(key=lambda person: (person.staff_id != usual, not _works(person), person.name))
    held = fieldwork.load(person.staff_id for person in people)
    return [
        (person.staff_id, _person_words(person, held.get(person.staff_id, 0))) for person in people
    ]


def _works(person: Actor) -> bool:
    return person.status is Status.WORKING


def _person_words(person: Actor, held: int) -> str:
    """Return a worker's name with what the desk weighs: leave, and the tasks in hand."""
    if not _works(person):
        return _("%(name)s (%(status)s)", name=person.name, status=label(person.status))
    return _("%(name)s (%(n)s in hand)", name=person.name, n=held)


def away_of(case: CaseView) -> str:
    """Return the grid's worker by name where he is away and a deputy stands in for him."""
    duties = places.grid_workers([case.grid_code]).get(case.grid_code, []) if case.grid_code else []
    return duties[0].name if duties and not duties[0].working else ""
