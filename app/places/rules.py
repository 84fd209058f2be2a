"""What an area file must hold: features read into drafts, with everything that is wrong; pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

CODE_DIGITS = 12
LONGEST_NAME = 60
SMALLEST_KM2 = 1e-6


class Level(StrEnum):
    """The three levels of the tree, from the top."""

    COUNTY = "county"
    TOWNSHIP = "township"
    GRID = "grid"


LEVELS = tuple(Level)
LEVEL_WORDS: dict[str, Level] = {
    "county": Level.COUNTY, "县": Level.COUNTY, "区县": Level.COUNTY,
    "township": Level.TOWNSHIP, "town": Level.TOWNSHIP, "镇街": Level.TOWNSHIP,
    "乡镇": Level.TOWNSHIP, "street": Level.TOWNSHIP,
    "grid": Level.GRID, "village": Level.GRID, "网格": Level.GRID, "村": Level.GRID,
}  # fmt: skip
KINDS = ("街道", "镇", "乡", "社区", "村", "海域")
CODE_KEYS = ("code", "code12", "adcode", "代码", "编码")
NAME_KEYS = ("name", "名称")
PARENT_KEYS = ("parent", "parent_code", "parent12", "township", "county", "上级")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One area of a file, ready to be compared with its neighbours; geometry in WGS-84 degrees."""

    code: str
    name: str
    level: Level
    parent_code: str | None
    kind: str
    approximate: bool
    worker: str | None
    deputy: str | None
    geometry: BaseGeometry
    repaired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that keeps a file from being imported: which feature (from 1), what, about what."""

    number: int
    key: str
    about: str = ""


class _Wrong(Exception):
    """A feature cannot be used; carries the fault's key and what it is about."""

    def __init__(self, key: str, about: object = "") -> None:
        super().__init__(key)
        self.key, self.about = key, str(about)[:80]


def pad(code: str) -> str:
    """Return a statistical code with its twelve digits: 330226 → 330226000000."""
    return code.ljust(CODE_DIGITS, "0")


def parent_of(code: str, level: Level) -> str | None:
    """Return the parent that the official code itself tells."""
    digits = {Level.GRID: 9, Level.TOWNSHIP: 6}.get(level)
    return pad(code[:digits]) if digits else None


def _first(properties: Mapping[str, Any], keys: Sequence[str]) -> str:
    for key in keys:
        value = properties.get(key)
        if value not in (None, ""):
            return str(value).strip()
    return ""


def _code(properties: Mapping[str, Any]) -> str:
    code = pad(_first(properties, CODE_KEYS))
    if not code.strip("0"):
        raise _Wrong("code_missing")
    if not (code.isascii() and code.isalnum()) or len(code) > CODE_DIGITS:
        raise _Wrong("code_bad", code)
    return code


def _level(properties: Mapping[str, Any], fallback: Level | None) -> Level:
    word = _first(properties, ("level", "级别"))
    level = LEVEL_WORDS.get(word.lower()) if word else fallback
    if level is None:
        raise _Wrong("level_unknown", word)
    return level


def _kind(properties: Mapping[str, Any], name: str) -> str:
    said = _first(properties, ("kind", "type", "类别"))
    if said:
        return said[:20]
    return next((kind for kind in KINDS if name.endswith(kind)), "村" if "村" in name else "")


def _geometry(source: Any) -> tuple[BaseGeometry, bool]:
    """Return a valid (multi)polygon of WGS-84 degrees, and whether it had to be repaired."""
    try:
        found = shapely.force_2d(shape(source))
    except (ShapelyError, ValueError, TypeError, LookupError, AttributeError,
            RecursionError) as error:  # fmt: skip
        raise _Wrong("geometry_bad", error) from error
    if not isinstance(found, Polygon | MultiPolygon) or found.is_empty:
        raise _Wrong("geometry_not_area", found.geom_type)
    west, south, east, north = found.bounds
    if not all(math.isfinite(edge) for edge in found.bounds):
        raise _Wrong("geometry_bad", "NaN")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        swapped = 70 < south <= north < 140 and 0 < west <= east < 56
        raise _Wrong("axes_swapped" if swapped else "not_degrees", f"{west:.5g} {south:.5g}")
    if found.is_valid:
        return found, False
    mended = polygons_of(shapely.make_valid(found))
    if mended.is_empty:
        raise _Wrong("geometry_not_area", "empty")
    return mended, True


def polygons_of(found: BaseGeometry) -> BaseGeometry:
    """Return only the areas of a mixed geometry; lines and points have none."""
    parts = [part for part in shapely.get_parts(found, return_index=False).tolist()
             if isinstance(part, Polygon | MultiPolygon)]  # fmt: skip
    return shapely.union_all(parts) if parts else Polygon()


def read_feature(feature: Any, *, level: Level | None) -> Draft:
    """Read one GeoJSON feature; `level` holds where the feature does not name one itself."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise _Wrong("properties_missing")
    code, name = _code(properties), _first(properties, NAME_KEYS)
    if not (name and len(name) <= LONGEST_NAME and name.isprintable()):
        raise _Wrong("name_missing", code)
    found_level = _level(properties, level)
    parent = None
    if found_level is not Level.COUNTY:
        said = _first(properties, PARENT_KEYS)
        parent = pad(said) if said else parent_of(code, found_level)
    geometry, repaired = _geometry(feature.get("geometry"))
    return Draft(
        code=code, name=name, level=found_level, parent_code=parent, kind=_kind(properties, name),
        approximate=bool(properties.get("approximate", False)),
        worker=_first(properties, ("worker", "责任人")) or None,
        deputy=_first(properties, ("deputy", "代理人")) or None,
        geometry=geometry, repaired=repaired,
    )  # fmt: skip


def read_collection(
    document: Any, *, level: Level | None = None
) -> tuple[list[Draft], list[Fault]]:
    """Read a GeoJSON FeatureCollection whole: what is usable, and every fault in it."""
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        return [], [Fault(number=0, key="not_a_feature_collection")]
    if not features:
        return [], [Fault(number=0, key="no_features")]
    drafts: dict[str, Draft] = {}
    faults: list[Fault] = []
    for number, feature in enumerate(features, start=1):
        try:
            draft = read_feature(feature, level=level)
        except _Wrong as wrong:
            faults.append(Fault(number=number, key=wrong.key, about=wrong.about))
            continue
        if draft.code in drafts:
            faults.append(Fault(number=number, key="code_twice", about=draft.code))
        drafts[draft.code] = draft
    return list(drafts.values()), faults


def tree_faults(drafts: Sequence[Draft], known: Mapping[str, Level]) -> list[Fault]:
    """Name areas whose parent is missing or of the wrong level; `known` are those stored."""
    levels = dict(known) | {draft.code: draft.level for draft in drafts}
    faults = []
    for number, draft in enumerate(drafts, start=1):
        if known.get(draft.code, draft.level) is not draft.level:
            faults.append(Fault(number=number, key="level_changed", about=draft.code))
        if draft.level is Level.COUNTY:
            continue
        above = LEVELS[LEVELS.index(draft.level) - 1]
        if levels.get(draft.parent_code or "") is not above:
            about = f"{draft.code} {draft.name} → {draft.parent_code}"
            faults.append(Fault(number=number, key="parent_missing", about=about))
    return faults
