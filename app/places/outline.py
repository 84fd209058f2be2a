"""The schematic map: simplified outlines as SVG path data, and where a point lies on it; pure.

One drawing unit is about ten metres; x grows to the east, y to the south. Shared borders are
simplified together, so neighbours stay neighbours.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from app.places.atlas import AreaInfo, Atlas
from app.places.rules import Level

UNIT_M = 10.0
DEGREE_M = 111_320.0
MARGIN = 0.02
COUNTY_TOLERANCE_M = 150.0
GRID_TOLERANCE_M = 15.0
AROUND_M = 1500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One area of a drawing; its label stands at (x, y); `here` marks the one that is meant."""

    code: str
    name: str
    path: str
    x: float
    y: float
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A drawing; `view_box` and the paths go into an SVG as they are."""

    view_box: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    west: float
    north: float
    squeeze: float
    approximate: bool

    def place(self, lng: float, lat: float) -> tuple[float, float]:
        """Return where a WGS-84 point lies on the drawing."""
        x = (lng - self.west) * self.squeeze * DEGREE_M / UNIT_M
        y = (self.north - lat) * DEGREE_M / UNIT_M
        return round(x, 1), round(y, 1)

    def metres(self, length: float) -> float:
        """Return a length in metres in drawing units, for circles of accuracy."""
        return round(length / UNIT_M, 1)


def county(atlas: Atlas, *, here: str | None = None) -> Outline:
    """Draw all townships; `here` is the code of the one that is meant."""
    return _draw(atlas, atlas.level(Level.TOWNSHIP), here=here, tolerance_m=COUNTY_TOLERANCE_M)


def township(atlas: Atlas, code: str, *, here: str | None = None) -> Outline | None:
    """Draw the grids of a township; None when it has none."""
    inner = atlas.children.get(code, [])
    return _draw(atlas, inner, here=here, tolerance_m=GRID_TOLERANCE_M) if inner else None


def around(atlas: Atlas, grid_code: str) -> Outline | None:
    """Draw a grid among its neighbours, those of other townships too."""
    ground = atlas.shapes.get(grid_code)
    if ground is None:
        return None
    grids = atlas.level(Level.GRID)
    shapes = [atlas.shapes[info.code] for info in grids]
    near = STRtree(shapes).query(ground, "dwithin", AROUND_M / DEGREE_M)
    chosen = [grids[index] for index in sorted(near.tolist())]
    return _draw(atlas, chosen, here=grid_code, tolerance_m=GRID_TOLERANCE_M)


def _draw(
    atlas: Atlas, areas: Sequence[AreaInfo], *, here: str | None, tolerance_m: float
) -> Outline:
    grounds = np.array([atlas.shapes[info.code] for info in areas], dtype=object)
    west, south, east, north = _frame(grounds)
    frame = Outline(
        view_box="", width=0, height=0, shapes=(), west=west, north=north,
        squeeze=math.cos(math.radians((south + north) / 2)),
        approximate=any(info.approximate for info in areas),
    )  # fmt: skip
    width, height = frame.place(east, south)
    plain = shapely.coverage_simplify(grounds, tolerance_m / DEGREE_M)
    shapes = tuple(
        _shape(frame, info, ground, here=here)
        for info, ground in zip(areas, plain.tolist(), strict=True)
    )
    return Outline(
        view_box=f"0 0 {width:g} {height:g}", width=width, height=height, shapes=shapes,
        west=west, north=north, squeeze=frame.squeeze, approximate=frame.approximate,
    )  # fmt: skip


def _frame(grounds: NDArray[np.object_]) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(grounds).tolist()
    side = MARGIN * max(east - west, north - south)
    return west - side, south - side, east + side, north + side


def _shape(frame: Outline, info: AreaInfo, ground: BaseGeometry, *, here: str | None) -> Shape:
    x, y = frame.place(info.centre_lng, info.centre_lat)
    path = "".join(_ring(frame, ring) for ring in _rings(ground))
    return Shape(code=info.code, name=info.name, path=path, x=x, y=y, here=info.code == here)


def _rings(ground: BaseGeometry) -> Iterable[BaseGeometry]:
    for part in shapely.get_parts(ground).tolist():
        yield part.exterior
        yield from part.interiors


def _ring(frame: Outline, ring: BaseGeometry) -> str:
    points = [frame.place(lng, lat) for lng, lat in shapely.get_coordinates(ring).tolist()]
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points[:-1]) + "Z"
