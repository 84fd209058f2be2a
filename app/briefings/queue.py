"""What waits for a worker, nearest time limit first, and for enforcement, by legal deadline.

A page costs two statements whatever its size and however many cases there are: the rows with
their nearest clock and first picture, and the numbers on the tabs (performance.md, c).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, cast, func, literal, select

from app.cases.models import Case
from app.cases.workflow import State
from app.core.db import db
from app.core.paging import Page
from app.fieldwork.models import Task
from app.fieldwork.states import TaskState
from app.intake.models import Report
from app.media.models import Holder, Photo
from app.sla.kinds import ClockKind, ClockState
from app.sla.models import Clock
from app.spotchecks.kinds import SpotState
from app.spotchecks.models import SpotCheck

SIZE = 50
WORKERS = (
    ClockKind.SIGN_FOR,
    ClockKind.ARRIVE,
    ClockKind.ARRIVE_OFFICER,
    ClockKind.FIRST_REPLY,
    ClockKind.CLOSURE,
)
"""Clocks that a worker's doing stops."""
RUNNING = (ClockState.RUNNING, ClockState.PAUSED)


class Tab(StrEnum):
    """Lists of a worker's day (screens.md W1)."""

    TO_SIGN = "sign"
    TO_ARRIVE = "arrive"
    AT_WORK = "work"


STATES = {
    Tab.TO_SIGN: TaskState.OPEN,
    Tab.TO_ARRIVE: TaskState.SIGNED,
    Tab.AT_WORK: TaskState.ARRIVED,
}
LOOKS = "second_looks"
FIRST = (Tab.TO_ARRIVE, Tab.TO_SIGN, Tab.AT_WORK)
"""Which tab opens by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextClock:
    """As much of a clock as its tag shows."""

    kind: ClockKind
    state: ClockState
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    near_at: datetime | None
    stopped_at: datetime | None
    pause_reason: str | None
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One card: the task, its case, the nearest clock and the first picture of the first report."""

    task_id: int
    staff_id: int
    task_state: TaskState
    rework_reason: str
    no_visit_reason: str
    case_id: int
    number: str
    case_state: State
    urgency: str
    category: str
    place_words: str
    grid_code: str | None
    photo_id: str | None
    clock: NextClock | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page of cards of one tab, and how many wait in each."""

    tab: Tab
    page: Page[QueueRow]
    counts: dict[Tab, int]
    second_looks: int


def worker_page(staff_id: int, tab: Tab | None, *, number: int = 1, size: int = SIZE) -> Queue:
    """Return a page of a worker's tasks, the nearest due first, what has no due time last.

    Without a tab the first that holds anything is chosen: to arrive, to sign, at work.
    """
    waiting, looks = _waiting(staff_id)
    chosen = tab or next((one for one in FIRST if waiting[one]), FIRST[0])
    rows = db.session.execute(
        PAGE.where(Task.staff_id == staff_id, Task.state == STATES[chosen])
        .limit(size)
        .offset((number - 1) * size)
    )
    cards = [_card(tuple(row)) for row in rows]
    page = Page(rows=cards, number=number, size=size, total=waiting[chosen])
    return Queue(tab=chosen, page=page, counts=waiting, second_looks=looks)


def team_page(
    township: str, staff_id: int | None, *, number: int = 1, size: int = SIZE
) -> Page[QueueRow]:
    """Return a page of the open tasks in a township, or of one worker there, nearest due first."""
    wanted = [*_of_township(township), *((Task.staff_id == staff_id,) if staff_id else ())]
    total = select(func.count()).select_from(Task).join(Case, Case.id == Task.case_id)
    rows = db.session.execute(PAGE.where(*wanted).limit(size).offset((number - 1) * size))
    return Page(
        rows=[_card(tuple(row)) for row in rows], number=number, size=size,
        total=db.session.scalar(total.where(*wanted)) or 0,
    )  # fmt: skip


def team_counts(township: str) -> dict[int, int]:
    """Return how many open tasks in a township each person has."""
    rows = db.session.execute(
        select(Task.staff_id, func.count()).join(Case, Case.id == Task.case_id)
        .where(*_of_township(township)).group_by(Task.staff_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def _of_township(township: str) -> tuple[ColumnElement[bool], ...]:
    return Case.township_code.startswith(township), Task.state.in_(STATES.values())


def counts(staff_id: int) -> dict[Tab, int]:
    """Return how many tasks wait in each tab."""
    return _waiting(staff_id)[0]


def _waiting(staff_id: int) -> tuple[dict[Tab, int], int]:
    """Return how many tasks wait in each tab, and how many second looks, in one statement."""
    mine = (SpotCheck.inspector_id == staff_id, SpotCheck.state == SpotState.OPEN)
    looks = select(literal(LOOKS), func.count()).select_from(SpotCheck).where(*mine)
    rows = db.session.execute(
        select(cast(Task.state, String), func.count())
        .where(Task.staff_id == staff_id, Task.state.in_(STATES.values()))
        .group_by(Task.state)
        .union_all(looks)
    )
    found = {row[0]: row[1] for row in rows}
    return {tab: found.get(state, 0) for tab, state in STATES.items()}, found[LOOKS]


def _nearest() -> ScalarSelect[int]:
    """Select the worker's clock of a task's case that ends first."""
    return (
        select(Clock.id)
        .where(Clock.case_id == Task.case_id, Clock.kind.in_(WORKERS), Clock.state.in_(RUNNING))
        .order_by(Clock.due_at.is_(None), Clock.due_at, Clock.id)
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )


def _first_photo() -> ScalarSelect[str]:
    return (
        select(Photo.id)
        .join(Report, Report.id == Photo.holder_id)
        .where(Photo.holder_kind == Holder.REPORT, Report.case_id == Task.case_id)
        .order_by(Report.id, Photo.position)
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )


TASK_COLUMNS = (
    Task.id.label("task_id"),
    Task.staff_id,
    Task.state.label("task_state"),
    Task.rework_reason,
    Task.no_visit_reason,
    Case.id.label("case_id"),
    Case.number,
    Case.state.label("case_state"),
    Case.urgency,
    Case.category,
    Case.place_words,
    Case.grid_code,
    _first_photo().label("photo_id"),
)
CLOCK_COLUMNS = (
    Clock.kind,
    Clock.state,
    Clock.started_at,
    Clock.due_at,
    Clock.warn_at,
    Clock.near_at,
    Clock.stopped_at,
    Clock.pause_reason,
    Clock.provisional,
)
CUT = len(TASK_COLUMNS)
NAMES = tuple(column.key for column in TASK_COLUMNS)
CLOCK_NAMES = tuple(column.key for column in CLOCK_COLUMNS)
PAGE = (
    select(*TASK_COLUMNS, *CLOCK_COLUMNS)
    .select_from(Task)
    .join(Case, Case.id == Task.case_id)
    .outerjoin(Clock, Clock.id == _nearest())
    .order_by(Clock.due_at.is_(None), Clock.due_at, Task.id)
)


def _card(values: tuple[Any, ...]) -> QueueRow:
    clock = None
    if values[CUT] is not None:
        clock = NextClock(**dict(zip(CLOCK_NAMES, values[CUT:], strict=True)))
    return QueueRow(**dict(zip(NAMES, values[:CUT], strict=True)), clock=clock)
