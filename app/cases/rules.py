"""The squares by which nearby cases are found, and those that the public sees; pure."""

import math

CELL_DEGREES = 0.005
"""Edge of a look-up square: about 480 m east-west and 550 m north-south at 29° N."""
TOLD_DEGREES = 0.006
"""Edge of a square on public pages: at least 500 m as far north as 41° N (R-A10)."""


def cell(lng: float | None, lat: float | None) -> str | None:
    """Return the name of the square that holds a point in WGS-84 degrees."""
    if lng is None or lat is None:
        return None
    return f"{math.floor(lng / CELL_DEGREES)}:{math.floor(lat / CELL_DEGREES)}"


def told_place(lng: float, lat: float) -> tuple[float, float]:
    """Return the middle of the public square that holds a point: all that may be told of it."""

    def middle(degrees: float) -> float:
        return round((math.floor(degrees / TOLD_DEGREES) + 0.5) * TOLD_DEGREES, 6)

    return middle(lng), middle(lat)
