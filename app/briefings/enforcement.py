"""What waits for enforcement, by legal deadline (screens.md E1); two statements a page."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.briefings.queue import CLOCK_COLUMNS, CLOCK_NAMES, RUNNING, NextClock
from app.cases.models import Case
from app.cases.workflow import State
from app.core.db import db
from app.core.paging import Page
from app.enforcement.models import Finding, Penalty
from app.enforcement.workflow import VERIFIED, PenaltyState
from app.sla.kinds import ClockKind
from app.sla.models import Clock

LEGAL = (ClockKind.FILING, ClockKind.DECISION, ClockKind.SERVE, ClockKind.WITHDRAW_PUBLICATION)
P = PenaltyState


class List(StrEnum):
    """What is to be done with the cases of a list."""

    VERIFY = "verify"
    FILE = "file"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementRow:
    """A case, how far its record is, and the legal clock that ends first."""

    case_id: int
    number: str
    state: State
    category: str
    place_words: str
    township_code: str | None
    finding: str | None
    proposed: str | None
    penalty: PenaltyState | None
    party: str | None
    clock: NextClock | None


PUNISHABLE = and_(
    Case.finding.in_([str(kind) for kind in VERIFIED]),
    Case.punishable.is_(True),
    Case.our_jurisdiction.is_(True),
    Case.offender_known.is_(True),
)
LISTS: dict[List, ColumnElement[bool]] = {
    List.VERIFY: and_(
        Case.state.in_((State.ARRIVED, State.HANDLED)), Case.finding.is_(None), Penalty.id.is_(None)
    ),
    List.FILE: and_(PUNISHABLE, or_(Penalty.id.is_(None), Penalty.state == P.NOT_FILED)),
    List.RUNNING: Penalty.state.in_(
        (P.FILED, P.INVESTIGATED, P.LEGAL_REVIEWED, P.NOTIFIED, P.DECIDED, P.SERVED, P.IN_REVIEW,
         P.CHANGED)
    ),
    List.DONE: Penalty.state.in_(
        (P.EXECUTED, P.ARCHIVED, P.NO_PENALTY, P.TRANSFERRED, P.REVOKED)
    ),
}  # fmt: skip
COLUMNS = (
    Case.id.label("case_id"),
    Case.number,
    Case.state,
    Case.category,
    Case.place_words,
    Case.township_code,
    Case.finding,
    Finding.kind.label("proposed"),
    Penalty.state.label("penalty"),
    Penalty.party,
)
NAMES = tuple(column.key for column in COLUMNS)
NEAREST = (
    select(Clock.id)
    .where(Clock.case_id == Case.id, Clock.kind.in_(LEGAL), Clock.state.in_(RUNNING))
    .order_by(Clock.due_at.is_(None), Clock.due_at, Clock.id)
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)


def _joined(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Case)
        .outerjoin(Penalty, Penalty.case_id == Case.id)
        .outerjoin(Finding, and_(Finding.case_id == Case.id, Finding.round == Case.round))
    )


def enforcement_page(wanted: List, *, number: int = 1, size: int = 50) -> Page[EnforcementRow]:
    """Return a page of a list, the nearest legal deadline first."""
    total = db.session.scalar(_joined(func.count()).where(LISTS[wanted])) or 0
    rows = db.session.execute(
        _joined(*COLUMNS, *CLOCK_COLUMNS)
        .outerjoin(Clock, Clock.id == NEAREST)
        .where(LISTS[wanted])
        .order_by(Clock.due_at.is_(None), Clock.due_at, Case.id)
        .limit(size)
        .offset((number - 1) * size)
    )
    return Page(rows=[_row(tuple(row)) for row in rows], number=number, size=size, total=total)


def _row(values: tuple[Any, ...]) -> EnforcementRow:
    cut, clock = len(NAMES), None
    if values[cut] is not None:
        clock = NextClock(**dict(zip(CLOCK_NAMES, values[cut:], strict=True)))
    return EnforcementRow(**dict(zip(NAMES, values[:cut], strict=True)), clock=clock)
