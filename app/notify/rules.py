"""When a message that failed is tried again, and when it is given up; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=6)
MOST_TRIES = 8
STUCK_AFTER = timedelta(hours=1)


class MessageState(StrEnum):
    """Where a message stands; `failed` ones wait for a person."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message as a channel gets it; `text` says that there is news and never what."""

    key: str
    recipient: str
    template: str
    text: str
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message as pages read it; `facts` fill the blanks of its template."""

    id: int
    key: str
    channel: str
    recipient: str
    template: str
    facts: dict[str, Any]
    state: MessageState
    tries: int
    error: str
    created_at: datetime
    next_at: datetime
    sent_at: datetime | None
    read_at: datetime | None


def wait(tries: int) -> timedelta:
    """Return how long to wait after this many tries: 2, 4, 8 … minutes, at most 6 hours."""
    doublings = min(max(1, tries), 10) - 1
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def after_failure(tries: int) -> MessageState:
    """Return the state after the failed try with this number."""
    return MessageState.FAILED if tries >= MOST_TRIES else MessageState.QUEUED
