"""The only place that reads the clock; a demo or a test may move it (ADR 2, rule 8)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")

APART = timedelta(minutes=1)
"""By so much the clocks of two machines may differ: a moment further ahead is of a wrong clock."""

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _moved.get() or datetime.now(UTC)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let the service live at `moment` (aware) for the length of the block."""
    if moment.tzinfo is None:
        raise ValueError("a moved clock needs an aware moment")
    token = _moved.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def local(moment: datetime) -> datetime:
    """Return the same moment as the people of the county read it."""
    return moment.astimezone(LOCAL)
