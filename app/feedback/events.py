"""What `feedback` announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A report was rated, or its rating changed (`again`)."""

    report_id: int
    case_id: int
    solved: str
    satisfaction: str
    satisfied: bool
    again: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenAsked:
    """A reporter says that it is not solved; the supervisor answers by `due_at`."""

    request_id: int
    report_id: int
    case_id: int
    due_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenDecided:
    """The supervisor granted or refused a reopening; the reporter reads `answer`."""

    request_id: int
    report_id: int
    case_id: int
    granted: bool
    answer: str
    by: str
    now: datetime
