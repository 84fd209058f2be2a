"""What `supervision` announces, and what it wants to know of an expired clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Expired(Protocol):
    """An expired clock, as the feature that owns clocks announces it."""

    @property
    def clock_id(self) -> int: ...
    @property
    def case_id(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def unit_code(self) -> str: ...
    @property
    def township_code(self) -> str: ...
    @property
    def staff_id(self) -> int | None: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def now(self) -> datetime: ...


class AllExpired(Protocol):
    """All clocks that one sweep found expired."""

    @property
    def clocks(self) -> Sequence[Expired]: ...
    @property
    def now(self) -> datetime: ...


class Ended(Protocol):
    """A clock that ended, in whatever way."""

    @property
    def clock_id(self) -> int: ...
    @property
    def breached(self) -> bool: ...
    @property
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderIssued:
    """A supervision order went out: its reply clock starts (`subject` "order:ID")."""

    order_id: int
    case_id: int
    number: str
    unit_code: str
    staff_id: int | None
    actor: str
    now: datetime

    @property
    def subject(self) -> str:
        """Name the order as clocks name it."""
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAnswered:
    """The unit answered a supervision order: its reply clock stops."""

    order_id: int
    case_id: int
    by: str
    now: datetime

    @property
    def subject(self) -> str:
        """Name the order as clocks name it."""
        return f"order:{self.order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A department got a case; `staff_ids` are its people who sign in here."""

    hand_over_id: int
    case_id: int
    number: str
    staff_ids: tuple[int, ...]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverReceived:
    """The department said that it has the case: its receipt clock stops."""

    case_id: int
    by: str
    now: datetime
