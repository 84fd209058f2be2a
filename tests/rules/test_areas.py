"""Area files: what is read, what is named as a fault, how areas fit, what a text means."""

import random

import pytest
import shapely
from shapely.geometry import box, mapping

from app.places import demo, gazetteer, locating, outline, rules, rules_fit
from app.places.atlas import Atlas, info_of
from app.places.locating import PlaceFlag, locate
from app.places.rules import Level, read_collection, tree_faults

COUNTY, TOWN, GRID = "990001000000", "990001001000", "990001001001"


def feature(code, level, shape, **more):
    properties = {"code": code, "name": f"名{code[-4:]}", "level": level} | more
    geometry = mapping(shape) if hasattr(shape, "geom_type") else shape
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def tree(*more):
    return collection(
        feature(COUNTY, "county", box(121, 29, 121.2, 29.2)),
        feature(TOWN, "township", box(121, 29, 121.2, 29.2)),
        feature(GRID, "grid", box(121, 29, 121.1, 29.2)),
        feature("990001001002", "grid", box(121.1, 29, 121.2, 29.2)), *more,
    )  # fmt: skip


def small_atlas(document=None):
    drafts, faults = read_collection(document or tree())
    assert not faults
    return Atlas((info_of(draft), draft.geometry) for draft in drafts)


def test_a_good_file_has_no_fault():
    drafts, faults = read_collection(tree())
    assert not faults
    assert not tree_faults(drafts, {})
    assert [d.parent_code for d in drafts] == [None, COUNTY, TOWN, TOWN]


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"type": "FeatureCollection"},
        {"features": []},
        {"type": "FeatureCollection", "features": []},
    ],
)
def test_what_is_no_file_of_areas(document):
    drafts, faults = read_collection(document)
    assert not drafts
    assert len(faults) == 1


SQUARE = box(121, 29, 121.1, 29.1)
EMPTY = {"type": "Polygon", "coordinates": []}


@pytest.mark.parametrize(
    ("broken", "key"),
    [
        (feature("", "grid", SQUARE), "code_missing"),
        (feature("99/../1", "grid", SQUARE), "code_bad"),
        (feature("9900010010011", "grid", SQUARE), "code_bad"),
        (feature(GRID, "galaxy", SQUARE), "level_unknown"),
        (feature(GRID, "", SQUARE), "level_unknown"),
        (feature(GRID, "grid", SQUARE, name=""), "name_missing"),
        (feature(GRID, "grid", SQUARE, name="长" * 61), "name_missing"),
        (feature(GRID, "grid", None), "geometry_bad"),
        (feature(GRID, "grid", {"type": "Point", "coordinates": [121, 29]}), "geometry_not_area"),
        (feature(GRID, "grid", EMPTY), "geometry_not_area"),
        (feature(GRID, "grid", {"type": "Polygon", "coordinates": [[["a", "b"]]]}), "geometry_bad"),
        (feature(GRID, "grid", box(29, 121, 29.1, 121.1)), "axes_swapped"),
        (feature(GRID, "grid", box(13517000, 3405000, 13518000, 3405900)), "not_degrees"),
        ({"type": "Feature", "geometry": None}, "properties_missing"),
        ("not even a feature", "properties_missing"),
    ],
)
def test_faults_are_named_with_their_feature(broken, key):
    drafts, faults = read_collection(collection(feature(TOWN, "township", SQUARE), broken))
    assert [(fault.number, fault.key) for fault in faults] == [(2, key)]
    assert [draft.code for draft in drafts] == [TOWN]


def test_one_code_twice_is_a_fault():
    _, faults = read_collection(tree(feature(GRID, "grid", SQUARE)))
    assert [fault.key for fault in faults] == ["code_twice"]


def test_a_broken_ring_is_mended_with_a_note():
    ring = [[121, 29], [121.1, 29.1], [121.1, 29], [121, 29.1], [121, 29]]
    bow = {"type": "Polygon", "coordinates": [ring]}
    drafts, faults = read_collection(collection(feature(GRID, "grid", bow)))
    assert not faults
    assert drafts[0].repaired
    assert drafts[0].geometry.is_valid
    assert drafts[0].geometry.area == pytest.approx(0.005)


def test_parents_must_be_there_and_one_level_above():
    drafts, _ = read_collection(collection(feature(GRID, "grid", SQUARE)))
    assert [fault.key for fault in tree_faults(drafts, {})] == ["parent_missing"]
    assert not tree_faults(drafts, {TOWN: Level.TOWNSHIP})
    assert tree_faults(drafts, {TOWN: Level.COUNTY})
    changed = tree_faults(drafts, {TOWN: Level.TOWNSHIP, GRID: Level.TOWNSHIP})
    assert [fault.key for fault in changed] == ["level_changed"]


def test_a_level_may_come_from_the_command():
    plain = feature(GRID, "grid", SQUARE)
    del plain["properties"]["level"]
    drafts, faults = read_collection(collection(plain), level=Level.GRID)
    assert not faults
    assert drafts[0].level is Level.GRID


def test_kinds_come_from_names():
    atlas = demo.atlas()
    kinds = [info.kind for info in atlas.level(Level.TOWNSHIP)]
    assert (kinds.count("街道"), kinds.count("镇"), kinds.count("乡")) == (4, 11, 3)


def test_overlaps_and_gaps_are_named_and_slivers_tolerated():
    one, two = ("a", "甲", box(121, 29, 121.1, 29.1)), ("b", "乙", box(121.09, 29, 121.2, 29.1))
    sliver = ("c", "丙", box(121.2 - 1e-7, 29, 121.3, 29.1))
    found = rules_fit.overlaps([one, two, sliver])
    assert [(o.name, o.other_name) for o in found] == [("甲", "乙")]
    assert found[0].km2 == pytest.approx(10.79, rel=0.01)
    parent = ("p", "镇", box(121, 29, 121.3, 29.2))
    gaps = rules_fit.gaps(parent, [one[2], two[2], sliver[2]])
    assert [gap.name for gap in gaps] == ["镇"]
    assert gaps[0].lat > 29.1
    assert not rules_fit.gaps(("p", "镇", one[2]), [one[2].buffer(-1e-8)])
    beyond = rules_fit.outside([("d", "丁", box(121.29, 29, 121.4, 29.1))], {"d": parent[2]})
    assert beyond[0].lng > 121.3


# ---- a point -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lat", [29.05, 29.1, 29.0, 29.2])
def test_a_point_on_a_border_belongs_to_the_lowest_code(lat):
    document = tree()
    document["features"].reverse()
    for atlas in (small_atlas(), small_atlas(document)):
        assert locate(atlas, 121.1, lat).grid == GRID


def test_every_corner_of_the_demo_resolves_and_the_same_way():
    atlas = demo.atlas()
    turned = Atlas(reversed([(info, atlas.shapes[code]) for code, info in atlas.areas.items()]))
    corners = {
        point for info in atlas.level(Level.GRID)[:80]
        for point in atlas.shapes[info.code].exterior.coords
    }  # fmt: skip
    for lng, lat in corners:
        here = locate(atlas, lng, lat)
        assert here == locate(turned, lng, lat)


def test_squares_answer_as_the_tree_does():
    """Every point that a coarse square answers is answered the same by the search."""
    atlas, rng = demo.atlas(), random.Random(110)
    west, south, east, north = atlas.bounds
    squares, grids = atlas._squares, atlas._grids
    random_points = [(rng.uniform(west, east), rng.uniform(south, north)) for _ in range(3000)]
    edges = [
        (west + column / squares.across, south + row / squares.up)
        for row in range(0, squares.side, 4) for column in range(0, squares.side, 4)
    ]  # fmt: skip
    sure = 0
    for lng, lat in random_points + edges:
        place = squares.place(lng, lat)
        if place is not None:
            sure += 1
            assert grids.tree.query(shapely.Point(lng, lat), "intersects").tolist() == [place]
    assert sure > 1000


@pytest.mark.parametrize(
    ("lng", "lat", "crs", "flag", "corrected"),
    [
        (121.4247, 29.2892, "wgs84", None, False),
        (" 121.4247 ", "29.2892", "WGS-84", None, False),
        (121.429175, 29.286718, "gcj02", None, False),
        (121.435, 29.293, "bd09", None, False),
        (29.2892, 121.4247, "wgs84", PlaceFlag.SWAPPED, True),
        (29.286718, 121.429175, "gcj02", PlaceFlag.SWAPPED, True),
        (121.9, 29.2, "wgs84", PlaceFlag.OUTSIDE, False),
        (120.15, 30.28, "wgs84", PlaceFlag.OUTSIDE, False),
        (0, 0, "wgs84", PlaceFlag.INVALID, False),
        (float("nan"), 29, "wgs84", PlaceFlag.INVALID, False),
        (float("inf"), 29, "wgs84", PlaceFlag.INVALID, False),
        (181, 29, "wgs84", PlaceFlag.INVALID, False),
        (121.4, 91, "wgs84", PlaceFlag.INVALID, False),
        (None, None, "wgs84", PlaceFlag.INVALID, False),
        (True, 29, "wgs84", PlaceFlag.INVALID, False),
        ("121,4", "x", "wgs84", PlaceFlag.INVALID, False),
        ("1e999", "29", "wgs84", PlaceFlag.INVALID, False),
        (121.4247, 29.2892, "mars", PlaceFlag.INVALID, False),
    ],
)
def test_a_position_is_kept_and_flagged(lng, lat, crs, flag, corrected):
    found = locate(demo.atlas(), lng, lat, crs)
    assert found.flag is flag
    assert found.in_county is (flag is None)
    assert (found.correction is not None) is corrected
    raw = (locating.number(lng), locating.number(lat))
    assert (found.raw_lng, found.raw_lat) == raw


def test_a_point_in_another_system_is_recognised_at_the_edge():
    """Walk along the outline and take a place that lies outside as WGS-84, inside as GCJ-02."""
    atlas = demo.atlas()
    county = atlas.shapes["330226000000"]
    outline_points = (
        county.geoms[0].exterior.coords if hasattr(county, "geoms") else county.exterior.coords
    )
    flags = {locate(atlas, lng + 0.003, lat - 0.001).flag for lng, lat in outline_points}
    assert PlaceFlag.OTHER_CRS in flags
    found = next(
        located for lng, lat in outline_points
        if (located := locate(atlas, lng + 0.003, lat - 0.001)).flag is PlaceFlag.OTHER_CRS
    )  # fmt: skip
    assert not found.in_county
    assert found.correction.township
    assert locate(atlas, found.raw_lng, found.raw_lat, found.correction.crs).in_county


def test_sea_and_ground_without_grid():
    document = collection(
        feature(COUNTY, "county", box(121, 29, 121.2, 29.2)),
        feature(TOWN, "township", box(121, 29, 121.15, 29.2)),
        feature(GRID, "grid", box(121, 29, 121.05, 29.2)),
        feature("990001001009", "grid", box(121.05, 29, 121.07, 29.2), kind="海域"),
    )
    atlas = small_atlas(document)
    assert locate(atlas, 121.06, 29.1).flag is PlaceFlag.SEA
    empty = locate(atlas, 121.1, 29.1)
    assert (empty.in_county, empty.township, empty.grid) == (True, TOWN, None)
    assert empty.flag is PlaceFlag.NO_GRID
    assert locate(atlas, 121.18, 29.1).township is None
    assert locate(atlas, 121.0701, 29.1).grid == "990001001009"


def test_no_areas_at_all():
    found = locate(Atlas([]), 121.4, 29.2)
    assert found.flag is PlaceFlag.OUTSIDE


# ---- words and pictures --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("黄坛镇里天河村旁边的小溪", "里天河村委会"),
        ("深 甽 镇 政府对面", "深甽镇"),
        ("西店镇西店村", "西店村委会"),
        ("西店镇", "西店镇"),
        ("在ＸＸ路口", None),
        ("", None),
    ],
)
def test_names_in_a_description(words, first):
    found = gazetteer.suggestions(demo.atlas(), words, limit=3)
    assert (found[0].name if found else None) == first
    assert len(found) <= 3


def test_a_named_township_decides_between_namesakes():
    atlas = demo.atlas()
    for info in atlas.level(Level.GRID)[::20]:
        town = atlas.areas[info.parent_code]
        found = gazetteer.suggestions(atlas, f"{town.name}{info.name}", limit=1)
        assert atlas.areas[found[0].code].parent_code == town.code


def test_the_schematic_map():
    atlas = demo.atlas()
    county = outline.county(atlas, here="330226001000")
    assert len(county.shapes) == 18
    assert [shape.name for shape in county.shapes if shape.here] == ["跃龙街道"]
    assert county.approximate
    assert sum(len(shape.path) for shape in county.shapes) < 20_000
    for shape in county.shapes:
        assert shape.path.startswith("M")
        assert shape.path.endswith("Z")
        assert 0 < shape.x < county.width
        assert 0 < shape.y < county.height
    around = outline.around(atlas, "330226001001")
    assert 3 < len(around.shapes) < 60
    assert outline.township(atlas, "330226001000").shapes
    assert outline.township(atlas, "nowhere") is None
    assert outline.around(atlas, "nowhere") is None


def test_a_point_on_the_map_lies_in_its_area():
    atlas = demo.atlas()
    drawing = outline.county(atlas)
    x, y = drawing.place(121.4247, 29.2892)
    assert 0 < x < drawing.width
    assert 0 < y < drawing.height
    assert drawing.metres(500) == 50


def test_codes_are_padded_and_know_their_parents():
    assert rules.pad("330226") == "330226000000"
    assert rules.parent_of("330226001001", Level.GRID) == "330226001000"
    assert rules.parent_of("330226001000", Level.TOWNSHIP) == "330226000000"
    assert rules.parent_of("330226000000", Level.COUNTY) is None
