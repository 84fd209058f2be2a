"""How areas fit together: overlaps between neighbours, gaps in their parent, parts outside; pure.

Slivers below 0.001 km² come from rounding of coordinates and are tolerated (decision 32).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from app.places.geo import area_km2

SLIVER_KM2 = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two areas of one level that share ground."""

    code: str
    name: str
    other_code: str
    other_name: str
    km2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Ground with a point inside it: a gap in an area, or a part beyond its parent."""

    code: str
    name: str
    km2: float
    lng: float
    lat: float


Named = tuple[str, str, BaseGeometry]
"""Code, name and geometry of an area."""


def overlaps(areas: Sequence[Named]) -> list[Overlap]:
    """Return every pair that shares more than a sliver, largest first."""
    areas = sorted(areas, key=lambda area: area[0])
    shapes = [geometry for _, _, geometry in areas]
    left, right = STRtree(shapes).query(shapes, predicate="intersects")
    found = []
    for one, two in zip(left.tolist(), right.tolist(), strict=True):
        if one >= two:
            continue
        shared = area_km2(shapely.intersection(shapes[one], shapes[two]))
        if shared >= SLIVER_KM2:
            found.append(
                Overlap(
                    code=areas[one][0],
                    name=areas[one][1],
                    other_code=areas[two][0],
                    other_name=areas[two][1],
                    km2=round(shared, 4),
                )
            )
    return sorted(found, key=lambda overlap: (-overlap.km2, overlap.code))


def _pieces(code: str, name: str, ground: BaseGeometry) -> Iterable[Piece]:
    for part in shapely.get_parts(ground).tolist():
        size = area_km2(part)
        if size >= SLIVER_KM2:
            inside = shapely.point_on_surface(part)
            yield Piece(
                code=code, name=name, km2=round(size, 4), lng=round(inside.x, 6),
                lat=round(inside.y, 6),
            )  # fmt: skip


def gaps(parent: Named, children: Sequence[BaseGeometry]) -> list[Piece]:
    """Return the ground of a parent that none of its children covers, largest first."""
    code, name, ground = parent
    left = shapely.difference(ground, shapely.union_all(children))
    return sorted(_pieces(code, name, left), key=lambda piece: -piece.km2)


def outside(areas: Iterable[Named], parents: Mapping[str, BaseGeometry]) -> list[Piece]:
    """Return the parts of areas that lie beyond their parent; `parents` by the child's code."""
    found: list[Piece] = []
    for code, name, ground in areas:
        parent = parents.get(code)
        if parent is not None:
            found.extend(_pieces(code, name, shapely.difference(ground, parent)))
    return sorted(found, key=lambda piece: -piece.km2)
