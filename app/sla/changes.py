"""Count running clocks anew: another urgency, a calendar just published, more time granted."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select, text, update

from app.cases import service as cases
from app.cases.events import CaseRegraded
from app.cases.workflow import State
from app.core import work
from app.core.db import db
from app.core.sweep import batch_or_rows
from app.sla import policy_book
from app.sla.kinds import ClockKind, EntryKind
from app.sla.ledger import ASIDE, CLOCKS, Book, Held, held, lines_of, whole_seconds
from app.sla.rules import OPEN, Entry
from app.sla.rules_moves import ON_RECEIPT
from app.sla.scene import limit, scene_of
from app.worktime import queries as worktime
from app.worktime.calendar import Calendar, end_of, local
from app.worktime.events import CalendarLoaded
from app.worktime.rules import Allowance, Due, due
from app.worktime.rules_spent import add_pause, span

BATCH = 200


def follow_regrade(event: CaseRegraded) -> None:
    """Recompute the open clocks of a case from their original start; both due moments are kept.

    Acceptance itself sets the level, so what runs until acceptance keeps its own; so does a limit
    that is the same at both levels and in both categories.
    """
    case = cases.get(event.case_id)
    reason = "category" if event.urgency == event.old_urgency else "urgency"
    scene = scene_of(case, now=event.now, actor=event.actor, reason=reason)
    spared = ON_RECEIPT if case.state is State.SUBMITTED else ()
    wanted = [clock for clock in scene.open() if clock.kind not in spared]
    ledgers = lines_of([clock.id for clock in wanted])
    for clock in wanted:
        policy = policy_book.by_key(clock.present.policy)
        allowance = limit(case, policy, clock.kind, event.urgency)
        if allowance is None:
            scene.book.note(clock, scene.line(EntryKind.VOID))
            continue
        old = limit(case, policy, clock.kind, clock.present.urgency, event.old_category)
        if allowance != old:
            entry = recount(
                clock, ledgers[clock.id], allowance, calendar=scene.book.calendar, now=scene.now,
                reason=reason, actor=event.actor, urgency=event.urgency,
            )  # fmt: skip
            if not _set_earlier(clock, old, entry):
                scene.book.note(clock, entry)
    scene.book.write()


def _set_earlier(clock: Held, old: Allowance | None, entry: Entry) -> bool:
    """Say whether somebody set an earlier day for a department than the new limit would."""
    present, day = clock.present, entry.due_at
    is_set = old is not None and (present.length, present.unit) != (old.length, old.unit)
    sooner = present.due_at is not None and day is not None and present.due_at <= day
    return clock.kind is ClockKind.DEPARTMENT_FEEDBACK and is_set and sooner


def recount(
    clock: Held, lines: Iterable[Entry], allowance: Allowance, *, calendar: Calendar,
    now: datetime, reason: str, actor: str, urgency: str,
) -> Entry:  # fmt: skip
    """Return the line that sets a clock's due moment as if it had run under `allowance` always."""
    found, whole = replayed(clock, lines, allowance, calendar)
    old = clock.present.due_at or clock.present.held_due_at
    facts: dict[str, Any] = {
        "length": allowance.length,
        "unit": str(allowance.unit),
        "whole": whole,
        "urgency": urgency,
        "provisional": found.provisional,
        "from": old.isoformat() if old else None,
    }
    return Entry(
        kind=EntryKind.CHANGE, at=now, due_at=found.at, reason=reason, actor=actor, facts=facts
    )


def replayed(
    clock: Held, lines: Iterable[Entry], allowance: Allowance, calendar: Calendar
) -> tuple[Due, int]:
    """Return the due moment and the whole of a limit, with what its ledger paused and extended."""
    start, unit = clock.present.started_at, allowance.unit
    found = due(start, allowance.length, unit, calendar)
    whole, provisional = span(start, allowance.length, unit, found.at), found.provisional
    paused_at = None
    for line in lines:
        if line.kind is EntryKind.PAUSE:
            paused_at = line.at
        elif line.kind is EntryKind.RESUME and paused_at is not None:
            found = add_pause(found.at, paused_at, line.at, unit, calendar)
        elif line.kind is EntryKind.EXTEND:
            more = Allowance(line.facts["by"], clock.present.unit)
            longer = due(found.at, more.length, more.unit, calendar)
            whole += span(found.at, more.length, more.unit, longer.at)
            found = longer
        provisional = provisional or found.provisional
    return Due(at=found.at, provisional=provisional), whole


def follow_calendar(event: CalendarLoaded) -> None:
    """Mark the open clocks that a loaded notice may move; `calendar_batch` counts them anew."""
    first = datetime.fromisoformat(f"{min(event.years)}-01-01T00:00:00+08:00")
    table = CLOCKS.c
    db.session.execute(
        update(CLOCKS)
        .where(
            table.state.in_(OPEN),
            table.unit.in_(("wh", "wd", "nd")),
            (table.due_at >= first) | (table.held_due_at >= first),
        )
        .values(recount=True)
    )
    work.made("calendar")


def calendar_batch(now: datetime, limit: int = BATCH) -> int:
    """Count anew what a loaded calendar may have moved; return how many clocks were looked at.

    That includes a clock counted provisionally by a process that had not yet seen the notice.
    """
    calendar = worktime.calendar()
    return batch_or_rows(
        "calendar",
        batch=lambda: _count_anew(_doubtful(calendar, now, limit), calendar, now=now),
        ids=lambda: [row.id for row in db.session.execute(_doubtful(calendar, now, limit))],
        one=lambda clock_id: _count_anew(
            _doubtful(calendar, now, 1).where(CLOCKS.c.id == clock_id), calendar, now=now
        ),
        set_aside=ASIDE.put,
    )


def _doubtful(calendar: Calendar, now: datetime, limit: int) -> Select[Any]:
    table = CLOCKS.c
    settled = and_(text("provisional"), table.due_at <= _known_until(calendar, now))
    return (
        select(CLOCKS)
        .where(or_(text("recount"), settled), table.state.in_(OPEN), table.error.is_(None))
        .order_by(table.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _known_until(calendar: Calendar, now: datetime) -> datetime:
    """Return the end of the last published year that follows this one without a gap."""
    year = local(now).year
    while year in calendar.years:
        year += 1
    return end_of(date(year - 1, 12, 31))


def _count_anew(chosen: Select[Any], calendar: Calendar, *, now: datetime) -> int:
    rows = db.session.execute(chosen).all()
    if not rows:
        return 0
    book = Book((held(row) for row in rows), calendar)
    _recount_all(book, now=whole_seconds(now))
    book.write()
    looked = CLOCKS.c.id.in_([row.id for row in rows])
    db.session.execute(update(CLOCKS).where(looked).values(recount=False))
    return len(rows)


def _recount_all(book: Book, *, now: datetime) -> None:
    ledgers = lines_of([clock.id for clock in book.clocks])
    for clock in book.clocks:
        present = clock.present
        entry = recount(
            clock, ledgers[clock.id], Allowance(present.length, present.unit),
            calendar=book.calendar, now=now, reason="calendar", actor="system",
            urgency=present.urgency,
        )  # fmt: skip
        moved = entry.due_at != (present.due_at or present.held_due_at)
        if moved or present.provisional != entry.facts["provisional"]:
            book.note(clock, entry)
