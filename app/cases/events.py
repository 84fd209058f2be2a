"""What `cases` announces."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.cases.workflow import Move, State


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoved:
    """A case took one step; the first of its life is `Move.SUBMIT` with `old` None.

    `round` counts from 1 and grows with each reopening; `facts` are those of the step.
    """

    case_id: int
    number: str
    move: Move
    old: State | None
    new: State
    actor: str
    now: datetime
    round: int
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRegraded:
    """Urgency or category of a case changed: clocks recompute from their original start."""

    case_id: int
    number: str
    urgency: str
    category: str
    old_urgency: str
    old_category: str
    actor: str
    now: datetime
