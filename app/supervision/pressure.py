"""Urge whoever holds an expired clock, and go up a level when nobody acts; each step once."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from sqlalchemy import Row, Select, Table, insert, select, text, update

from app.accounts import queries as accounts
from app.accounts.permissions import Role
from app.audit import service as audit
from app.audit.aside import Aside
from app.core.db import db
from app.core.sweep import batch_or_rows
from app.notify import service as notify
from app.supervision import orders
from app.supervision.events import AllExpired, Ended, Expired
from app.supervision.models import WAITING, Urge
from app.supervision.rules import (
    LOCAL,
    QUIET,
    STEPS,
    UNORDERED,
    UrgeLevel,
    roles_told,
    tells_holder,
)
from app.worktime import queries as worktime
from app.worktime.calendar import Calendar, end_of, local
from app.worktime.rules import last_day

URGES: Table = Urge.__table__  # type: ignore[assignment]
U = URGES.c
ASIDE = Aside(table=URGES, action="urge.again", subject="clocks", rows="urges")
BATCH = 200
COPIED = (
    "clock_id",
    "kind",
    "case_id",
    "number",
    "staff_id",
    "unit_code",
    "township_code",
    "due_at",
)
"""What every level's row repeats of the clock."""
copied = attrgetter(*COPIED)


class Told:
    """Who is told; each office is looked up once a batch."""

    def __init__(self) -> None:
        self._offices: dict[tuple[Role, str | None], tuple[int, ...]] = {}

    def of(self, level: UrgeLevel, urge: Expired) -> list[int]:
        """Return the staff ids that a level tells, each once."""
        found: list[int] = []
        if tells_holder(level) and urge.staff_id is not None:
            found.append(urge.staff_id)
        if level is not UrgeLevel.BREACH or not found:
            for role in roles_told(level, urge.kind):
                found.extend(self._office(role, urge.unit_code if role in LOCAL else None))
        return list(dict.fromkeys(found))

    def _office(self, role: Role, area: str | None) -> tuple[int, ...]:
        key = (role, area)
        if key not in self._offices:
            people = accounts.holding(role, area=area)
            self._offices[key] = tuple(person.staff_id for person in people)
        return self._offices[key]


def on_breaches(event: AllExpired) -> None:
    """Urge the holders of the clocks that one sweep found expired."""
    loud = [clock for clock in event.clocks if str(clock.kind) not in QUIET]
    _press(UrgeLevel.BREACH, loud, now=event.now)


def on_end(event: Ended) -> None:
    """Stop the pressure on a clock that has ended."""
    if event.breached:
        db.session.execute(
            update(URGES)
            .where(U.clock_id == event.clock_id, U.closed_at.is_(None))
            .values(closed_at=event.now)
        )


def escalate_batch(now: datetime, limit: int = BATCH) -> int:
    """Go up a level where the time for it has come and the clock still runs; return how many."""
    return batch_or_rows(
        "escalation",
        batch=lambda: _escalate(_waiting(now, limit), now=now),
        ids=lambda: db.session.scalars(_waiting(now, limit)),
        one=lambda urge_id: _escalate(_waiting(now, 1).where(U.id == urge_id), now=now),
        set_aside=ASIDE.put,
    )


def _waiting(now: datetime, limit: int) -> Select[tuple[int]]:
    return (
        select(U.id)
        .where(text(WAITING), U.next_at < now)
        .order_by(U.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _escalate(chosen: Select[tuple[int]], *, now: datetime) -> int:
    due_now = chosen.cte("due")  # PostgreSQL may forget the LIMIT of a sub-select in IN (…)
    rows = db.session.execute(
        update(URGES)
        .where(U.id.in_(select(due_now.c.id)), U.closed_at.is_(None), U.next_at.is_not(None))
        .values(next_at=None)
        .returning(U.id, U.level, *(U[name] for name in COPIED))
    ).all()
    for level, step in STEPS.items():
        here = [row for row in rows if row.level == level]
        if here and step.then is not None:
            _press(step.then, here, now=now)
    return len(rows)


def _press(
    level: UrgeLevel, clocks: Sequence[Expired | Row[tuple[object, ...]]], *, now: datetime
) -> None:
    if not clocks:
        return
    calendar = worktime.calendar(now=now)
    next_at = {at: _next_at(level, at, calendar) for at in {clock.due_at for clock in clocks}}
    rows = [
        dict(zip(COPIED, copied(clock), strict=True))
        | {"level": level, "at": now, "next_at": next_at[clock.due_at]}
        for clock in clocks
    ]
    db.session.execute(insert(URGES), rows)
    told = Told()
    notes = [note for clock in clocks for note in _notes(level, clock, told.of(level, clock))]
    notify.enqueue_all(notes, template=STEPS[level].template, now=now)
    if level is UrgeLevel.ORDER:
        for clock in clocks:
            if str(clock.kind) not in UNORDERED:
                orders.issue_for_clock(clock, now=now)
    audit.record(
        actor="system",
        action=f"clock.{STEPS[level].template}",
        subject="clocks",
        now=now,
        detail={"clocks": [clock.clock_id for clock in clocks]},
    )


def _next_at(level: UrgeLevel, due_at: datetime, calendar: Calendar) -> datetime | None:
    step = STEPS[level]
    if step.then is None:
        return None
    return end_of(last_day(local(due_at).date(), step.after_working_days, calendar))


def _notes(level: UrgeLevel, clock: Expired, staff_ids: Sequence[int]) -> list[notify.Note]:
    facts = {"number": clock.number, "clock": str(clock.kind), "due_at": clock.due_at.isoformat()}
    return [
        notify.Note(
            key=f"{level}:{clock.clock_id}:{staff_id}", recipient=f"staff:{staff_id}", facts=facts
        )
        for staff_id in staff_ids
    ]
