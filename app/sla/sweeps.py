"""Find the clocks that reached a mark or their end, each exactly once, in batches (decision 27).

One conditional UPDATE claims a batch and returns it; entries and announcements follow in the same
transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, text, update

from app.cases.models import Case
from app.core.db import db
from app.core.events import announce
from app.core.sweep import batch_or_rows
from app.sla.events import ClockBreached, ClocksBreached, ClockWarned
from app.sla.kinds import ClockState, EntryKind
from app.sla.ledger import CLOCKS, ENTRIES, entry_row, whole_seconds
from app.sla.models import SWEPT
from app.sla.rules import Entry

BATCH = 200
C = CLOCKS.c
TOLD = (
    C.case_id, C.report_id, C.task_id, C.subject, C.kind, C.round, C.urgency, C.unit_code,
    C.township_code, C.grid_code, C.staff_id, C.due_at,
)  # fmt: skip
NAMES = ("clock_id", "entries", *(column.name for column in TOLD))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What is due, what claiming it writes, and what is announced of it."""

    kind: EntryKind
    order: ColumnElement[datetime]
    untold: ColumnElement[bool]
    due: Callable[[datetime], tuple[ColumnElement[bool], ...]]
    values: Callable[[datetime], dict[str, Any]]
    tell: Callable[[Sequence[Row[Any]], dict[int, str], datetime], None]


def breach_batch(now: datetime, limit: int = BATCH) -> int:
    """Claim clocks whose limit is over and announce them; return how many were handled."""
    return _sweep(BREACH, whole_seconds(now), limit)


def near_batch(now: datetime, limit: int = BATCH) -> int:
    """Claim clocks of which 80 % are used."""
    return _sweep(NEAR, whole_seconds(now), limit)


def half_batch(now: datetime, limit: int = BATCH) -> int:
    """Claim clocks of which 50 % are used and not yet 80."""
    return _sweep(HALF, whole_seconds(now), limit)


def warn_batch(now: datetime, limit: int = BATCH) -> int:
    """Claim clocks at either mark; who slept through both is told once, of the later."""
    return near_batch(now, limit) + half_batch(now, limit)


def _sweep(sweep: Sweep, now: datetime, limit: int) -> int:
    return batch_or_rows(
        str(sweep.kind),
        batch=lambda: _claim(sweep, now, limit=limit),
        ids=lambda: db.session.scalars(_due_ids(sweep, now, limit)),
        one=lambda clock_id: _claim(sweep, now, limit=1, only=clock_id),
        set_aside=_set_aside,
    )


def _set_aside(clock_id: int, error: str) -> None:
    db.session.execute(update(CLOCKS).where(C.id == clock_id).values(error=error))


def _due_ids(sweep: Sweep, now: datetime, limit: int, only: int | None = None) -> Any:
    wanted: list[Any] = [text(SWEPT), *sweep.due(now)]
    if only is not None:
        wanted.append(C.id == only)
    return (
        select(C.id)
        .where(*wanted)
        .order_by(sweep.order)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _claim(sweep: Sweep, now: datetime, *, limit: int, only: int | None = None) -> int:
    values = sweep.values(now) | {"entries": C.entries + 1}
    # as a CTE: PostgreSQL may run a sub-select in IN (…) again for each row, and forget its LIMIT
    chosen = _due_ids(sweep, now, limit, only).cte("due")
    rows = db.session.execute(
        update(CLOCKS)
        .where(C.id.in_(select(chosen.c.id)), C.state == ClockState.RUNNING, sweep.untold)
        .values(values)
        .returning(C.id, C.entries, *TOLD)
    ).all()
    if not rows:
        return 0
    entry = Entry(kind=sweep.kind, at=now, reason="sweep")
    db.session.execute(insert(ENTRIES), [entry_row(row.id, row.entries, entry) for row in rows])
    sweep.tell(sorted(rows, key=lambda row: (row.due_at, row.id)), _numbers(rows), now)
    return len(rows)


def _numbers(rows: Sequence[Row[Any]]) -> dict[int, str]:
    ids = {row.case_id for row in rows}
    found = db.session.execute(select(Case.id, Case.number).where(Case.id.in_(ids)))
    return {row.id: row.number for row in found}


def _event(row: Row[Any], numbers: dict[int, str], now: datetime) -> dict[str, Any]:
    told = dict(zip(NAMES, row, strict=True))
    del told["entries"]
    return told | {"number": numbers[row.case_id], "now": now}


def _tell_breach(rows: Sequence[Row[Any]], numbers: dict[int, str], now: datetime) -> None:
    clocks = tuple(ClockBreached(**_event(row, numbers, now)) for row in rows)
    for clock in clocks:
        announce(clock)
    announce(ClocksBreached(clocks=clocks, now=now))


def _tell_warning(percent: int) -> Callable[[Sequence[Row[Any]], dict[int, str], datetime], None]:
    def tell(rows: Sequence[Row[Any]], numbers: dict[int, str], now: datetime) -> None:
        for row in rows:
            announce(ClockWarned(percent=percent, **_event(row, numbers, now)))

    return tell


BREACH = Sweep(
    kind=EntryKind.BREACH,
    order=C.due_at,
    untold=C.breached_at.is_(None),
    due=lambda now: (C.due_at < now,),
    values=lambda now: {"breached_at": now, "on_time": False},
    tell=_tell_breach,
)
NEAR = Sweep(
    kind=EntryKind.NEAR,
    order=C.near_at,
    untold=C.near_at_done.is_(None),
    due=lambda now: (C.near_at_done.is_(None), C.near_at <= now, C.due_at >= now),
    values=lambda now: {"near_at_done": now, "warned_at": func.coalesce(C.warned_at, now)},
    tell=_tell_warning(80),
)
HALF = Sweep(
    kind=EntryKind.WARN,
    order=C.warn_at,
    untold=C.warned_at.is_(None),
    due=lambda now: (C.warned_at.is_(None), C.warn_at <= now, C.near_at > now),
    values=lambda now: {"warned_at": now},
    tell=_tell_warning(50),
)
