"""A county of any size for the rates: skewed areas and months, written by SQL alone, then tallied.

Rows come from a table of draws (town, day, good or not), so ten million cases take minutes, not
hours; secondary indexes are made after the rows: clocks of arrival, closure and filing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Index, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from app.cases.models import Case
from app.rates import tally, triggers
from app.sla.models import Clock

FIRST, DAYS = date(2025, 1, 1), 365
TOWNS = [f"3302260{n:02d}000" for n in range(1, 19)]
WEIGHTS = [6, 5, 4] + [1] * 15
DRAWS = 65_536
TABLES: tuple[Table, ...] = (Case.__table__, Clock.__table__)  # type: ignore[assignment]
FAST = ("synchronous=OFF", "journal_mode=MEMORY", "cache_size=-500000", "temp_store=MEMORY")

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
CASES = {
    "id": "i", "number": "printf('E%011d', i)", "urgency": "'yellow'", "category": "'A6'",
    "state": "CASE WHEN i % 20 = 0 THEN 'merged' ELSE 'closed' END", "kinds": "'[\"A6\"]'",
    "place_words": "'桥头'", "grid_code": "substr(town, 1, 9) || '001'", "township_code": "town",
    "unit_code": "town", "round": "1", "version": "1", "on_site": "1", "supervised": "0",
    "public": "0", "punishable": "0", "our_jurisdiction": "1", "offender_known": "0",
    "reject_note": "''",
    "opened_at": "strftime('%Y-%m-%d %H:%M:%S.000000', start + (i * 7919) % 86400, 'unixepoch')",
}  # fmt: skip
CLOCKS = {
    "case_id": "id", "subject": "''", "round": "1", "urgency": "urgency", "unit_code": "unit_code",
    "township_code": "township_code", "grid_code": "grid_code", "length": "1", "unit": "'wd'",
    "whole": "86400", "policy": "'bench'", "state": "'stopped'", "started_at": "opened_at",
    "due_at": "opened_at", "origin_due_at": "opened_at", "stopped_at": "opened_at",
    "provisional": "0", "extended": "0", "pending": "0", "entries": "1", "recount": "0",
}  # fmt: skip
KINDS = {"arrive": (1, 3), "closure": (1, 5), "filing": (5, 11)}
"""One case in how many has the clock; what spreads its outcome: 93 of 100 are in time."""


def fill(file: Path, cases: int) -> None:
    """Write so many cases and their clocks into a database that has its tables."""
    bare = sqlite3.connect(file, isolation_level=None)
    for pragma in FAST:
        bare.execute(f"PRAGMA {pragma}")
    for statement in triggers.drops("sqlite"):
        bare.execute(statement)
    with _without_indexes(bare):
        bare.execute("BEGIN")
        _draw(bare)
        source = f"n JOIN draw ON draw.id = (i * 40503) % {DRAWS}"
        bare.execute(f"{NUMBERS} {_insert('case_file', CASES, source)}", (cases,))
        for kind, (every, prime) in KINDS.items():
            own = {"kind": f"'{kind}'", "on_time": f"(id * {prime} + id / 97) % 100 < 93"}
            where = f"case_file WHERE id % {every} = 0"
            bare.execute(_insert("clock", CLOCKS | own, where))
        bare.execute("DROP TABLE draw")
        bare.execute("COMMIT")
    for statement in (*triggers.statements("sqlite"), *triggers.first_marks("sqlite"), "ANALYZE"):
        bare.execute(statement)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.close()


def _insert(table: str, values: dict[str, str], source: str) -> str:
    names, words = ", ".join(values), ", ".join(values.values())
    return f"INSERT INTO {table} ({names}) SELECT {words} FROM {source}"


def _draw(bare: sqlite3.Connection) -> None:
    """Three townships have half of the cases; winter has more than summer."""
    dice = Random(7)
    start = int(tally.midnight(FIRST).astimezone(UTC).timestamp())
    towns = dice.choices(TOWNS, WEIGHTS, k=DRAWS)
    days = (min(int(abs(dice.gauss(0, 140))), DAYS - 1) for _ in range(DRAWS))
    rows = [
        (n, town, start + 86_400 * day)
        for n, (town, day) in enumerate(zip(towns, days, strict=True))
    ]
    bare.execute("CREATE TABLE draw (id INTEGER PRIMARY KEY, town TEXT, start INTEGER)")
    bare.executemany("INSERT INTO draw VALUES (?, ?, ?)", rows)


@contextmanager
def _without_indexes(bare: sqlite3.Connection) -> Iterator[None]:
    indexes: list[Index] = [index for table in TABLES for index in table.indexes]
    for index in indexes:
        bare.execute(f"DROP INDEX {index.name}")
    yield
    for index in indexes:
        bare.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))


def last_day() -> date:
    """Return the day after the last one."""
    return FIRST + timedelta(days=DAYS)
