"""Find the clocks that reached a mark or their end, each exactly once, in batches (decision 27).

One conditional UPDATE claims a batch and returns it; ledger lines and announcements follow in the
same transaction. The statements are made once: a sweep that finds nothing costs one index look.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Row,
    Select,
    bindparam,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from app.cases.models import Case
from app.core.db import UTCDateTime, db
from app.core.events import announce
from app.core.sweep import batch_or_rows
from app.sla.events import ClockBreached, ClocksBreached, ClockWarned
from app.sla.kinds import ClockState, EntryKind
from app.sla.ledger import ASIDE, CLOCKS, ENTRIES, whole_seconds
from app.sla.models import SWEPT

BATCH = 500
C = CLOCKS.c
TOLD = (
    C.case_id, C.report_id, C.task_id, C.subject, C.kind, C.round, C.urgency, C.unit_code,
    C.township_code, C.grid_code, C.staff_id, C.due_at,
)  # fmt: skip
NAMES = ("clock_id", "entries", *(column.name for column in TOLD))
NOW = bindparam("now", type_=UTCDateTime())
ONE: ColumnElement[int] = bindparam("only")

Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sweep:
    """What is due at `NOW`, in which order, what claiming it writes, what is announced of it."""

    kind: EntryKind
    order: ColumnElement[datetime]
    untold: ColumnElement[bool]
    due: tuple[ColumnElement[bool], ...]
    values: dict[str, Any]
    tell: Callable[[Rows, dict[int, str], datetime], None]


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
    values = {"now": now, "limit": limit}
    if db.session.execute(_due(sweep), values | {"limit": 1}).first() is None:
        return 0
    return batch_or_rows(
        str(sweep.kind),
        batch=lambda: _claim(sweep, _claiming(sweep), values),
        ids=lambda: db.session.scalars(_due(sweep), values),
        one=lambda clock_id: _claim(
            sweep, _claiming(sweep, alone=True), values | {"only": clock_id}
        ),
        set_aside=ASIDE.put,
    )


@cache
def _due(sweep: Sweep, *, alone: bool = False) -> Select[tuple[int]]:
    found = select(C.id).where(text(SWEPT), sweep.untold, *sweep.due)
    if alone:
        return found.where(C.id == ONE)
    return found.order_by(sweep.order).limit(bindparam("limit"))


@cache
def _claiming(sweep: Sweep, *, alone: bool = False) -> Executable:
    # as a CTE: PostgreSQL may run a sub-select in IN (…) again for each row, and forget its LIMIT
    chosen = _due(sweep, alone=alone).with_for_update(skip_locked=True).cte("due")
    return (
        update(CLOCKS)
        .where(C.id.in_(select(chosen.c.id)), C.state == ClockState.RUNNING, sweep.untold)
        .values(sweep.values | {"entries": C.entries + 1})
        .returning(C.id, C.entries, *TOLD)
    )


@cache
def _line(kind: EntryKind) -> Executable:
    lines = select(
        C.id,
        C.entries,
        literal(kind, ENTRIES.c.kind.type),
        NOW,
        literal("sweep"),
        literal("system"),
        literal({}, ENTRIES.c.facts.type),
    ).where(C.id.in_(bindparam("ids", expanding=True)))
    names = ["clock_id", "seq", "kind", "at", "reason", "actor", "facts"]
    return insert(ENTRIES).from_select(names, lines)


def _claim(sweep: Sweep, statement: Executable, values: dict[str, Any]) -> int:
    rows = db.session.execute(statement, values).all()
    if not rows:
        return 0
    now = values["now"]
    db.session.execute(_line(sweep.kind), {"now": now, "ids": [row[0] for row in rows]})
    sweep.tell(sorted(rows, key=lambda row: (row.due_at, row.id)), _numbers(rows), now)
    return len(rows)


def _numbers(rows: Rows) -> dict[int, str]:
    ids = {row.case_id for row in rows}
    found = db.session.execute(select(Case.id, Case.number).where(Case.id.in_(ids)))
    return {row.id: row.number for row in found}


def _event(row: Row[Any], numbers: dict[int, str], now: datetime) -> dict[str, Any]:
    told = dict(zip(NAMES, row, strict=True))
    del told["entries"]
    return told | {"number": numbers[row.case_id], "now": now}


def _tell_breach(rows: Rows, numbers: dict[int, str], now: datetime) -> None:
    clocks = tuple(ClockBreached(**_event(row, numbers, now)) for row in rows)
    for clock in clocks:
        announce(clock)
    announce(ClocksBreached(clocks=clocks, now=now))


def _tell_warning(percent: int) -> Callable[[Rows, dict[int, str], datetime], None]:
    def tell(rows: Rows, numbers: dict[int, str], now: datetime) -> None:
        for row in rows:
            announce(ClockWarned(percent=percent, **_event(row, numbers, now)))

    return tell


BREACH = Sweep(
    kind=EntryKind.BREACH,
    order=C.due_at,
    untold=C.breached_at.is_(None),
    due=(C.due_at < NOW,),
    values={"breached_at": NOW, "on_time": False},
    tell=_tell_breach,
)
NEAR = Sweep(
    kind=EntryKind.NEAR,
    order=C.near_at,
    untold=C.near_at_done.is_(None),
    due=(C.near_at <= NOW, C.due_at >= NOW),
    values={"near_at_done": NOW, "warned_at": func.coalesce(C.warned_at, NOW)},
    tell=_tell_warning(80),
)
HALF = Sweep(
    kind=EntryKind.WARN,
    order=C.warn_at,
    untold=C.warned_at.is_(None),
    due=(C.warn_at <= NOW, C.near_at > NOW),
    values={"warned_at": NOW},
    tell=_tell_warning(50),
)
