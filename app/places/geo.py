"""Distances in metres and areas in square kilometres on WGS-84; pure."""

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

EARTH_M = 6371008.8
SEMI_MAJOR = 6378137.0
ECCENTRICITY_2 = 0.00669437999014


def distance_m(lng: float, lat: float, other_lng: float, other_lat: float) -> float:
    """Return the great-circle distance of two points in metres."""
    south, north = math.radians(lat), math.radians(other_lat)
    half_lat, half_lng = (north - south) / 2, math.radians(other_lng - lng) / 2
    part = math.sin(half_lat) ** 2 + math.cos(south) * math.cos(north) * math.sin(half_lng) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(part)))


def _to_metres(points: NDArray[Any]) -> NDArray[Any]:
    """Project degrees by the sinusoidal projection of the ellipsoid, which keeps areas."""
    lng, lat = points[:, 0], np.radians(points[:, 1])
    parallel = SEMI_MAJOR / np.sqrt(1 - ECCENTRICITY_2 * np.sin(lat) ** 2) * np.cos(lat)
    arc = 111132.9526 * points[:, 1] - 16038.509 * np.sin(2 * lat) + 16.833 * np.sin(4 * lat)
    return np.column_stack((np.radians(lng - 120.0) * parallel, arc))


def in_metres(shape: BaseGeometry) -> BaseGeometry:
    """Return the shape on an equal-area plane, in metres."""
    return shapely.transform(shape, _to_metres)


def area_km2(shape: BaseGeometry) -> float:
    """Return the area of a shape given in degrees."""
    return float(in_metres(shape).area) / 1e6


def metres_to_degrees(metres: float) -> float:
    """Return the degrees of latitude that a length spans; an upper bound on none of longitude."""
    return metres / 111_000.0
