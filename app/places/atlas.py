"""All areas in memory, with one search tree a level: which areas hold a point; pure.

Areas stand in the order of their codes and the lowest code wins, so a point on a border resolves
the same way whatever order a file had.
"""

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


def _bounds(shapes: Iterable[BaseGeometry]) -> tuple[float, float, float, float]:
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
        hits = self.tree.query(point, "intersects").tolist()
        return self.areas[min(hits)] if hits else None

    def near(self, point: shapely.Point, degrees: float) -> AreaInfo | None:
        """Return the nearest area within some degrees."""
        hits = self.tree.query_nearest(point, max_distance=degrees).tolist()
        return self.areas[min(hits)] if hits else None


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

    def level(self, level: Level) -> list[AreaInfo]:
        """Return the areas of a level in the order of their codes."""
        layers = (self._county, self._townships, self._grids)
        return layers[LEVELS.index(level)].areas

    def at(self, lng: float, lat: float) -> Hit:
        """Return what holds a WGS-84 point."""
        west, south, east, north = self.bounds
        if not (west <= lng <= east and south <= lat <= north):
            return NOWHERE
        point = shapely.points(lng, lat)
        grid = self._grids.at(point)
        if grid is not None:
            return Hit(county=True, township=self.areas.get(grid.parent_code or ""), grid=grid)
        township = self._townships.at(point)
        if township is None and self._county.at(point) is None:
            return NOWHERE
        grid = self._grids.near(point, SLIVER_DEGREES)
        if grid is not None:
            township = self.areas.get(grid.parent_code or "")
        return Hit(county=True, township=township, grid=grid)
