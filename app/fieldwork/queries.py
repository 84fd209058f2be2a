"""Read tasks, check-ins, replies from the site and hand-backs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from app.cases import queries as cases
from app.cases.models import Case
from app.core.db import db
from app.core.errors import NotFound
from app.fieldwork.models import CheckIn, HandBack, SiteReply, Task
from app.fieldwork.rules import Grade
from app.fieldwork.states import HandBackState, Outcome, ReplyKind, TaskKind, TaskState
from app.fieldwork.tasks import LIVE

TASK = (
    "id", "case_id", "round", "turn", "kind", "staff_id", "unit_code", "state", "assigned_at",
    "signed_at", "arrived_at", "done_at", "cancelled_at", "no_visit_reason", "rework_reason",
    "passed_reason", "site_facts", "outcome",
)  # fmt: skip
CHECK_IN = (
    "id", "task_id", "staff_id", "at", "received_at", "device_at", "lng", "lat", "accuracy",
    "distance_m", "grade", "reasons", "words", "photo_id", "offline", "accepted", "confirmed_by",
    "confirmed_at", "confirm_reason",
)  # fmt: skip
REPLY = (
    "id", "case_id", "task_id", "round", "kind", "accepted_on", "talked_to", "measure",
    "time_limit", "words", "at",
)  # fmt: skip
CURRENT = (
    select(Task)
    .where(Task.case_id == bindparam("case_id"), Task.state != TaskState.CANCELLED)
    .order_by(Task.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """A task as pages read it."""

    id: int
    case_id: int
    round: int
    turn: int
    kind: TaskKind
    staff_id: int
    unit_code: str
    state: TaskState
    assigned_at: datetime
    signed_at: datetime | None
    arrived_at: datetime | None
    done_at: datetime | None
    cancelled_at: datetime | None
    no_visit_reason: str
    rework_reason: str
    passed_reason: str | None
    site_facts: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInView:
    """A graded arrival; distance and accuracy in metres."""

    id: int
    task_id: int
    staff_id: int
    at: datetime
    received_at: datetime
    device_at: datetime | None
    lng: float | None
    lat: float | None
    accuracy: float | None
    distance_m: float | None
    grade: Grade
    reasons: list[str]
    words: str
    photo_id: str | None
    offline: bool
    accepted: bool | None
    confirmed_by: int | None
    confirmed_at: datetime | None
    confirm_reason: str

    @property
    def counts(self) -> bool:
        """Whether it counts for the arrival rate (decision 5)."""
        return self.grade is not Grade.C or self.accepted is True

    @property
    def refused(self) -> bool:
        """Whether the duty officer said that it is none."""
        return self.accepted is False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """A reply with its four elements; the sender stays inside the house."""

    id: int
    case_id: int
    task_id: int
    round: int
    kind: ReplyKind
    accepted_on: date
    talked_to: str
    measure: str
    time_limit: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBackView:
    """A hand-back with the number of its case."""

    id: int
    case_id: int
    number: str
    place_words: str
    township_code: str | None
    asked_by: int
    asked_at: datetime
    suggested_unit: str
    reason: str
    state: HandBackState
    decided_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingArrival:
    """A grade C that waits for the duty officer, with its case."""

    case_id: int
    number: str
    place_words: str
    township_code: str | None
    check_in: CheckInView


def task(task_id: int) -> TaskView:
    """Return one task. Raises NotFound."""
    row = db.session.get(Task, task_id)
    if row is None:
        raise NotFound("no_such_task")
    return _task(row)


def tasks_of(case_id: int) -> list[TaskView]:
    """Return all tasks of a case, oldest first."""
    rows = db.session.scalars(select(Task).where(Task.case_id == case_id).order_by(Task.id))
    return [_task(row) for row in rows]


def current(case_id: int) -> TaskView | None:
    """Return the newest task of a case that was not cancelled."""
    row = db.session.scalar(CURRENT, {"case_id": case_id})
    return None if row is None else _task(row)


def load(staff_ids: Iterable[int]) -> dict[int, int]:
    """Return how many live tasks each of these people has."""
    rows = db.session.execute(
        select(Task.staff_id, func.count())
        .where(Task.staff_id.in_(set(staff_ids)), Task.state.in_(LIVE))
        .group_by(Task.staff_id)
    )
    return {row[0]: row[1] for row in rows}


def handlers(case_id: int) -> set[int]:
    """Return the staff ids of everybody who had a task on the matter in any round."""
    return set(
        db.session.scalars(
            select(Task.staff_id).where(
                Task.case_id.in_(cases.matter(case_id)),
                (Task.signed_at.is_not(None)) | (Task.state != TaskState.CANCELLED),
            )
        )
    )


def check_ins(case_id: int) -> list[CheckInView]:
    """Return the arrivals at a case, oldest first."""
    rows = db.session.scalars(
        select(CheckIn)
        .join(Task, Task.id == CheckIn.task_id)
        .where(Task.case_id == case_id)
        .order_by(CheckIn.id)
    )
    return [_check_in(row) for row in rows]


def case_of_check_in(check_in_id: int) -> int | None:
    """Return the case at which somebody checked in."""
    wanted = select(Task.case_id).join(CheckIn, CheckIn.task_id == Task.id)
    return db.session.scalar(wanted.where(CheckIn.id == check_in_id))


def pending_arrivals() -> list[PendingArrival]:
    """Return the arrivals of grade C that wait for a word, oldest first."""
    rows = db.session.execute(
        select(CheckIn, Case.id, Case.number, Case.place_words, Case.township_code)
        .join(Task, Task.id == CheckIn.task_id)
        .join(Case, Case.id == Task.case_id)
        .where(CheckIn.grade == Grade.C, CheckIn.accepted.is_(None))
        .order_by(CheckIn.id)
    )
    return [
        PendingArrival(
            case_id=case_id,
            number=number,
            place_words=place_words,
            township_code=township_code,
            check_in=_check_in(row),
        )
        for row, case_id, number, place_words, township_code in rows
    ]


def replies(case_ids: Sequence[int], *, round_: int | None = None) -> dict[int, list[ReplyView]]:
    """Return the replies of cases, oldest first, in one statement."""
    wanted = select(SiteReply).where(SiteReply.case_id.in_(case_ids))
    if round_ is not None:
        wanted = wanted.where(SiteReply.round == round_)
    found: dict[int, list[ReplyView]] = {}
    for row in db.session.scalars(wanted.order_by(SiteReply.id)):
        view = ReplyView(**{name: getattr(row, name) for name in REPLY})
        found.setdefault(row.case_id, []).append(view)
    return found


def hand_backs(*, state: HandBackState | None = HandBackState.OPEN) -> list[HandBackView]:
    """Return hand-backs of a state, the oldest first."""
    wanted = _hand_backs()
    if state is not None:
        wanted = wanted.where(HandBack.state == state)
    return _views(wanted.order_by(HandBack.id))


def hand_backs_of(case_id: int) -> list[HandBackView]:
    """Return the hand-backs of a case, the newest first."""
    return _views(_hand_backs().where(HandBack.case_id == case_id).order_by(HandBack.id.desc()))


def _hand_backs() -> Select[Any, Any, Any, Any]:
    return select(HandBack, Case.number, Case.place_words, Case.township_code).join(
        Case, Case.id == HandBack.case_id
    )


def _views(statement: Select[Any, Any, Any, Any]) -> list[HandBackView]:
    return [
        HandBackView(
            id=row.id,
            case_id=row.case_id,
            number=number,
            place_words=place_words,
            township_code=township_code,
            asked_by=row.asked_by,
            asked_at=row.asked_at,
            suggested_unit=row.suggested_unit,
            reason=row.reason,
            state=row.state,
            decided_at=row.decided_at,
            answer=row.answer,
        )
        for row, number, place_words, township_code in db.session.execute(statement)
    ]


def _task(row: Task) -> TaskView:
    return TaskView(**{name: getattr(row, name) for name in TASK})


def _check_in(row: CheckIn) -> CheckInView:
    return CheckInView(**{name: getattr(row, name) for name in CHECK_IN})


def case_of_task(task_id: int) -> int | None:
    """Return the case of a task."""
    return db.session.scalar(select(Task.case_id).where(Task.id == task_id))
