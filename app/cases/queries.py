"""Read cases: as plain values, in few statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from app.cases.models import Case, CaseStep
from app.cases.rules import CELL_DEGREES, cell
from app.cases.workflow import Move, State, Urgency
from app.core.db import db
from app.core.errors import NotFound
from app.core.paging import Page

FIELDS = (
    "id", "number", "state", "urgency", "category", "kinds", "place_words", "lng", "lat",
    "grid_code", "township_code", "assignee_id", "unit_code", "round", "version", "on_site",
    "supervised", "public", "opened_at", "accepted_at", "assigned_at", "arrived_at", "handled_at",
    "checked_at", "closed_at", "finding", "punishable", "our_jurisdiction", "offender_known",
    "merged_into_id", "back_state", "exclusion", "reject_proposed_by", "reject_reason",
    "reject_note",
)  # fmt: skip
COLUMNS: tuple[InstrumentedAttribute[Any], ...] = tuple(getattr(Case, name) for name in FIELDS)
BY_ID = select(*COLUMNS).where(Case.id == bindparam("wanted"))
BY_NUMBER = select(*COLUMNS).where(Case.number == bindparam("wanted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as pages read it; no reporter in it."""

    id: int
    number: str
    state: State
    urgency: Urgency
    category: str
    kinds: list[str]
    place_words: str
    lng: float | None
    lat: float | None
    grid_code: str | None
    township_code: str | None
    assignee_id: int | None
    unit_code: str
    round: int
    version: int
    on_site: bool
    supervised: bool
    public: bool
    opened_at: datetime
    accepted_at: datetime | None
    assigned_at: datetime | None
    arrived_at: datetime | None
    handled_at: datetime | None
    checked_at: datetime | None
    closed_at: datetime | None
    finding: str | None
    punishable: bool
    our_jurisdiction: bool
    offender_known: bool
    merged_into_id: int | None
    back_state: State | None
    exclusion: str | None
    reject_proposed_by: int | None
    reject_reason: str | None
    reject_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step of a case's history."""

    seq: int
    move: Move
    from_state: State | None
    to_state: State
    actor: str
    at: datetime
    reason: str
    round: int
    facts: dict[str, Any]


def view(case: Case) -> CaseView:
    """Return the plain values of a case."""
    return CaseView(**{name: getattr(case, name) for name in FIELDS})


def by_id(case_id: int) -> CaseView:
    """Return one case. Raises NotFound."""
    return _one(BY_ID, case_id)


def by_number(number: str, *, township_code: str | None = None) -> CaseView:
    """Return one case by its public number, of one township only where that is given.

    Raises NotFound, also for a case of another township (404, not 403: R-S2).
    """
    found = _one(BY_NUMBER, number)
    if township_code is not None and found.township_code != township_code:
        raise NotFound("no_such_case")
    return found


def _one(statement: Select[Any], wanted: int | str) -> CaseView:
    row = db.session.execute(statement, {"wanted": wanted}).one_or_none()
    if row is None:
        raise NotFound("no_such_case")
    return _views([row])[0]


def _views(rows: Iterable[Row[Any]]) -> list[CaseView]:
    return [CaseView(**dict(zip(FIELDS, row, strict=True))) for row in rows]


def leading(case_id: int) -> CaseView:
    """Return the case that is worked on: of a merged one the case it was joined to."""
    found = by_id(case_id)
    return by_id(found.merged_into_id) if found.merged_into_id else found


def matter(case_id: int) -> Select[int]:
    """Return a statement of the ids of a case and of the cases that were merged into it."""
    return select(Case.id).where(or_(Case.id == case_id, Case.merged_into_id == case_id))


def many(case_ids: Sequence[int]) -> dict[int, CaseView]:
    """Return cases by id, in one statement."""
    rows = db.session.execute(select(*COLUMNS).where(Case.id.in_(case_ids)))
    return {row.id: row for row in _views(rows)}


def steps(case_id: int) -> list[StepView]:
    """Return the whole history of a case, oldest first."""
    rows = db.session.scalars(
        select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.seq)
    )
    return [
        StepView(
            seq=row.seq,
            move=row.move,
            from_state=row.from_state,
            to_state=row.to_state,
            actor=row.actor,
            at=row.at,
            reason=row.reason,
            round=row.round,
            facts=row.facts,
        )
        for row in rows
    ]


def in_states(
    states: Sequence[State], *, township_code: str | None = None, assignee_id: int | None = None,
    number: int = 1, size: int = 50,
) -> Page[CaseView]:  # fmt: skip
    """Return a page of the cases in some states, oldest first, of one township or person."""
    wanted: list[ColumnElement[bool]] = [Case.state.in_(states)]
    if township_code:
        wanted.append(Case.township_code == township_code)
    if assignee_id:
        wanted.append(Case.assignee_id == assignee_id)
    total = db.session.scalar(select(func.count()).select_from(Case).where(*wanted)) or 0
    rows = db.session.execute(
        select(*COLUMNS).where(*wanted).order_by(Case.opened_at, Case.id)
        .limit(size).offset((number - 1) * size)
    )  # fmt: skip
    return Page(rows=_views(rows), number=number, size=size, total=total)


def newest(states: Sequence[State], most: int) -> list[CaseView]:
    """Return the cases in some states that came in last, newest first.

    Each state gives its own newest: those in all are a county's whole history, and together
    they would be sorted from end to end for each page.
    """
    latest = (
        select(Case.id).where(Case.state == state)
        .order_by(Case.opened_at.desc(), Case.id.desc()).limit(most).subquery()
        for state in states
    )  # fmt: skip
    ids = union_all(*(select(one.c.id) for one in latest))
    rows = db.session.execute(
        select(*COLUMNS).where(Case.id.in_(ids))
        .order_by(Case.opened_at.desc(), Case.id.desc()).limit(most)
    )  # fmt: skip
    return _views(rows)


def count_by_state(states: Sequence[State]) -> dict[State, int]:
    """Return how many cases stand in each of some states, those without a case left out."""
    rows = db.session.execute(
        select(Case.state, func.count()).where(Case.state.in_(states)).group_by(Case.state)
    )
    return {row[0]: row[1] for row in rows}


def newer_than(case_id: int, states: Sequence[State]) -> int:
    """Count the cases of some states that were opened after one."""
    wanted = (Case.id > case_id, Case.state.in_(states))
    return db.session.scalar(select(func.count()).select_from(Case).where(*wanted)) or 0


def proposed_rejections() -> list[CaseView]:
    """Return the reports that somebody would not accept, oldest first."""
    wanted = (Case.state == State.SUBMITTED, Case.reject_proposed_by.is_not(None))
    rows = db.session.execute(select(*COLUMNS).where(*wanted).order_by(Case.opened_at, Case.id))
    return _views(rows)


def near(
    lng: float,
    lat: float,
    *,
    since: datetime,
    only: Sequence[ColumnElement[bool]] = (),
    limit: int = 20,
) -> list[CaseView]:
    """Return recent cases in the square of the point and the eight around it, newest first.

    The squares are about 500 m wide; the caller measures metres and cuts.
    """
    cells = [
        cell(lng + dx * CELL_DEGREES, lat + dy * CELL_DEGREES)
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
    ]
    wanted = [Case.cell.in_(cells), Case.opened_at >= since, Case.state != State.MERGED, *only]
    rows = db.session.execute(
        select(*COLUMNS).where(*wanted).order_by(Case.opened_at.desc()).limit(limit)
    )
    return _views(rows)


def opened_between(start: datetime, end: datetime) -> int:
    """Count the cases opened in [start, end)."""
    wanted = (Case.opened_at >= start, Case.opened_at < end)
    return db.session.scalar(select(func.count()).select_from(Case).where(*wanted)) or 0


NEARBY_DAYS = timedelta(days=30)
