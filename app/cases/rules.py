"""The squares by which nearby cases are found; pure."""

import math

CELL_DEGREES = 0.005
"""Edge of a look-up square: about 480 m east-west and 550 m north-south at 29° N."""


def cell(lng: float | None, lat: float | None) -> str | None:
    """Return the name of the square that holds a point in WGS-84 degrees."""
    if lng is None or lat is None:
        return None
    return f"{math.floor(lng / CELL_DEGREES)}:{math.floor(lat / CELL_DEGREES)}"
