"""What `sla` announces; moments are aware UTC, `number` is the case's public one.

The sweeps announce each clock by itself, then the whole batch: who can write its effects in one
statement listens to the batch, everybody else to the single clock.
"""

from dataclasses import dataclass
from datetime import datetime

from app.sla.kinds import ClockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockEvent:
    """Which clock, whose, and when it is due."""

    clock_id: int
    case_id: int
    number: str
    report_id: int | None
    task_id: int | None
    subject: str
    kind: ClockKind
    round: int
    urgency: str
    unit_code: str
    township_code: str
    grid_code: str
    staff_id: int | None
    due_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWarned(ClockEvent):
    """Half (`percent` 50) or four fifths (80) of a limit are used."""

    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockBreached(ClockEvent):
    """A limit is over and what it measures has not happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksBreached:
    """All clocks that one sweep found expired."""

    clocks: tuple[ClockBreached, ...]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStopped:
    """A clock ended: stopped (`on_time` may wait for a confirmation), annulled or void."""

    clock_id: int
    case_id: int
    number: str
    kind: ClockKind
    state: str
    on_time: bool | None
    breached: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGranted:
    """A limit was extended; the reporter is told before the old one is over."""

    clock_id: int
    case_id: int
    number: str
    kind: ClockKind
    old_due_at: datetime
    new_due_at: datetime
    actor: str
    now: datetime
