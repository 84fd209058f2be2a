"""Read clocks: of a case with their account, the nearest of many cases, the overdue ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, or_, select, text

from app.cases.models import Case
from app.core.db import db
from app.core.paging import Page
from app.sla import policy_book
from app.sla.kinds import RIGHTS, ClockKind, ClockState
from app.sla.ledger import CLOCKS, lines_of
from app.sla.policies import ANYWHERE
from app.sla.rules import OPEN, Entry
from app.sla.rules_account import account
from app.worktime import queries as worktime
from app.worktime.calendar import midnight
from app.worktime.rules import Counted, Due, Unit, due
from app.worktime.rules_spent import used

C = CLOCKS.c
PROMISED = (ClockKind.DISPATCH, ClockKind.ARRIVE, ClockKind.FIRST_REPLY, ClockKind.CLOSURE)
FIELDS = (
    "id", "case_id", "report_id", "task_id", "subject", "kind", "round", "urgency", "unit_code",
    "township_code", "grid_code", "staff_id", "length", "unit", "policy", "state", "started_at",
    "due_at", "origin_due_at", "warn_at", "near_at", "provisional", "extended", "paused_at",
    "pause_reason", "pause_until", "stopped_at", "on_time", "pending", "breached_at", "whole",
    "held_due_at",
)  # fmt: skip


class Mood(StrEnum):
    """How near its end a clock is, as its tag on a page says."""

    OK = "ok"
    WARN = "warn"
    NEAR = "near"
    LATE = "late"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """A clock as pages read it."""

    id: int
    case_id: int
    report_id: int | None
    task_id: int | None
    subject: str
    kind: ClockKind
    round: int
    urgency: str
    unit_code: str
    township_code: str
    grid_code: str
    staff_id: int | None
    length: int
    unit: Unit
    policy: str
    state: ClockState
    started_at: datetime
    due_at: datetime | None
    origin_due_at: datetime
    warn_at: datetime | None
    near_at: datetime | None
    provisional: bool
    extended: bool
    paused_at: datetime | None
    pause_reason: str | None
    pause_until: datetime | None
    stopped_at: datetime | None
    on_time: bool | None
    pending: bool
    breached_at: datetime | None
    whole: int
    held_due_at: datetime | None

    def mood(self, now: datetime) -> Mood:
        """Return how near its end the clock is."""
        if self.state is not ClockState.RUNNING:
            return Mood.PAUSED if self.state is ClockState.PAUSED else Mood.DONE
        if self.due_at is not None and now > self.due_at:
            return Mood.LATE
        for moment, mood in ((self.near_at, Mood.NEAR), (self.warn_at, Mood.WARN)):
            if moment is not None and now >= moment:
                return mood
        return Mood.OK

    def percent(self, now: datetime) -> int:
        """Return the used share of the limit in its own unit; it rests in a pause."""
        due_at = self.due_at or self.held_due_at
        at = self.paused_at or self.stopped_at or now
        if due_at is None:
            return 100
        calendar = worktime.calendar(fresh=False)
        return int(100 * used(at, due_at, self.whole, self.unit, calendar))


ClockInfo = ClockView


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a due moment came about: its days, and what changed it on the way."""

    days: tuple[Counted, ...]
    changes: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueRow:
    """One overdue clock with its case, for the supervisor's list."""

    clock: ClockView
    number: str
    place_words: str
    category: str
    supervised: bool


def clocks_of(case_id: int) -> list[ClockView]:
    """Return all clocks of a case, the oldest first."""
    rows = db.session.execute(
        select(CLOCKS).where(C.case_id == case_id).order_by(C.started_at, C.id)
    )
    return [view(row) for row in rows]


def by_subject(kind: ClockKind, subjects: Collection[str]) -> dict[str, ClockView]:
    """Return the clocks of a kind by what each belongs to, in one statement."""
    wanted = select(CLOCKS).where(C.kind == kind, C.subject.in_(subjects))
    return {row.subject: view(row) for row in db.session.execute(wanted)} if subjects else {}


def next_clock_for(
    case_ids: Collection[int], kinds: Collection[ClockKind] = ()
) -> dict[int, ClockView]:
    """Return the open duty that ends first of each case; a paused one only where none runs.

    Of some `kinds` where they are given. A reader's right (to hand back, to claim) is not a duty
    and is left out.
    """
    if not case_ids:
        return {}
    wanted = C.kind.in_(kinds) if kinds else C.kind.not_in(RIGHTS)
    rows = db.session.execute(
        select(CLOCKS)
        .where(C.case_id.in_(case_ids), C.state.in_(OPEN), wanted)
        .order_by(C.due_at, C.id)
    )
    nearest: dict[int, Row[Any]] = {}
    for row in rows:
        known = nearest.get(row.case_id)
        if known is None or (known.due_at is None and row.due_at is not None):
            nearest[row.case_id] = row
    return {case_id: view(row) for case_id, row in nearest.items()}


def explain(clock: ClockView) -> Explanation:
    """Return the day-by-day account of a clock's due moment, and what changed it."""
    return explanations([clock])[clock.id]


def explanations(clocks: Collection[ClockView]) -> dict[int, Explanation]:
    """Return the accounts of many clocks, by their ids, from one read of their ledgers."""
    calendar = worktime.calendar()
    return {
        clock_id: Explanation(
            days=account(lines, calendar),
            changes=tuple(line for line in lines[1:] if line.due_at is not None or line.reason),
        )
        for clock_id, lines in lines_of([clock.id for clock in clocks]).items()
    }


def promised(
    kind: ClockKind, urgency: str, start: datetime, *, township_kind: str = ANYWHERE,
    category: str = "",
) -> Due | None:  # fmt: skip
    """Return when a clock that started at `start` would be due, for receipts and previews."""
    allowance = policy_book.in_force(start).allowance(kind, urgency, township_kind, category)
    if allowance is None:
        return None
    return due(start, allowance.length, allowance.unit, worktime.calendar(now=start))


def promises(
    *, urgency: str, start: datetime, township_kind: str = ANYWHERE, category: str = ""
) -> list[tuple[ClockKind, Due]]:
    """Return what would be due if the case were accepted and assigned at `start`."""
    found = [
        (kind, promised(kind, urgency, start, township_kind=township_kind, category=category))
        for kind in PROMISED
    ]
    return [(kind, due_at) for kind, due_at in found if due_at is not None]


def overdue(
    *,
    now: datetime,
    townships: Sequence[str] | None = None,
    kinds: Sequence[ClockKind] | None = None,
    number: int = 1,
    size: int = 50,
) -> Page[OverdueRow]:
    """Return a page of the expired clocks that still run, longest overdue first, by area."""
    wanted = [C.state == ClockState.RUNNING, C.due_at < now, C.kind.not_in(RIGHTS)]
    if townships is not None:
        wanted.append(C.township_code.in_(townships))
    if kinds is not None:
        wanted.append(C.kind.in_(kinds))
    rows = db.session.execute(
        select(
            CLOCKS,
            Case.number,
            Case.place_words,
            Case.category,
            Case.supervised,
            func.count().over().label("total"),
        )
        .join(Case, Case.id == C.case_id)
        .where(*wanted)
        .order_by(C.due_at, C.id)
        .limit(size)
        .offset((number - 1) * size)
    ).all()
    found = [
        OverdueRow(
            clock=view(row),
            number=row.number,
            place_words=row.place_words,
            category=row.category,
            supervised=row.supervised,
        )
        for row in rows
    ]
    return Page(rows=found, number=number, size=size, total=rows[0].total if rows else 0)


def provisional() -> int:
    """Return how many open limits reach into a year whose notice is not loaded."""
    wanted = (text("provisional"), C.state.in_(OPEN))
    return db.session.scalar(select(func.count()).select_from(CLOCKS).where(*wanted)) or 0


def reaching(year: int) -> int:
    """Return how many open limits in office hours and days end in the year or later."""
    first = midnight(date(year, 1, 1))
    wanted = (
        C.state.in_(OPEN),
        C.unit.in_((Unit.WH, Unit.WD, Unit.ND)),
        or_(C.due_at >= first, C.held_due_at >= first),
    )
    return db.session.scalar(select(func.count()).select_from(CLOCKS).where(*wanted)) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideRow:
    """A clock that no sweep touches any more, and the error that put it there."""

    clock_id: int
    number: str
    kind: ClockKind
    due_at: datetime | None
    error: str


def set_aside() -> list[AsideRow]:
    """Return the clocks that a sweep could not handle, with the error of each."""
    rows = db.session.execute(
        select(C.id, Case.number, C.kind, C.due_at, C.error)
        .join(Case, Case.id == C.case_id)
        .where(C.error.is_not(None))
        .order_by(C.id)
    )
    return [
        AsideRow(
            clock_id=row.id, number=row.number, kind=row.kind, due_at=row.due_at, error=row.error
        )
        for row in rows
    ]


def view(row: Row[Any]) -> ClockView:
    """Return a clock's row as pages read it."""
    values = row._mapping
    return ClockView(**{name: values[name] for name in FIELDS})
