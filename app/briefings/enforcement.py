"""What waits for enforcement, by legal deadline (screens.md E1); two statements a page."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from app.briefings.queue import CLOCK_COLUMNS, CLOCK_NAMES, RUNNING, NextClock
from app.cases.models import Case
from app.cases.workflow import State
from app.core.db import db
from app.core.paging import Page
from app.enforcement.models import Finding, Penalty
from app.enforcement.rounds import SUBJECT
from app.enforcement.workflow import VERIFIED, FindingKind, PenaltyState
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
    """A case, how far one of its records is, and the legal clock that ends first.

    `turn` is the round whose violation the line is about: each round has a record of its own.
    """

    turn: int
    case_id: int
    number: str
    state: State
    category: str
    place_words: str
    township_code: str | None
    finding: FindingKind | None
    proposed: FindingKind | None
    penalty: PenaltyState | None
    party: str | None
    clock: NextClock | None


COLUMNS = (
    Case.id.label("case_id"),
    Case.number,
    Case.state,
    Case.category,
    Case.place_words,
    Case.township_code,
    case((Finding.set_at.is_not(None), Finding.kind)).label("finding"),
    Finding.kind.label("proposed"),
    Penalty.state.label("penalty"),
    Penalty.party,
)
NAMES = ("turn", *(column.key for column in COLUMNS))
Later = aliased(Penalty)
TAKEN_IN = exists().where(Later.case_id == Finding.case_id, Later.round > Finding.round)
"""A later round's measure takes in what an earlier one left."""

TO_VERIFY = and_(
    Case.state.in_((State.ARRIVED, State.HANDLED)), Case.finding.is_(None), Penalty.id.is_(None)
)
TO_FILE = and_(
    Finding.set_at.is_not(None),
    Finding.kind.in_(sorted(VERIFIED)),
    Finding.punishable.is_(True),
    Finding.our_jurisdiction.is_(True),
    Finding.offender_known.is_(True),
    or_(Penalty.id.is_(None), Penalty.state == P.NOT_FILED),
    ~TAKEN_IN,
)
UNDER_WAY = (
    P.FILED, P.INVESTIGATED, P.LEGAL_REVIEWED, P.NOTIFIED, P.DECIDED, P.SERVED, P.IN_REVIEW,
    P.CHANGED,
)  # fmt: skip
OVER = (P.EXECUTED, P.ARCHIVED, P.NO_PENALTY, P.TRANSFERRED, P.REVOKED)


def _of(model: Any, turn: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(model.case_id == Case.id, model.round == turn)


FROM: dict[List, tuple[ColumnElement[int], Callable[[Select[Any]], Select[Any]]]] = {
    List.VERIFY: (
        Case.round.expression,
        lambda rows: (
            rows.outerjoin(Finding, _of(Finding, Case.round.expression))
            .outerjoin(Penalty, _of(Penalty, Case.round.expression))
            .where(TO_VERIFY)
        ),
    ),
    List.FILE: (
        Finding.round.expression,
        lambda rows: (
            rows.join(Finding, Finding.case_id == Case.id)
            .outerjoin(Penalty, _of(Penalty, Finding.round.expression))
            .where(TO_FILE)
        ),
    ),
    List.RUNNING: (Penalty.round.expression, lambda rows: _records(rows, UNDER_WAY)),
    List.DONE: (Penalty.round.expression, lambda rows: _records(rows, OVER)),
}
"""Of each list the round that a line is about, and where its lines come from."""


def _records(rows: Select[Any], states: tuple[PenaltyState, ...]) -> Select[Any]:
    return (
        rows.join(Penalty, Penalty.case_id == Case.id)
        .outerjoin(Finding, _of(Finding, Penalty.round.expression))
        .where(Penalty.state.in_(states))
    )


def _nearest(turn: ColumnElement[int]) -> ColumnElement[int]:
    """Select the legal clock of that round which ends first."""
    return (
        select(Clock.id)
        .where(
            Clock.case_id == Case.id, Clock.kind.in_(LEGAL), Clock.state.in_(RUNNING),
            Clock.subject == literal(SUBJECT) + cast(turn, String),
        )
        .order_by(Clock.due_at.is_(None), Clock.due_at, Clock.id)
        .limit(1)
        .correlate(Case, Finding, Penalty)
        .scalar_subquery()
    )  # fmt: skip


def enforcement_page(wanted: List, *, number: int = 1, size: int = 50) -> Page[EnforcementRow]:
    """Return a page of a list, the nearest legal deadline first."""
    turn, lines = FROM[wanted]
    total = db.session.scalar(lines(select(func.count()).select_from(Case))) or 0
    rows = db.session.execute(
        lines(select(turn.label("turn"), *COLUMNS, *CLOCK_COLUMNS).select_from(Case))
        .outerjoin(Clock, Clock.id == _nearest(turn))
        .order_by(Clock.due_at.is_(None), Clock.due_at, Case.id, turn)
        .limit(size)
        .offset((number - 1) * size)
    )
    return Page(rows=[_row(tuple(row)) for row in rows], number=number, size=size, total=total)


def _row(values: tuple[Any, ...]) -> EnforcementRow:
    cut, clock = len(NAMES), None
    if values[cut] is not None:
        clock = NextClock(**dict(zip(CLOCK_NAMES, values[cut:], strict=True)))
    return EnforcementRow(**dict(zip(NAMES, values[:cut], strict=True)), clock=clock)
