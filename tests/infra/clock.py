"""Moments as the people of the county write them: `at("2026-11-23 09:00")` is local time."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime

from app.core import clock


def moment(text: str) -> datetime:
    """Read a local (Asia/Shanghai) date and time; a date alone is its midnight."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL).astimezone(UTC)


def at(text: str) -> AbstractContextManager[None]:
    """Let the service live at a local moment: `with at("2026-11-23 09:00"): …`."""
    return clock.moved_to(moment(text))
