"""Read supervision orders and how often the holder of a clock was urged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.cases.models import Case
from app.core.db import db
from app.core.errors import NotFound
from app.core.paging import Page
from app.supervision.departments import WAITS, Department, HandOverState
from app.supervision.models import HandOver, SupervisionOrder, Urge
from app.supervision.rules import OrderState, UrgeLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """A supervision order as pages and the printed sheet read it."""

    id: int
    case_id: int
    number: str
    requirement: str
    unit_code: str
    township_code: str
    staff_id: int | None
    state: OrderState
    issued_by: int | None
    issued_at: datetime
    reply_due_at: datetime
    reply: str
    replied_by: int | None
    replied_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgeView:
    """One step of pressure on a clock."""

    clock_id: int
    level: UrgeLevel
    at: datetime


FIELDS = tuple(name for name in OrderView.__dataclass_fields__ if name != "number")
COLUMNS = tuple(getattr(SupervisionOrder, name) for name in FIELDS)


def orders(
    *,
    state: OrderState | None = None,
    townships: Sequence[str] | None = None,
    case_id: int | None = None,
    number: int = 1,
    size: int = 50,
) -> Page[OrderView]:
    """Return a page of orders, the newest first, of some townships or one case where given."""
    query = select(*COLUMNS, Case.number, func.count().over().label("total")).join(
        Case, Case.id == SupervisionOrder.case_id
    )
    if state is not None:
        query = query.where(SupervisionOrder.state == state)
    if townships is not None:
        query = query.where(SupervisionOrder.township_code.in_(townships))
    if case_id is not None:
        query = query.where(SupervisionOrder.case_id == case_id)
    rows = db.session.execute(
        query.order_by(SupervisionOrder.issued_at.desc(), SupervisionOrder.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    ).all()
    found = [
        OrderView(number=row.number, **{name: row._mapping[name] for name in FIELDS})
        for row in rows
    ]
    return Page(rows=found, number=number, size=size, total=rows[0].total if rows else 0)


def order(order_id: int) -> OrderView:
    """Return one order. Raises NotFound."""
    row = db.session.execute(
        select(*COLUMNS, Case.number)
        .join(Case, Case.id == SupervisionOrder.case_id)
        .where(SupervisionOrder.id == order_id)
    ).one_or_none()
    if row is None:
        raise NotFound("no_such_order")
    return OrderView(number=row.number, **{name: row._mapping[name] for name in FIELDS})


def urges_of(clock_ids: Collection[int]) -> dict[int, list[UrgeView]]:
    """Return the steps of pressure on clocks, oldest first, in one statement."""
    rows = db.session.execute(
        select(Urge.clock_id, Urge.level, Urge.at)
        .where(Urge.clock_id.in_(clock_ids))
        .order_by(Urge.at, Urge.id)
    )
    found: dict[int, list[UrgeView]] = {}
    for row in rows:
        found.setdefault(row.clock_id, []).append(
            UrgeView(clock_id=row.clock_id, level=row.level, at=row.at)
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideUrge:
    """A step of pressure that could not be taken, and its error."""

    urge_id: int
    clock_id: int
    number: str
    kind: str
    level: UrgeLevel
    error: str


def set_aside() -> list[AsideUrge]:
    """Return the steps of pressure that a sweep could not take."""
    rows = db.session.execute(
        select(Urge.id, Urge.clock_id, Urge.number, Urge.kind, Urge.level, Urge.error)
        .where(Urge.error.is_not(None))
        .order_by(Urge.id)
    )
    return [
        AsideUrge(
            urge_id=row.id, clock_id=row.clock_id, number=row.number, kind=row.kind,
            level=row.level, error=row.error,
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverView:
    """A hand-over as pages read it: matter and place, no reporter (domain.md §10)."""

    id: int
    case_id: int
    number: str
    place_words: str
    township_code: str | None
    grid_code: str | None
    department: Department
    matter: str
    state: HandOverState
    handed_by: int
    handed_at: datetime
    received_at: datetime | None
    received_paper: str
    ended_at: datetime | None
    words: str
    paper: str


OF_CASE = ("number", "place_words", "township_code", "grid_code")
OF_HAND_OVER = tuple(name for name in HandOverView.__dataclass_fields__ if name not in OF_CASE)


def hand_over(hand_over_id: int) -> HandOverView:
    """Return one hand-over. Raises NotFound."""
    found = _read([HandOver.id == hand_over_id])
    if not found:
        raise NotFound("no_such_hand_over")
    return found[0]


def hand_overs(
    *, department: str | None = None, over: bool = False, number: int = 1, size: int = 50
) -> Page[HandOverView]:
    """Return a page of the hand-overs that wait, oldest first, or of the ended ones, newest first.

    Those of one department where that is given.
    """
    wanted: list[ColumnElement[bool]] = []
    wanted.append(HandOver.state.not_in(WAITS) if over else HandOver.state.in_(WAITS))
    if department is not None:
        wanted.append(HandOver.department == department)
    total = db.session.scalar(select(func.count()).select_from(HandOver).where(*wanted)) or 0
    rows = _read(wanted, newest_first=over, size=size, skip=(number - 1) * size)
    return Page(rows=rows, number=number, size=size, total=total)


def hand_overs_of(case_id: int) -> list[HandOverView]:
    """Return the hand-overs of a case, oldest first."""
    return _read([HandOver.case_id == case_id])


def _read(
    wanted: Sequence[ColumnElement[bool]], *, newest_first: bool = False,
    size: int | None = None, skip: int = 0,
) -> list[HandOverView]:  # fmt: skip
    order = HandOver.handed_at.desc() if newest_first else HandOver.handed_at
    rows = db.session.execute(
        select(
            *(getattr(HandOver, name) for name in OF_HAND_OVER),
            *(getattr(Case, name) for name in OF_CASE),
        )
        .join(Case, Case.id == HandOver.case_id)
        .where(*wanted)
        .order_by(order, HandOver.id)
        .limit(size)
        .offset(skip)
    )
    return [HandOverView(**row._mapping) for row in rows]
