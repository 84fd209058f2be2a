"""Change areas: import a GeoJSON file whole or not at all; say who is responsible for a grid."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select, update

from app.accounts.models import Staff
from app.audit import service as audit
from app.core.db import db
from app.core.errors import Invalid
from app.places import queries, rules, rules_fit
from app.places.atlas import info_of
from app.places.geo import area_km2
from app.places.models import Area, AreaVersion, GridDuty
from app.places.rules import LEVELS, Draft, Level
from app.places.rules_fit import Overlap, Piece

WORKER, DEPUTY = 1, 2
MOST_FAULTS = 50
Duties = Mapping[tuple[str, int], int | None]
"""Whose (an account's id, or nobody's) a grid's rank becomes, by grid code and rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did and what to look at; `stored` is False for a trial run."""

    version: int
    stored: bool
    added: int
    changed: int
    unchanged: int
    retired: tuple[str, ...]
    counts: dict[str, int]
    km2: float
    repaired: tuple[str, ...]
    overlaps: tuple[Overlap, ...]
    gaps: tuple[Piece, ...]
    outside: tuple[Piece, ...]
    without_worker: int
    unknown_workers: tuple[str, ...]


def import_areas(
    document: Any,
    *,
    by: str,
    now: datetime,
    source: str = "",
    level: Level | None = None,
    replace: bool = False,
    trial: bool = False,
) -> ImportReport:
    """Store the areas of a GeoJSON FeatureCollection (WGS-84), adding and changing by code.

    With `replace`, areas that a parent in the file had before and the file does not name are
    retired. With `trial` nothing is stored. Raises Invalid("areas_invalid", faults=…) with every
    fault; overlaps, gaps and repaired rings do not stop an import, they stand in the report.
    """
    drafts, faults = rules.read_collection(document, level=level)
    stored = {row.code: row for row in db.session.scalars(select(Area))}
    faults += rules.tree_faults(drafts, {code: row.level for code, row in stored.items()})
    if faults:
        raise Invalid("areas_invalid", field="file", faults=faults[:MOST_FAULTS], more=len(faults))
    retired = _missing(drafts, stored) if replace else []
    people = _people(drafts)
    version = 1 + (db.session.scalar(select(func.max(AreaVersion.version))) or 0)
    report = _report(drafts, stored, version=version, stored_now=not trial, retired=retired,
                     people=people)  # fmt: skip
    if not trial:
        _store(drafts, stored, version=version)
        db.session.execute(update(Area).where(Area.code.in_(retired)).values(retired=True))
        _store_duties(drafts, people)
        _close(report, document, source=source, by=by, now=now)
    return report


def _missing(drafts: Sequence[Draft], stored: Mapping[str, Area]) -> list[str]:
    given = {draft.code for draft in drafts}
    touched = {(draft.level, draft.parent_code) for draft in drafts}
    return sorted(
        code for code, row in stored.items()
        if not row.retired and code not in given and (row.level, row.parent_code) in touched
    )  # fmt: skip


def _people(drafts: Sequence[Draft]) -> dict[str, int]:
    wanted = {name.lower() for draft in drafts for name in (draft.worker, draft.deputy) if name}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Staff.username, Staff.id).where(Staff.username.in_(wanted), Staff.active.is_(True))
    )
    return {row.username: row.id for row in rows}


def _digest(geometry: Any) -> str:
    return hashlib.sha256(json.dumps(geometry, sort_keys=True).encode()).hexdigest()


def _is_same(row: Area, draft: Draft) -> bool:
    new = (draft.name, draft.level, draft.parent_code, draft.kind, draft.approximate, False)
    old = (row.name, row.level, row.parent_code, row.kind, row.approximate, row.retired)
    return new == old and shape(row.geometry).equals_exact(draft.geometry, 1e-9)


def _report(
    drafts: Sequence[Draft], stored: Mapping[str, Area], *, version: int, stored_now: bool,
    retired: Sequence[str], people: Mapping[str, int],
) -> ImportReport:  # fmt: skip
    pairs = [(stored[draft.code], draft) for draft in drafts if draft.code in stored]
    known, same = len(pairs), sum(1 for pair in pairs if _is_same(*pair))
    grids = [draft for draft in drafts if draft.level is Level.GRID]
    asked = {name for draft in drafts for name in (draft.worker, draft.deputy) if name}
    overlaps, gaps, outside = _fit(drafts, stored, retired=set(retired))
    counts = {str(level): sum(1 for d in drafts if d.level is level) for level in LEVELS}
    lowest = [level for level in LEVELS if counts[level]][-1]
    size = sum(area_km2(draft.geometry) for draft in drafts if draft.level is lowest)
    return ImportReport(
        version=version, stored=stored_now, added=len(drafts) - known, changed=known - same,
        unchanged=same, retired=tuple(retired), counts=counts, km2=round(size, 2),
        repaired=tuple(f"{d.code} {d.name}" for d in drafts if d.repaired),
        overlaps=tuple(overlaps), gaps=tuple(gaps), outside=tuple(outside),
        without_worker=sum(1 for draft in grids if not draft.worker),
        unknown_workers=tuple(sorted(name for name in asked if name.lower() not in people)),
    )  # fmt: skip


def _fit(
    drafts: Sequence[Draft], stored: Mapping[str, Area], *, retired: set[str]
) -> tuple[list[Overlap], list[Piece], list[Piece]]:
    """Compare the tree as it will be, on every level and for every parent that the file touches."""
    given = {draft.code: draft for draft in drafts}
    rows = {code: row for code, row in stored.items() if code not in given and code not in retired
            and not row.retired}  # fmt: skip
    ground: dict[str, BaseGeometry] = {code: shape(row.geometry) for code, row in rows.items()}
    ground |= {code: draft.geometry for code, draft in given.items()}
    every: list[Area | Draft] = [*rows.values(), *drafts]
    overlaps: list[Overlap] = []
    gaps: list[Piece] = []
    for level in {draft.level for draft in drafts}:
        overlaps += rules_fit.overlaps([_named(a, ground) for a in every if a.level is level])
    touched = {draft.parent_code for draft in drafts} | set(given)
    for parent in (area for area in every if area.code in touched):
        inner = [ground[area.code] for area in every if area.parent_code == parent.code]
        if inner:
            gaps += rules_fit.gaps(_named(parent, ground), inner)
    parents = {d.code: ground[d.parent_code] for d in drafts if d.parent_code in ground}
    return overlaps, gaps, rules_fit.outside([_named(d, ground) for d in drafts], parents)


def _named(area: Area | Draft, ground: Mapping[str, BaseGeometry]) -> rules_fit.Named:
    return area.code, area.name, ground[area.code]


def _store(drafts: Sequence[Draft], stored: Mapping[str, Area], *, version: int) -> None:
    for draft in sorted(drafts, key=lambda draft: LEVELS.index(draft.level)):
        row = stored.get(draft.code)
        if row is not None and _is_same(row, draft):
            continue
        values = asdict(info_of(draft)) | {
            "geometry": dict(mapping(draft.geometry)), "version": version,
        }  # fmt: skip
        if row is None:
            db.session.add(Area(**values))
            continue
        for name, value in values.items():
            setattr(row, name, value)
    db.session.flush()


def _store_duties(drafts: Sequence[Draft], people: Mapping[str, int]) -> None:
    told = {
        (draft.code, rank): people.get((username or "").lower())
        for draft in drafts
        if draft.level is Level.GRID
        for rank, username in ((WORKER, draft.worker), (DEPUTY, draft.deputy))
    }
    _put_duties({duty: staff_id for duty, staff_id in told.items() if staff_id is not None})


def _close(report: ImportReport, document: Any, *, source: str, by: str, now: datetime) -> None:
    summary = {
        "added": report.added, "changed": report.changed, "unchanged": report.unchanged,
        "retired": len(report.retired), "overlaps": len(report.overlaps), "gaps": len(report.gaps),
    }  # fmt: skip
    digest = _digest([report.version, document])
    db.session.add(
        AreaVersion(version=report.version, at=now, actor=by, source=source[:200], digest=digest,
                    summary=summary)
    )  # fmt: skip
    audit.record(
        actor=by, action="areas.imported", subject=f"areas:{report.version}", now=now,
        detail=summary | {"digest": digest},
    )  # fmt: skip
    db.session.flush()
    queries.forget()


def _put_duties(wanted: Duties) -> None:
    codes = {code for code, _ in wanted}
    found = db.session.scalars(select(GridDuty).where(GridDuty.grid_code.in_(codes)))
    held = {(duty.grid_code, duty.rank): duty for duty in found}
    for (code, rank), staff_id in wanted.items():
        duty = held.get((code, rank))
        if duty is None and staff_id is not None:
            db.session.add(GridDuty(grid_code=code, staff_id=staff_id, rank=rank))
        elif duty is not None and staff_id is None:
            db.session.delete(duty)
        elif duty is not None and staff_id is not None:
            duty.staff_id = staff_id
    db.session.flush()


def _check_duty(grid_code: str, rank: int, staff_id: int | None) -> None:
    grid = queries.area(grid_code)
    if grid is None or grid.level is not Level.GRID or grid.retired:
        raise Invalid("grid_missing", field="grid_code")
    if rank not in (WORKER, DEPUTY):
        raise Invalid("duty_rank", field="rank")
    if staff_id is not None and db.session.get(Staff, staff_id) is None:
        raise Invalid("staff_missing", field="staff_id")


def set_duty(grid_code: str, *, staff_id: int | None, rank: int, by: str, now: datetime) -> None:
    """Make a person worker (rank 1) or deputy (2) of a grid, or nobody with None.

    Raises Invalid for what is no grid, no account or no rank.
    """
    set_duties({(grid_code, rank): staff_id}, by=by, now=now)


def set_duties(wanted: Duties, *, by: str, now: datetime) -> None:
    """Do what `set_duty` does for many at once, in a few statements."""
    for (code, rank), staff_id in wanted.items():
        _check_duty(code, rank, staff_id)
    _put_duties(wanted)
    for (code, rank), staff_id in wanted.items():
        audit.record(
            actor=by, action="areas.duty", subject=f"area:{code}", now=now,
            detail={"staff_id": staff_id, "rank": rank},
        )  # fmt: skip
