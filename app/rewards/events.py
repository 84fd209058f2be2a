"""What `rewards` announces."""

from dataclasses import dataclass
from datetime import datetime

from app.rewards.states import State, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardMoved:
    """An award took one step; it was assessed when `step` is None."""

    award_id: int
    report_id: int
    case_id: int
    step: Step | None
    old: State | None
    new: State
    amount_fen: int
    actor: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReminder:
    """The claim window of an award ends in so many days."""

    award_id: int
    report_id: int
    days_left: int
    due_at: datetime
    now: datetime
