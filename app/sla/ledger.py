"""Write clocks and their ledgers: a book opens a case's clocks, notes entries, writes them once.

Rows are read and written as plain rows: four statements a move, however many clocks it touches.
The clocks of a case are locked while the book is open, so a sweep waits or passes over them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, bindparam, insert, select, update

from app.audit.aside import Aside
from app.core.db import db
from app.core.events import announce
from app.sla.events import ClockStopped
from app.sla.kinds import RIGHTS, ClockKind, ClockState, EntryKind
from app.sla.models import Clock, ClockEntry
from app.sla.rules import OPEN, Entry, Present, after, started
from app.worktime.calendar import Calendar
from app.worktime.rules import Allowance, due
from app.worktime.rules_spent import mark, span

CLOCKS: Table = Clock.__table__  # type: ignore[assignment]
ENTRIES: Table = ClockEntry.__table__  # type: ignore[assignment]
ASIDE = Aside(table=CLOCKS, action="clock.again", subject="clocks", rows="clocks")
NAMED = (CLOCKS.c.kind, CLOCKS.c.report_id, CLOCKS.c.task_id, CLOCKS.c.subject)
"""What tells the clocks apart that one book starts."""

START = insert(CLOCKS).returning(CLOCKS.c.id, *NAMED)
NOTE = insert(ENTRIES)
PRESENT = tuple(item.name for item in fields(Present))
CHANGE = (
    update(CLOCKS)
    .where(CLOCKS.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in ("entries", "warn_at", "near_at", *PRESENT)})
)
OF_CASE = (
    select(CLOCKS)
    .where(CLOCKS.c.case_id == bindparam("case"))
    .order_by(CLOCKS.c.id)
    .with_for_update()
)
ENDINGS = frozenset({EntryKind.STOP, EntryKind.ANNUL, EntryKind.VOID})


@dataclass(slots=True, kw_only=True)
class Held:
    """A clock in an open book: how it stands now, and the lines not yet written."""

    id: int
    case_id: int
    report_id: int | None
    subject: str
    kind: ClockKind
    round: int
    policy: str
    seq: int
    present: Present
    lines: list[Entry] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.present.state in OPEN

    @property
    def is_running(self) -> bool:
        return self.present.state is ClockState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A clock to be started."""

    case_id: int
    kind: ClockKind
    round: int
    allowance: Allowance
    at: datetime
    urgency: str
    policy: str
    unit_code: str
    staff_id: int | None
    township_code: str
    grid_code: str
    actor: str
    report_id: int | None = None
    task_id: int | None = None
    subject: str = ""
    reason: str = ""


def whole_seconds(at: datetime) -> datetime:
    """Return the moment without its fraction: clocks are judged by whole seconds."""
    return at.replace(microsecond=0)


def held(row: Row[Any]) -> Held:
    """Return a row of the clock table as a book holds it."""
    values = row._mapping
    return Held(
        id=row.id,
        case_id=row.case_id,
        report_id=row.report_id,
        subject=row.subject,
        kind=row.kind,
        round=row.round,
        policy=row.policy,
        seq=row.entries,
        present=Present(**{name: values[name] for name in PRESENT}),
    )


class Book:
    """The clocks of one case while one thing happens to it."""

    def __init__(self, clocks: Iterable[Held], calendar: Calendar, *, number: str = "") -> None:
        self.clocks = list(clocks)
        self.calendar = calendar
        self.number = number
        self.drafts: list[Draft] = []

    @classmethod
    def of_case(cls, case_id: int, calendar: Calendar, *, number: str = "") -> "Book":
        """Open the book of a case and lock its clocks."""
        rows = db.session.execute(OF_CASE, {"case": case_id})
        return cls((held(row) for row in rows), calendar, number=number)

    def open(self, kinds: Collection[ClockKind] | None = None) -> list[Held]:
        """Return the running and paused clocks, of some kinds where given."""
        return [
            clock for clock in self.clocks
            if clock.is_open and (kinds is None or clock.kind in kinds)
        ]  # fmt: skip

    def note(self, clock: Held, entry: Entry) -> None:
        """Add a line to a clock's ledger. Raises OutOfOrder."""
        clock.present = after(clock.present, entry)
        clock.lines.append(entry)

    def start(self, draft: Draft) -> None:
        """Start a clock when the book is written."""
        self.drafts.append(draft)

    def write(self) -> list[int]:
        """Write all lines and new clocks, announce what ended; return the ids of the new."""
        changed = [clock for clock in self.clocks if clock.lines]
        if changed:
            self._write_changes(changed)
        started_ids = self._write_drafts() if self.drafts else []
        for clock in changed:
            if any(line.kind in ENDINGS for line in clock.lines):
                announce(self._ended(clock))
            clock.lines.clear()
        self.drafts.clear()
        return started_ids

    def _write_changes(self, changed: Sequence[Held]) -> None:
        rows, lines = [], []
        for clock in changed:
            for line in clock.lines:
                clock.seq += 1
                lines.append(entry_row(clock.id, clock.seq, line))
            rows.append(
                {"b_id": clock.id, "entries": clock.seq}
                | columns(clock.present)
                | marks(clock.present, clock.kind, self.calendar)
            )
        db.session.execute(CHANGE, rows)
        db.session.execute(NOTE, lines)

    def _write_drafts(self) -> list[int]:
        entries = [first_entry(draft, self.calendar) for draft in self.drafts]
        rows = [
            clock_row(draft, entry, self.calendar)
            for draft, entry in zip(self.drafts, entries, strict=True)
        ]
        # RETURNING promises no order, and asking for one costs a statement a row on SQLite
        made = {tuple(row[1:]): row.id for row in db.session.execute(START, rows)}
        ids = [made[tuple(row[column.name] for column in NAMED)] for row in rows]
        db.session.execute(
            NOTE, [entry_row(new_id, 1, entry) for new_id, entry in zip(ids, entries, strict=True)]
        )
        return ids

    def _ended(self, clock: Held) -> ClockStopped:
        return ClockStopped(
            clock_id=clock.id,
            case_id=clock.case_id,
            number=self.number,
            kind=clock.kind,
            state=str(clock.present.state),
            on_time=clock.present.on_time,
            breached=clock.present.breached_at is not None,
            now=clock.lines[-1].at,
        )


def columns(present: Present) -> dict[str, Any]:
    """Return the columns that copy what the ledger says."""
    return {name: getattr(present, name) for name in PRESENT}


def marks(present: Present, kind: ClockKind, calendar: Calendar) -> dict[str, datetime | None]:
    """Return the moments at which 50 and 80 % are used; a right warns nobody."""
    if present.due_at is None or kind in RIGHTS or present.state is not ClockState.RUNNING:
        return {"warn_at": None, "near_at": None}
    return {
        name: mark(present.due_at, present.whole, present.unit, calendar, percent=percent)
        for name, percent in (("warn_at", 50), ("near_at", 80))
    }


def first_entry(draft: Draft, calendar: Calendar) -> Entry:
    """Return the line that starts a clock: limit and holder are copied onto it."""
    at = whole_seconds(draft.at)
    length, unit = draft.allowance.length, draft.allowance.unit
    found = due(at, length, unit, calendar)
    facts = {
        "length": length,
        "unit": str(unit),
        "whole": span(at, length, unit, found.at),
        "urgency": draft.urgency,
        "policy": draft.policy,
        "unit_code": draft.unit_code,
        "staff_id": draft.staff_id,
    }
    return Entry(
        kind=EntryKind.START,
        at=at,
        due_at=found.at,
        reason=draft.reason,
        actor=draft.actor,
        facts=facts | ({"provisional": True} if found.provisional else {}),
    )


def clock_row(draft: Draft, entry: Entry, calendar: Calendar) -> dict[str, Any]:
    """Return the row of a clock that starts."""
    present = started(entry)
    named = ("case_id", "kind", "round", "township_code", "grid_code")
    also = ("report_id", "task_id", "subject")
    return (
        {name: getattr(draft, name) for name in named + also}
        | columns(present)
        | marks(present, draft.kind, calendar)
        | {"entries": 1, "recount": False, "error": None}
    )


def entry_row(clock_id: int, seq: int, entry: Entry) -> dict[str, Any]:
    """Return the row of a ledger line."""
    return {
        "clock_id": clock_id,
        "seq": seq,
        "kind": entry.kind,
        "at": entry.at,
        "due_at": entry.due_at,
        "reason": entry.reason,
        "actor": entry.actor,
        "facts": entry.facts,
    }


def lines_of(clock_ids: Collection[int]) -> dict[int, list[Entry]]:
    """Return the ledgers of clocks, in order, in one statement."""
    rows = db.session.execute(
        select(ENTRIES)
        .where(ENTRIES.c.clock_id.in_(clock_ids))
        .order_by(ENTRIES.c.clock_id, ENTRIES.c.seq)
    )
    found: dict[int, list[Entry]] = {}
    for row in rows:
        entry = Entry(
            kind=row.kind, at=row.at, due_at=row.due_at, reason=row.reason, actor=row.actor,
            facts=row.facts,
        )  # fmt: skip
        found.setdefault(row.clock_id, []).append(entry)
    return found
