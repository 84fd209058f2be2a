"""Count every figure again, from raw rows and in plain Python, apart from the queries shown."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.rates import RATES
from app.rates.beside import BESIDE_BY_KEY
from app.rates.definition import Period
from app.rates.queries import NOTHING, Group, by_group, figure
from app.rates.raw import Line, World
from app.rates.rules import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure that its raw rows contradict."""

    rate: str
    township: str | None
    shown: Figure
    counted: Figure


def differences(period: Period, *, now: datetime) -> list[Difference]:
    """Return every figure of the period, whole and by township, that differs from its rows."""
    world, found = World(period, now), list[Difference]()
    for rate in (*RATES, BESIDE_BY_KEY["audited"], BESIDE_BY_KEY["rebound"]):
        lines = world.lines(rate.key)
        parts = by_township(lines)
        shown = by_group(rate, period, Group.TOWNSHIP, now=now)
        pairs: list[tuple[str | None, Figure, Figure]] = [
            (None, figure(rate, period, now=now), count(lines))
        ]
        pairs += [
            (town, shown.get(town, NOTHING), parts.get(town, NOTHING))
            for town in sorted(set(shown) | set(parts))
        ]
        found += [
            Difference(rate=rate.key, township=town, shown=is_shown, counted=counted)
            for town, is_shown, counted in pairs
            if is_shown != counted
        ]
    return found


def by_township(lines: Iterable[Line]) -> dict[str, Figure]:
    """Return the figure of every township that has a line."""
    mine: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        mine[line.township].append(line)
    return {town: count(part) for town, part in mine.items()}


class Counted(Protocol):
    """A record as far as counting needs it."""

    @property
    def good(self) -> bool: ...

    @property
    def excluded(self) -> str | bool: ...


def count(lines: Iterable[Counted]) -> Figure:
    """Return how many lines are good, how many count and how many are left out."""
    top = bottom = excluded = 0
    for line in lines:
        if line.excluded:
            excluded += 1
        else:
            bottom, top = bottom + 1, top + line.good
    return Figure(top=top, bottom=bottom, excluded=excluded)
