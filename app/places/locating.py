"""What is known of a position that somebody sent: its areas, or why it has none; pure.

Nothing is ever dropped: a position that cannot be used keeps its raw values and gets a flag.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.places import crs as systems
from app.places.atlas import Atlas, Hit
from app.places.crs import Crs

SEA = "海域"
WGS: str = Crs.WGS84
YES = True
DIGITS = 7


class PlaceFlag(StrEnum):
    """Why a position needs a look by a person."""

    OUTSIDE = "outside"
    SWAPPED = "swapped"
    OTHER_CRS = "other_crs"
    SEA = "sea"
    NO_GRID = "no_grid"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Where a wrongly written position would lie in the county; for a person to confirm."""

    lng: float
    lat: float
    crs: Crs
    township: str | None
    grid: str | None


class Located(NamedTuple):
    """Answer to a position: WGS-84 degrees (None when it is none), codes, the values as sent.

    A tuple, since one is made for every point: a frozen dataclass would cost as much as half of
    the search (benchmarks/locate.py).
    """

    in_county: bool
    township: str | None
    grid: str | None
    lng: float | None
    lat: float | None
    flag: PlaceFlag | None
    raw_lng: float | None
    raw_lat: float | None
    crs: str
    correction: Correction | None = None


def number(value: object) -> float | None:
    """Return a finite number, also from text (full-width digits too); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def locate(atlas: Atlas, lng: object, lat: object, crs: str = Crs.WGS84) -> Located:
    """Find the areas of a position given in any of the three systems."""
    if type(lng) is float and type(lat) is float and (crs is WGS or crs == WGS):
        grid = atlas.at(lng, lat).grid
        if grid is not None and grid.kind != SEA:
            return Located(YES, grid.parent_code, grid.code, lng, lat, None, lng, lat, WGS)
    x, y = number(lng), number(lat)
    system = systems.read(crs)
    if x is None or y is None or system is None or _is_no_place(x, y):
        return _lost(atlas, x, y, crs, system)
    here = (x, y) if system is Crs.WGS84 else _rounded(systems.to_wgs84(x, y, system))
    hit = atlas.at(*here)
    if not hit.county:
        return _elsewhere(atlas, here, raw=(x, y), system=system)
    return Located(
        in_county=True, township=hit.township.code if hit.township else None,
        grid=hit.grid.code if hit.grid else None, lng=here[0], lat=here[1], flag=_flag(hit),
        raw_lng=x, raw_lat=y, crs=system,
    )  # fmt: skip


def _is_no_place(x: float, y: float) -> bool:
    """Recognise what is no place on earth, and the (0, 0) of a receiver without a fix."""
    return not (-180 <= x <= 180 and -90 <= y <= 90) or (x == 0 and y == 0)


def _rounded(point: systems.Point) -> systems.Point:
    return round(point[0], DIGITS), round(point[1], DIGITS)


def _flag(hit: Hit) -> PlaceFlag | None:
    deepest = hit.grid or hit.township
    if deepest is not None and deepest.kind == SEA:
        return PlaceFlag.SEA
    return PlaceFlag.NO_GRID if hit.grid is None else None


def _corrected(atlas: Atlas, point: systems.Point, system: Crs) -> Correction | None:
    here = _rounded(systems.to_wgs84(*point, system))
    hit = atlas.at(*here)
    if not hit.county:
        return None
    return Correction(
        lng=here[0], lat=here[1], crs=system, township=hit.township.code if hit.township else None,
        grid=hit.grid.code if hit.grid else None,
    )  # fmt: skip


def _lost(atlas: Atlas, x: float | None, y: float | None, crs: str, system: Crs | None) -> Located:
    """Answer what is no position: swapped axes of this county, or else invalid."""
    swapped = None
    if x is not None and y is not None and system is not None and not _is_no_place(y, x):
        swapped = _corrected(atlas, (y, x), system)
    return Located(
        in_county=False, township=None, grid=None, lng=None, lat=None,
        flag=PlaceFlag.SWAPPED if swapped else PlaceFlag.INVALID,
        raw_lng=x, raw_lat=y, crs=system or crs[:20], correction=swapped,
    )  # fmt: skip


def _elsewhere(atlas: Atlas, here: systems.Point, *, raw: systems.Point, system: Crs) -> Located:
    """Answer a place outside the county; swapped or in another system it may lie inside."""
    others = (Crs.GCJ02, Crs.BD09) if system is Crs.WGS84 else (Crs.WGS84,)
    flag, correction = PlaceFlag.SWAPPED, _corrected(atlas, (raw[1], raw[0]), system)
    if correction is None:
        inside = (_corrected(atlas, raw, other) for other in others)
        correction = next((found for found in inside if found), None)
        flag = PlaceFlag.OTHER_CRS if correction else PlaceFlag.OUTSIDE
    return Located(
        in_county=False, township=None, grid=None, lng=here[0], lat=here[1], flag=flag,
        raw_lng=raw[0], raw_lat=raw[1], crs=system, correction=correction,
    )  # fmt: skip
