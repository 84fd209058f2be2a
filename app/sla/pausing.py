"""Pause clocks for the few allowed reasons, each up to its cap, and let them run again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, select

from app.core.db import db
from app.core.sweep import batch_or_rows
from app.sla.kinds import ClockKind, ClockState, EntryKind, PauseReason
from app.sla.ledger import ASIDE, CLOCKS, Book, Held, held, whole_seconds
from app.sla.policies import Policy
from app.sla.rules import Entry
from app.worktime import queries as worktime
from app.worktime.calendar import Calendar
from app.worktime.rules import due
from app.worktime.rules_spent import add_pause

BATCH = 200
C = CLOCKS.c


def pause(
    book: Book,
    policy: Policy,
    reason: PauseReason,
    *,
    kinds: Collection[ClockKind],
    now: datetime,
    actor: str,
    facts: Mapping[str, str] = MappingProxyType({}),
    until: datetime | None = None,
) -> int:
    """Note a pause on the running clocks of the kinds; an expired clock stays expired.

    It ends at the reason's cap, or at `until` where the pause began elsewhere before.
    """
    allowed = policy.pauses[reason]
    until = until or cap_of(policy, reason, now, book.calendar)
    wanted = [
        clock
        for clock in book.open(allowed.kinds & set(kinds))
        if clock.present.state is ClockState.RUNNING and is_in_time(clock, now)
    ]
    for clock in wanted:
        book.note(
            clock,
            Entry(
                kind=EntryKind.PAUSE,
                at=now,
                reason=str(reason),
                actor=actor,
                facts={"until": until.isoformat(), **facts},
            ),
        )
    return len(wanted)


def cap_of(policy: Policy, reason: PauseReason, now: datetime, calendar: Calendar) -> datetime:
    """Return when a pause that begins now is over at the latest."""
    cap = policy.pauses[reason].cap
    return due(now, cap.length, cap.unit, calendar).at


def is_in_time(clock: Held, now: datetime) -> bool:
    """Say whether a clock could still be paused: an expired one stays expired."""
    present = clock.present
    return present.breached_at is None and present.due_at is not None and now <= present.due_at


def resume(book: Book, *, now: datetime, actor: str) -> int:
    """Let every paused clock run again, due later by its pause but not beyond the cap."""
    wanted = [clock for clock in book.clocks if clock.present.state is ClockState.PAUSED]
    for clock in wanted:
        book.note(clock, resumption(clock, now=now, actor=actor, calendar=book.calendar))
    return len(wanted)


def resumption(clock: Held, *, now: datetime, actor: str, calendar: Calendar) -> Entry:
    """Return the line that ends a pause, at its cap when that was earlier."""
    present = clock.present
    assert present.paused_at is not None
    assert present.held_due_at is not None
    at = min(now, present.pause_until) if present.pause_until else now
    moved = add_pause(present.held_due_at, present.paused_at, at, present.unit, calendar)
    facts = {"provisional": True} if moved.provisional else {}
    if at != now:
        facts["capped"] = True
    return Entry(
        kind=EntryKind.RESUME, at=at, due_at=moved.at, reason="resumed", actor=actor, facts=facts
    )


def cap_batch(now: datetime, limit: int = BATCH) -> int:
    """Let clocks run whose pause has reached its cap; return how many were handled."""
    return batch_or_rows(
        "cap",
        batch=lambda: _end_pauses(_capped(now, limit), now=now),
        ids=lambda: [row.id for row in db.session.execute(_capped(now, limit))],
        one=lambda clock_id: _end_pauses(_capped(now, 1).where(C.id == clock_id), now=now),
        set_aside=ASIDE.put,
    )


def _capped(now: datetime, limit: int) -> Select[Any]:
    return (
        select(CLOCKS)
        .where(C.state == ClockState.PAUSED, C.pause_until < now, C.error.is_(None))
        .order_by(C.pause_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _end_pauses(chosen: Select[Any], *, now: datetime) -> int:
    rows = db.session.execute(chosen)
    book = Book((held(row) for row in rows), worktime.calendar())
    count = resume(book, now=whole_seconds(now), actor="system")
    book.write()
    return count
