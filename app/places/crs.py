"""Coordinate systems that Chinese phones and maps speak, to and from WGS-84; pure.

GCJ-02 (高德, 腾讯) shifts WGS-84 by up to some 700 m inside China, BD-09 (百度) shifts GCJ-02 once
more. CGCS2000 is WGS-84 to within a metre. The way back iterates to below 1e-9 degrees.
"""

import math
from collections.abc import Callable
from enum import StrEnum

SEMI_MAJOR = 6378245.0
ECCENTRICITY_2 = 0.00669342162296594323
CHINA = (72.004, 137.8347, 0.8293, 55.8271)
BD_TURN = math.pi * 3000.0 / 180.0
CLOSE_ENOUGH = 1e-10
MOST_ROUNDS = 30

Point = tuple[float, float]


class Crs(StrEnum):
    """The systems in which a position may arrive."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


ALIASES = {"cgcs2000": Crs.WGS84, "4326": Crs.WGS84, "epsg4326": Crs.WGS84, "amap": Crs.GCJ02,
           "gaode": Crs.GCJ02, "tencent": Crs.GCJ02, "baidu": Crs.BD09}  # fmt: skip


def read(name: str) -> Crs | None:
    """Return the system that a name means ("GCJ-02", "wgs 84"); None for an unknown one."""
    word = "".join(letter for letter in name.lower() if letter.isalnum())
    if not word:
        return Crs.WGS84
    return ALIASES.get(word) or (Crs(word) if word in set(Crs) else None)


def in_china(lng: float, lat: float) -> bool:
    """Say whether the shift applies: outside this box GCJ-02 is WGS-84."""
    west, east, south, north = CHINA
    return west <= lng <= east and south <= lat <= north


def _waves(value: float, terms: tuple[tuple[float, float], ...]) -> float:
    return sum(size * math.sin(value * math.pi / period) for size, period in terms)


def _shift(lng: float, lat: float) -> Point:
    """Return what GCJ-02 adds to a WGS-84 point, in degrees."""
    x, y = lng - 105.0, lat - 35.0
    ripple = _waves(x, ((20.0, 1 / 6), (20.0, 1 / 2)))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (ripple + _waves(x, ((20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0)))) * 2 / 3
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (ripple + _waves(y, ((20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0)))) * 2 / 3
    angle = math.radians(lat)
    magic = 1 - ECCENTRICITY_2 * math.sin(angle) ** 2
    meridian = SEMI_MAJOR * (1 - ECCENTRICITY_2) / magic**1.5
    parallel = SEMI_MAJOR / math.sqrt(magic) * math.cos(angle)
    return math.degrees(east / parallel), math.degrees(north / meridian)


def _gcj(lng: float, lat: float) -> Point:
    if not in_china(lng, lat):
        return lng, lat
    east, north = _shift(lng, lat)
    return lng + east, lat + north


def _bd(lng: float, lat: float) -> Point:
    if not in_china(lng, lat):
        return lng, lat
    x, y = _gcj(lng, lat)
    radius = math.hypot(x, y) + 0.00002 * math.sin(y * BD_TURN)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * BD_TURN)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


FROM_WGS: dict[Crs, Callable[[float, float], Point]] = {
    Crs.WGS84: lambda lng, lat: (lng, lat),
    Crs.GCJ02: _gcj,
    Crs.BD09: _bd,
}


def from_wgs84(lng: float, lat: float, crs: Crs | str) -> Point:
    """Return a WGS-84 point in another system, in degrees."""
    return FROM_WGS[Crs(crs)](lng, lat)


def to_wgs84(lng: float, lat: float, crs: Crs | str) -> Point:
    """Return a point of another system in WGS-84 degrees, to better than 1e-7 degrees (1 cm)."""
    system = Crs(crs)
    if system is Crs.WGS84 or not in_china(lng, lat):
        return lng, lat
    forward = FROM_WGS[system]
    x, y = lng, lat
    for _ in range(MOST_ROUNDS):
        there = forward(x, y)
        dx, dy = lng - there[0], lat - there[1]
        x, y = x + dx, y + dy
        if abs(dx) < CLOSE_ENOUGH and abs(dy) < CLOSE_ENOUGH:
            break
    return x, y
