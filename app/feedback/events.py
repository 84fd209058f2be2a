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
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenAsked:
    """A reporter says that it is not solved; the supervisor answers by `due_at`."""

    request_id: int
    report_id: int
    case_id: int
    due_at: datetime
    now: datetime

    @property
    def subject(self) -> str:
        """Name it as clocks name it."""
        return f"reopen:{self.request_id}"


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

    @property
    def subject(self) -> str:
        """Name it as clocks name it."""
        return f"reopen:{self.request_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWanted:
    """A reporter is to be called within three working days."""

    call_back_id: int
    case_id: int
    now: datetime

    @property
    def subject(self) -> str:
        """What its clock belongs to."""
        return f"call:{self.call_back_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """A call-back is over; `spared` when nobody needed to call any more."""

    call_back_id: int
    case_id: int
    spared: bool
    by: str
    now: datetime

    @property
    def subject(self) -> str:
        """What its clock belongs to."""
        return f"call:{self.call_back_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionRaised:
    """A reporter objects to a rejection: the supervisor's clock starts."""

    objection_id: int
    case_id: int
    now: datetime

    @property
    def subject(self) -> str:
        """Name it as clocks name it."""
        return f"objection:{self.objection_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionDecided:
    """The supervisor upheld or refused an objection; the reporter is told."""

    objection_id: int
    report_id: int
    case_id: int
    upheld: bool
    by: str
    now: datetime

    @property
    def subject(self) -> str:
        """Name it as clocks name it."""
        return f"objection:{self.objection_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAsked:
    """A reporter asks for a review of the outcome: the clock of its answer starts."""

    review_id: int
    case_id: int
    now: datetime

    @property
    def subject(self) -> str:
        """Name it as clocks name it."""
        return f"review:{self.review_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAnswered:
    """The review upheld the reporter or confirmed the outcome; the reporter is told."""

    review_id: int
    report_id: int
    case_id: int
    upheld: bool
    by: str
    now: datetime

    @property
    def subject(self) -> str:
        """Name it as clocks name it."""
        return f"review:{self.review_id}"
