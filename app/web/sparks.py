"""Points of a sparkline: 90 by 20 units, a gap where a week has no figure (screens.md §6)."""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 2.0, 88.0, 3.0, 17.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """Paths, one an unbroken run, and where the last point stands."""

    paths: tuple[str, ...]
    last: tuple[float, float] | None
    most: float

    def height(self, value: float) -> float:
        return height(value, self.most)


def height(value: float, most: float) -> float:
    """Return how far down a value stands on an axis from 0 to `most`."""
    return round(BOTTOM - (BOTTOM - TOP) * min(max(value / most, 0.0), 1.0), 1)


def spark_line(values: Sequence[float | None], most: float = 100) -> Spark:
    """Return the drawing of values, oldest first; the axis never follows the data."""
    step = (RIGHT - LEFT) / max(1, len(values) - 1)
    points = [
        None if value is None else (round(LEFT + index * step, 1), height(float(value), most))
        for index, value in enumerate(values)
    ]
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    paths = tuple("M" + "L".join(f"{x} {y}" for x, y in run) for run in runs if len(run) > 1)
    known = [point for point in points if point is not None]
    return Spark(paths=paths, last=known[-1] if known else None, most=most)
