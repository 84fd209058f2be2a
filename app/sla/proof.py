"""Replay every ledger and compare: what a clock's row says must follow from its ledger alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from app.core.db import db
from app.sla.ledger import CLOCKS, PRESENT, lines_of
from app.sla.rules import Entry, OutOfOrder, replay

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A clock whose row and ledger differ: the first difference in words."""

    clock_id: int
    what: str


def replayed() -> tuple[int, Wrong | None]:
    """Return how many clocks agree with their ledgers, and the first that does not."""
    count = 0
    for row, lines in _all():
        what = _difference(row, lines)
        if what:
            return count, Wrong(clock_id=row.id, what=what)
        count += 1
    return count, None


def _all() -> Iterator[tuple[Row[Any], list[Entry]]]:
    last = 0
    while True:
        rows = db.session.execute(
            select(CLOCKS).where(CLOCKS.c.id > last).order_by(CLOCKS.c.id).limit(CHUNK)
        ).all()
        if not rows:
            return
        ledgers = lines_of([row.id for row in rows])
        for row in rows:
            yield row, ledgers.get(row.id, [])
        last = rows[-1].id


def _difference(row: Row[Any], lines: list[Entry]) -> str:
    if not lines:
        return "has no ledger"
    if row.entries != len(lines):
        return f"says {row.entries} lines, its ledger has {len(lines)}"
    try:
        told = replay(lines)
    except OutOfOrder as error:
        return f"its ledger is out of order: {error}"
    for name in PRESENT:
        kept, said = row._mapping[name], getattr(told, name)
        if kept != said:
            return f"{name} is {kept}, its ledger says {said}"
    return ""
