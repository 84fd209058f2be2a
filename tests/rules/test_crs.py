"""Coordinate systems: the published vector, and there and back within a centimetre."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.crs import Crs, from_wgs84, in_china, read, to_wgs84
from app.places.geo import area_km2, distance_m
from app.places.rules import _geometry

NINGHAI = (121.4247, 29.2892)
CHINA = st.tuples(
    st.floats(min_value=73.5, max_value=135.0), st.floats(min_value=18.0, max_value=53.0)
)


def test_the_vector_of_the_domain_page():
    lng, lat = from_wgs84(*NINGHAI, Crs.GCJ02)
    assert (round(lng, 6), round(lat, 6)) == (121.429175, 29.286718)
    assert round(distance_m(*NINGHAI, lng, lat)) == 514


def test_wgs84_stays_as_it_is():
    assert to_wgs84(*NINGHAI, "wgs84") == NINGHAI == from_wgs84(*NINGHAI, "wgs84")


@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09])
@given(point=CHINA)
def test_there_and_back(crs, point):
    back = to_wgs84(*from_wgs84(*point, crs), crs)
    assert back == pytest.approx(point, abs=1e-7)


@pytest.mark.parametrize("crs", list(Crs))
@pytest.mark.parametrize("point", [(0.0, 0.0), (2.35, 48.85), (-74.0, 40.7), (151.2, -33.9)])
def test_no_shift_outside_china(crs, point):
    assert not in_china(*point)
    assert from_wgs84(*point, crs) == point == to_wgs84(*point, crs)


def test_baidu_lies_beyond_amap():
    gcj, bd = from_wgs84(*NINGHAI, "gcj02"), from_wgs84(*NINGHAI, "bd09")
    assert 700 < distance_m(*gcj, *bd) < 1000
    assert bd[0] > gcj[0] > NINGHAI[0]


@pytest.mark.parametrize(
    ("word", "crs"),
    [
        ("wgs84", Crs.WGS84),
        ("WGS-84", Crs.WGS84),
        ("", Crs.WGS84),
        ("EPSG:4326", Crs.WGS84),
        ("cgcs2000", Crs.WGS84),
        ("GCJ-02", Crs.GCJ02),
        ("gcj02", Crs.GCJ02),
        ("Amap", Crs.GCJ02),
        ("BD_09", Crs.BD09),
        ("baidu", Crs.BD09),
        ("mercator", None),
        ("火星", None),
    ],
)
def test_names_of_systems(word, crs):
    assert read(word) is crs


def test_distance_in_metres():
    assert distance_m(121.0, 29.0, 121.0, 30.0) == pytest.approx(111_195, rel=1e-3)
    assert distance_m(*NINGHAI, *NINGHAI) == 0
    assert distance_m(179.9, 0, -179.9, 0) == pytest.approx(22_239, rel=1e-3)


def test_area_in_square_kilometres():
    """A box of 0.1° at 29.25° N on the ellipsoid: 9.7255 km × 11.0855 km."""
    box = {
        "type": "Polygon",
        "coordinates": [
            [[121.4, 29.2], [121.5, 29.2], [121.5, 29.3], [121.4, 29.3], [121.4, 29.2]]
        ],
    }
    shape, _ = _geometry(box)
    assert area_km2(shape) == pytest.approx(107.76, rel=1e-3)
