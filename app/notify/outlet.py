"""What delivery needs from the edge: how texts are written and where the file channel lies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Render = Callable[[str, Mapping[str, Any]], str]
"""Template key and facts in, finished text out; `app/__init__` gives one that knows templates."""

NEWS = "环保110：您的事项有新进展，请用查询码查看。 / eco 110: your matter has news."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """The settings of one process."""

    folder: Path
    render: Render


def plain(_template: str, _facts: Mapping[str, Any]) -> str:
    """Write the one text that is right for every message: there is news (R-A12)."""
    return NEWS


_current: list[Outlet] = [Outlet(folder=Path("var/outbox"), render=plain)]


def configure(*, folder: Path, render: Render = plain) -> None:
    """Set folder and texts for this process."""
    _current[:] = [Outlet(folder=folder, render=render)]


def current() -> Outlet:
    return _current[0]
