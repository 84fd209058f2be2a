"""What `intake` announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceived:
    """A report was stored; `joined` when it came to a case that was already there."""

    report_id: int
    case_id: int
    number: str
    joined: bool
    now: datetime
    actor: str
