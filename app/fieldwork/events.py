"""What `fieldwork` announces."""

from dataclasses import dataclass
from datetime import datetime

from app.fieldwork.rules import Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSigned:
    """A worker signed for a task; the case stays where it is (move 7)."""

    task_id: int
    case_id: int
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPassedOn:
    """A live task passed to somebody else: its worker is away, or the lead says so (move 7)."""

    task_id: int
    case_id: int
    staff_id: int
    before: int
    unit_code: str
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn:
    """A worker checked in; `at` is when the arrival happened, `now` when we learnt of it.

    `counts` is False for a grade C that nobody has confirmed yet.
    """

    task_id: int
    case_id: int
    check_in_id: int
    grade: Grade
    counts: bool
    at: datetime
    now: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalConfirmed:
    """The duty officer confirmed a grade C: the arrival counts, with the time it happened at."""

    task_id: int
    case_id: int
    check_in_id: int
    at: datetime
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRefused:
    """The duty officer said that a grade C was no arrival; `again`: its worker arrives again."""

    task_id: int
    case_id: int
    check_in_id: int
    staff_id: int
    again: bool
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReplySent:
    """The first substantive reply of a round stands on the reporters' status pages."""

    case_id: int
    task_id: int
    reply_id: int
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBackAsked:
    """A unit asks to give a case back; until it is granted the time is theirs."""

    case_id: int
    hand_back_id: int
    by: str
    now: datetime
