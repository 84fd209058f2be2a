"""Open cases that may be the same matter as what somebody tells the desk (screens.md I2).

Nobody is shown who reported them: the desk learns only that the same number stands behind one,
and every look of that kind is written down.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import ColumnElement, func, or_, select

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import queries as cases
from app.cases.models import Case
from app.cases.queries import CaseView
from app.cases.workflow import OPEN
from app.core.db import db
from app.core.errors import Invalid
from app.identity import service as identity
from app.intake import rules_alike as rules
from app.intake.models import Report
from app.places import queries as places
from app.places.gazetteer import bare
from app.places.geo import distance_m
from app.places.rules import Level

AROUND_M = 500
LOOKED_AT = 300
SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the desk knows so far of what it is told."""

    place_words: str = ""
    grid_code: str = ""
    phone: str = ""
    suspect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Open cases, each in the first list that it belongs to, the newest first.

    `left_out`: the number was not compared, too many were in this hour.
    """

    number: tuple[CaseView, ...] = ()
    near: tuple[CaseView, ...] = ()
    company: tuple[CaseView, ...] = ()
    village: tuple[CaseView, ...] = ()
    asked: bool = False
    left_out: bool = False

    @property
    def count(self) -> int:
        """How many cases there are to look at."""
        return sum(map(len, (self.number, self.near, self.company, self.village)))


def find(told: Told, *, by: Actor, now: datetime) -> Alike:
    """Return what may be the same matter, in the caller's transaction."""
    grid = told.grid_code or _named(told.place_words)
    near, village = _around(told.place_words, grid, now) if grid or told.place_words else ([], [])
    groups = (_of_number(told.phone, by, now), near, _of_company(told.suspect), village)
    seen: set[int] = set()
    number, near_, company, village_ = (_first(group, seen) for group in groups)
    asked = any((told.place_words, told.grid_code, told.phone, told.suspect))
    return Alike(number=number, near=near_, company=company, village=village_, asked=asked)


def _first(rows: Iterable[CaseView], seen: set[int]) -> tuple[CaseView, ...]:
    found = {row.id: row for row in rows if row.id not in seen}
    kept = sorted(found.values(), key=lambda row: (row.opened_at, row.id), reverse=True)[:SHOWN]
    seen.update(row.id for row in kept)
    return tuple(kept)


def _named(words: str) -> str:
    """Return the village grid that a description names first, if it names one."""
    hints = places.nearest_village(words) if words else ()
    return next((hint.code for hint in hints if hint.level is Level.GRID), "")


def _open(*conditions: ColumnElement[bool]) -> list[CaseView]:
    rows = db.session.execute(
        select(*cases.COLUMNS).where(Case.state.in_(OPEN), *conditions)
        .order_by(Case.opened_at.desc()).limit(LOOKED_AT)
    )  # fmt: skip
    return [CaseView(**row._mapping) for row in rows]


def _around(words: str, grid: str, now: datetime) -> tuple[list[CaseView], list[CaseView]]:
    """Return the cases at the place or within 500 m of one there, and the others of the grid.

    A place told in words has no position of its own: it lends that of a case at the same words.
    """
    here = (or_(Case.grid_code == grid, Case.grid_code.is_(None)),) if grid else ()
    known = _open(*here)
    areas = places.names((grid, grid[:9])) if grid else {}
    names = {*areas.values(), *map(bare, areas.values())}
    same = [
        row for row in known if words and rules.same_place(words, row.place_words, without=names)
    ]
    within = chain.from_iterable(_within(row, now) for row in same)
    return [*same, *within], [row for row in known if grid and row.grid_code == grid]


def _within(row: CaseView, now: datetime) -> list[CaseView]:
    if row.lng is None or row.lat is None:
        return []
    around = cases.near(row.lng, row.lat, since=now - cases.NEARBY_DAYS, limit=LOOKED_AT)
    return [
        other for other in around
        if other.state in OPEN and other.lng is not None and other.lat is not None
        and distance_m(row.lng, row.lat, other.lng, other.lat) <= AROUND_M
    ]  # fmt: skip


def _of_number(phone: str, by: Actor, now: datetime) -> list[CaseView]:
    """Return the cases for which this number was left; that they were looked up is recorded."""
    try:
        reports = identity.reports_with_phone(phone) if phone else []
    except Invalid:  # not a whole number yet
        return []
    if not phone:
        return []
    audit.record(
        actor=by.key, action="identity.number_compared", subject=by.key, now=now,
        detail={"reports": len(reports)},
    )  # fmt: skip
    ids = select(Report.case_id).where(Report.id.in_(reports))
    return _open(Case.id.in_(ids))


def _of_company(name: str) -> list[CaseView]:
    short = rules.company(name)
    if not short:
        return []
    told = or_(*(
        func.lower(text).contains(short, autoescape=True) for text in (Report.suspect, Report.words)
    ))  # fmt: skip
    return _open(Case.id.in_(select(Report.case_id).where(told)))
