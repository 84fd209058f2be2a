"""How a feature tells higher ones that something happened: one table, one transaction (ADR 1)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Reaction = Callable[[Any], None]

_reactions: dict[type, tuple[Reaction, ...]] = {}


def react_with(table: Mapping[type, Sequence[Reaction]]) -> None:
    """Install the table of `app/reactions.py`; the last one installed holds."""
    _reactions.clear()
    _reactions.update({kind: tuple(reactions) for kind, reactions in table.items()})


def announce(event: Any) -> None:
    """Run the reactions to `event` in their order, in the caller's transaction.

    An error in one ends the whole: either all consequences of a move are stored, or nothing is.
    """
    for reaction in _reactions.get(type(event), ()):
        reaction(event)
