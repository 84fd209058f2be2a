"""All areas in memory, with one search tree a level: which areas hold a point; pure.

Areas stand in the order of their codes and the lowest code wins, so a point on a border resolves
the same way whatever order a file had.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from app.places.geo import area_km2
from app.places.rules import LEVELS, Draft, Level

SLIVER_DEGREES = 0.0003
"""Some 30 m: so far a point in a tolerated sliver may lie from its grid (decision 32)."""

MOST_SQUARES, SQUARES_AN_AREA = 128, 8

Bounds = tuple[float, float, float, float]
"""West, south, east, north."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaInfo:
    """An area without its geometry; `centre` is a point inside it, WGS-84 degrees."""

    code: str
    name: str
    level: Level
    parent_code: str | None
    kind: str
    approximate: bool
    centre_lng: float
    centre_lat: float
    area_km2: float
    retired: bool = False


def info_of(draft: Draft) -> AreaInfo:
    """Return what a draft will be once it is stored."""
    centre = draft.geometry.representative_point()
    return AreaInfo(
        code=draft.code, name=draft.name, level=draft.level, parent_code=draft.parent_code,
        kind=draft.kind, approximate=draft.approximate, centre_lng=round(centre.x, 6),
        centre_lat=round(centre.y, 6), area_km2=round(area_km2(draft.geometry), 4),
    )  # fmt: skip


def _bounds(shapes: Iterable[BaseGeometry]) -> Bounds:
    """Return the box around all areas; without any, one that holds no point."""
    edges = [geometry.bounds for geometry in shapes]
    if not edges:
        return 1.0, 1.0, -1.0, -1.0
    wests, souths, easts, norths = zip(*edges, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


class Layer:
    """The areas of one level with their search tree."""

    def __init__(self, areas: Sequence[tuple[AreaInfo, BaseGeometry]]) -> None:
        self.areas = [info for info, _ in areas]
        self.shapes = np.array([geometry for _, geometry in areas], dtype=object)
        shapely.prepare(self.shapes)
        self.tree = STRtree(self.shapes)

    def at(self, point: shapely.Point) -> AreaInfo | None:
        """Return the area that holds the point or has it on its border."""
        place = self.place(point)
        return None if place is None else self.areas[place]

    def place(self, point: shapely.Point) -> int | None:
        """Return the place in `areas` of the one that holds the point."""
        hits: list[int] = self.tree.query(point, "intersects").tolist()
        return min(hits) if hits else None

    def near(self, point: shapely.Point, degrees: float) -> AreaInfo | None:
        """Return the nearest area within some degrees."""
        hits = self.tree.query_nearest(point, max_distance=degrees).tolist()
        return self.areas[min(hits)] if hits else None


class Squares:
    """A coarse grid over the areas; a square that lies whole inside one area needs no search.

    On real areas it answers two of three points, at a twentieth of the tree's cost.
    """

    def __init__(self, layer: Layer, bounds: Bounds) -> None:
        self.west, self.south, east, north = bounds
        self.side = min(MOST_SQUARES, SQUARES_AN_AREA * math.isqrt(len(layer.areas)))
        self.sure: dict[int, int] = {}
        self.across = self.side / (east - self.west)
        self.up = self.side / (north - self.south)
        if self.side:
            self.sure = self._inner(layer, east, north)

    def _inner(self, layer: Layer, east: float, north: float) -> dict[int, int]:
        x = np.linspace(self.west, east, self.side + 1)
        y = np.linspace(self.south, north, self.side + 1)
        lower, left = (edges.ravel() for edges in np.meshgrid(y[:-1], x[:-1], indexing="ij"))
        upper, right = (edges.ravel() for edges in np.meshgrid(y[1:], x[1:], indexing="ij"))
        boxes = shapely.box(left, lower, right, upper)
        box, area = layer.tree.query(boxes, "intersects")
        alone = np.bincount(box, minlength=len(boxes))[box] == 1
        box, area = box[alone], area[alone]
        inside = shapely.contains_properly(layer.shapes[area], boxes[box])
        return dict(zip(box[inside].tolist(), area[inside].tolist(), strict=True))

    def place(self, lng: float, lat: float) -> int | None:
        """Return the place of the area that surely holds a point within the bounds."""
        row, column = int((lat - self.south) * self.up), int((lng - self.west) * self.across)
        return self.sure.get(row * self.side + column)


class Hit(NamedTuple):
    """The areas that hold a point, from the top; a lower one may be missing."""

    county: bool
    township: AreaInfo | None
    grid: AreaInfo | None


NOWHERE = Hit(county=False, township=None, grid=None)


class Atlas:
    """Every area that is known, the retired ones by name only."""

    def __init__(self, areas: Iterable[tuple[AreaInfo, BaseGeometry]]) -> None:
        ordered = sorted(areas, key=lambda pair: pair[0].code)
        live = [pair for pair in ordered if not pair[0].retired]
        self.areas = {info.code: info for info, _ in ordered}
        self.shapes = {info.code: geometry for info, geometry in live}
        self.children: dict[str | None, list[AreaInfo]] = {}
        for info, _ in live:
            self.children.setdefault(info.parent_code, []).append(info)
        self._county, self._townships, self._grids = (
            Layer([pair for pair in live if pair[0].level is level]) for level in LEVELS
        )
        self.bounds = _bounds(self.shapes.values())
        self._squares = Squares(self._grids, self.bounds)
        self._hits = [
            Hit(county=True, township=self.areas.get(grid.parent_code or ""), grid=grid)
            for grid in self._grids.areas
        ]

    def level(self, level: Level) -> list[AreaInfo]:
        """Return the areas of a level in the order of their codes."""
        layers = (self._county, self._townships, self._grids)
        return layers[LEVELS.index(level)].areas

    def at(self, lng: float, lat: float) -> Hit:
        """Return what holds a WGS-84 point."""
        west, south, east, north = self.bounds
        if not (west <= lng <= east and south <= lat <= north):
            return NOWHERE
        place = self._squares.place(lng, lat)
        if place is not None:
            return self._hits[place]
        point = shapely.points((lng, lat))
        place = self._grids.place(point)
        return self._without_grid(point) if place is None else self._hits[place]

    def _without_grid(self, point: shapely.Point) -> Hit:
        township = self._townships.at(point)
        if township is None and self._county.at(point) is None:
            return NOWHERE
        grid = self._grids.near(point, SLIVER_DEGREES)
        if grid is not None:
            township = self.areas.get(grid.parent_code or "")
        return Hit(county=True, township=township, grid=grid)
