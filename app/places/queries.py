"""Read areas: which grid holds a point, who is on duty, the tree, names in a text.

The areas stand in memory. At most every few seconds a process compares one row with the database
and reads them again when somebody imported new ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shapely.geometry import shape
from sqlalchemy import Engine, Row, inspect, select

from app.accounts.models import Staff, Status
from app.core import clock
from app.core.db import db
from app.places import locating, outline
from app.places.atlas import AreaInfo, Atlas
from app.places.crs import Crs
from app.places.gazetteer import Suggestion, suggestions
from app.places.locating import Located
from app.places.models import Area, AreaVersion, GridDuty
from app.places.outline import Outline
from app.places.rules import Level

LOOK_AGAIN = timedelta(seconds=5)


@dataclass(slots=True)
class _Held:
    """What this process holds, of which database, and for how long without another look."""

    engine: Engine
    atlas: Atlas
    digest: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One person responsible for a grid; rank 1 is its worker, 2 the deputy."""

    grid_code: str
    staff_id: int
    name: str
    rank: int
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """An area with what lies in it."""

    area: AreaInfo
    children: tuple["Branch", ...]


_held: list[_Held] = []


def atlas() -> Atlas:
    """Return all areas, as fresh as a few seconds."""
    now, engine = clock.now(), db.engine
    for held in _held:
        if held.engine is engine and held.since <= now < held.until:
            return held.atlas
    return _look(engine, now)


def _look(engine: Engine, now: datetime) -> Atlas:
    """Compare with the newest import, and read the areas again if they are older."""
    digest = db.session.scalar(
        select(AreaVersion.digest).order_by(AreaVersion.version.desc()).limit(1)
    ) or ""  # fmt: skip
    same = [held.atlas for held in _held if held.engine is engine and held.digest == digest]
    found = same[0] if same else _read()
    until = now + LOOK_AGAIN
    _held[:] = [_Held(engine=engine, atlas=found, digest=digest, since=now, until=until)]
    return found


def forget() -> None:
    """Let this process read the areas anew at the next question; an import calls it."""
    _held.clear()


def _read() -> Atlas:
    columns = (
        Area.code, Area.name, Area.level, Area.parent_code, Area.kind, Area.approximate,
        Area.centre_lng, Area.centre_lat, Area.area_km2, Area.retired, Area.geometry,
    )  # fmt: skip
    return drawn(db.session.execute(select(*columns)))


def drawn(rows: Iterable[Row[Any]]) -> Atlas:
    """Make an atlas of areas as they are stored."""
    found = []
    for row in rows:
        values = row._asdict()
        geometry = shape(values.pop("geometry"))
        found.append((AreaInfo(**values), geometry))
    return Atlas(found)


def is_empty() -> bool:
    """Say whether there is no database yet, or one without areas."""
    engine = db.engine
    if not inspect(engine).has_table(Area.__tablename__):
        return True
    return db.session.scalar(select(Area.code).limit(1)) is None


def locate(lng: object, lat: object, crs: str = Crs.WGS84) -> Located:
    """Return the areas of a position in `crs` (wgs84, gcj02, bd09), or why it has none."""
    return locating.locate(atlas(), lng, lat, crs)


def area(code: str) -> AreaInfo | None:
    """Return one area, a retired one too."""
    return atlas().areas.get(code)


def names(codes: Iterable[str | None]) -> dict[str, str]:
    """Return the names of areas by code; unknown codes are left out."""
    areas = atlas().areas
    return {code: areas[code].name for code in codes if code in areas and code is not None}


def children(code: str | None) -> Sequence[AreaInfo]:
    """Return what lies in an area, by code; `None` gives the top of the tree."""
    return tuple(atlas().children.get(code, ()))


def townships() -> Sequence[AreaInfo]:
    return tuple(atlas().level(Level.TOWNSHIP))


def grids() -> Sequence[AreaInfo]:
    return tuple(atlas().level(Level.GRID))


def tree() -> tuple[Branch, ...]:
    """Return the whole tree from its top."""
    held = atlas()

    def below(code: str | None) -> tuple[Branch, ...]:
        inner = held.children.get(code, ())
        return tuple(Branch(area=info, children=below(info.code)) for info in inner)

    return below(None)


def nearest_village(words: str, *, limit: int = 3) -> tuple[Suggestion, ...]:
    """Return the areas that a description of a place names, best first."""
    return suggestions(atlas(), words, limit=limit)


def outline_svg(code: str | None = None, *, here: str | None = None) -> Outline | None:
    """Return the schematic map: all townships, the grids of a township, or a grid's surroundings.

    `here` marks one area; for a grid it is the grid itself. None when there is nothing to draw.
    """
    held = atlas()
    info = held.areas.get(code or "")
    if info is None or info.level is Level.COUNTY:
        return outline.county(held, here=here) if held.level(Level.TOWNSHIP) else None
    if info.level is Level.TOWNSHIP:
        return outline.township(held, info.code, here=here)
    return outline.around(held, info.code)


def grid_workers(grid_codes: Iterable[str]) -> dict[str, list[Duty]]:
    """Return who is responsible for grids, worker before deputy; grids without are absent."""
    rows = db.session.execute(
        select(GridDuty.grid_code, GridDuty.staff_id, Staff.name, GridDuty.rank, Staff.status,
               Staff.active)
        .join(Staff, Staff.id == GridDuty.staff_id)
        .where(GridDuty.grid_code.in_(set(grid_codes)))
        .order_by(GridDuty.grid_code, GridDuty.rank)
    )  # fmt: skip
    found: dict[str, list[Duty]] = {}
    for code, staff_id, name, rank, status, active in rows:
        working = active and status is Status.WORKING
        duty = Duty(grid_code=code, staff_id=staff_id, name=name, rank=rank, working=working)
        found.setdefault(code, []).append(duty)
    return found


def on_duty(grid_code: str) -> int | None:
    """Return whom to send: the grid's worker, on leave the deputy; None when both are away."""
    duties = grid_workers([grid_code]).get(grid_code, [])
    return next((duty.staff_id for duty in duties if duty.working), None)


def grids_of(staff_id: int) -> list[str]:
    """Return the grids for which a person is worker or deputy."""
    rows = db.session.scalars(
        select(GridDuty.grid_code).where(GridDuty.staff_id == staff_id).order_by(GridDuty.grid_code)
    )
    return list(dict.fromkeys(rows))
