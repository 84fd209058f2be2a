"""What `worktime` announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLoaded:
    """Days changed: due moments that are provisional must be counted anew."""

    years: tuple[int, ...]
    doc_no: str
    actor: str
    now: datetime
