"""(d) The sweep of expired clocks against bare SQL on the same rows, in one process, CPU time.

Bare row by row is what architecture.md §5 draws, by the driver alone: one transaction a row that
looks for the first due clock, claims it conditionally, writes its ledger line and its urge; where
somebody holds the clock, the message to him too: both are measured. The same work in one
transaction stands beside it. ECO110_BENCH_CLOCKS says how many clocks run that are not due.
"""

import json
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

import app.schema
from app import create_app
from app.cases.events import CaseMoved
from app.core import events
from app.core.db import SQLITE_PRAGMAS, db
from app.core.tx import transaction
from app.sla import service as sla
from app.sla.events import ClocksBreached
from app.sla.ledger import CLOCKS
from app.supervision import service as supervision
from app.worktime import service as worktime
from config import Config
from tests.features import sla_race, sla_story
from tests.infra.clock import moment
from tests.infra.database import let_go

RUNNING = int(os.environ.get("ECO110_BENCH_CLOCKS", "1000000"))
DUE = 1000
PAIRS = 21
NOW = "2026-11-24 09:00"
BARE_NOW = "2026-11-24 01:00:00.000000"
FAR = "2027-06-01 09:00"


def run() -> dict[str, object]:
    """Measure and return medians in milliseconds, and ratios."""
    with tempfile.TemporaryDirectory(prefix="eco110-bench-") as folder, world(Path(folder)) as bare:
        case_id = prepare()
        holder = sla_story.laoli().staff_id
        pairs = [pair(bare, case_id) for _ in range(PAIRS)]
        held = [pair(bare, case_id, holder) for _ in range(PAIRS)]
        quiet = [idle(bare) for _ in range(PAIRS)]
    ours, alone, together = (statistics.median(times) for times in zip(*pairs, strict=True))
    telling, told, _ = (statistics.median(times) for times in zip(*held, strict=True))
    nothing, scan = (statistics.median(times) for times in zip(*quiet, strict=True))
    return {
        "running": RUNNING,
        "due": DUE,
        "sweep_ms": round(ours, 2),
        "bare_row_by_row_ms": round(alone, 2),
        "bare_one_transaction_ms": round(together, 2),
        "sweep_ratio": round(ours / alone, 3),
        "sweep_and_tell_ms": round(telling, 2),
        "bare_and_tell_ms": round(told, 2),
        "sweep_and_tell_ratio": round(telling / told, 3),
        "sweep_ratio_one_transaction": round(ours / together, 3),
        "nothing_due_ms": round(nothing, 3),
        "full_scan_ms": round(scan, 2),
        "nothing_due_ratio": round(nothing / scan, 5),
    }


@contextmanager
def world(folder: Path) -> Iterator[sqlite3.Connection]:
    made = create_app(Config.for_tests(folder))
    with made.app_context():
        assert app.schema
        db.create_all()
        events.react_with({CaseMoved: (sla.follow,), ClocksBreached: (supervision.on_breaches,)})
        bare = sqlite3.connect(folder / "test.db", isolation_level=None)
        for pragma in SQLITE_PRAGMAS:
            bare.execute(f"PRAGMA {pragma}")
        yield bare
        bare.close()
    let_go(made)


def prepare() -> int:
    """Make the clocks that run and are not due, in the future."""
    with transaction():
        worktime.seed(moment("2026-01-01 00:00"))
    case_id = sla_story.new_case("2026-11-23 09:00")
    sla_story.move(case_id, "withdraw", "2026-11-23 09:01")
    sla_race.fill(case_id, 1, start=FAR)
    names = ", ".join(column.name for column in CLOCKS.c if column.name != "id")
    made = 1
    while made < RUNNING:  # each time as many again, until there are enough
        more = min(made, RUNNING - made)
        copied = f"SELECT {names} FROM clock WHERE state = 'running' LIMIT {more}"
        with transaction():
            db.session.execute(text(f"INSERT INTO clock ({names}) {copied}"))
        made += more
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return case_id


def cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def pair(
    bare: sqlite3.Connection, case_id: int, holder: int | None = None
) -> tuple[float, float, float]:
    times = []
    for work in (sweep, lambda: one_by_one(bare), lambda: in_one(bare)):
        sla_race.fill(case_id, DUE, staff_id=holder)
        db.session.remove()
        times.append(cpu(work))
    return times[0], times[1], times[2]


def sweep() -> int:
    """Sweep as the job does: 500 a transaction, with ledger, urges and audit."""
    handled = 0
    while True:
        with transaction():
            done = sla.breach_batch(moment(NOW))
        handled += done
        if not done:
            return handled


FIRST = (
    "SELECT id, case_id, unit_code, township_code, due_at, entries, staff_id FROM clock WHERE"
    " state = 'running' AND breached_at IS NULL AND error IS NULL AND due_at < ?"
    " ORDER BY due_at LIMIT 1"
)
CLAIM = (
    "UPDATE clock SET breached_at = ?, on_time = 0, entries = entries + 1"
    " WHERE id = ? AND breached_at IS NULL"
)
LINE = (
    "INSERT INTO clock_entry (clock_id, seq, kind, at, reason, actor, facts)"
    " VALUES (?, ?, 'breach', ?, 'sweep', 'system', ?)"
)
URGE = (
    "INSERT INTO urge (clock_id, level, kind, case_id, number, unit_code, township_code, due_at,"
    " at, next_at) VALUES (?, 'breach', 'arrive', ?, 'E110-000000', ?, ?, ?, ?, ?)"
)
MESSAGE = (
    "INSERT INTO message (key, channel, recipient, template, facts, state, next_at, tries, error,"
    " created_at) VALUES (?, 'in_app', ?, 'urge', ?, 'queued', ?, 0, '', ?)"
    " ON CONFLICT (key) DO NOTHING"
)


def one(bare: sqlite3.Connection) -> bool:
    row = bare.execute(FIRST, (BARE_NOW,)).fetchone()
    if row is None:
        return False
    clock, case_id, unit, town, due_at, seq, holder = row
    assert bare.execute(CLAIM, (BARE_NOW, clock)).rowcount == 1
    bare.execute(LINE, (clock, seq + 1, BARE_NOW, json.dumps({})))
    bare.execute(URGE, (clock, case_id, unit, town, due_at, BARE_NOW, BARE_NOW))
    if holder is not None:
        facts = json.dumps({"number": "E110-000000", "clock": "arrive", "due_at": due_at})
        key, whom = f"breach:{clock}:{holder}", f"staff:{holder}"
        bare.execute(MESSAGE, (key, whom, facts, BARE_NOW, BARE_NOW))
    return True


def one_by_one(bare: sqlite3.Connection) -> None:
    found = True
    while found:
        bare.execute("BEGIN IMMEDIATE")
        found = one(bare)
        bare.execute("COMMIT")


def in_one(bare: sqlite3.Connection) -> None:
    bare.execute("BEGIN IMMEDIATE")
    while one(bare):
        pass
    bare.execute("COMMIT")


def idle(bare: sqlite3.Connection) -> tuple[float, float]:
    """Measure a sweep that finds nothing, and a scan of the whole table."""
    rounds = 50
    nothing = cpu(lambda: [sweep() for _ in range(rounds)]) / rounds
    query = "SELECT count(*) FROM clock NOT INDEXED WHERE due_at < ? AND breached_at IS NULL"
    return nothing, cpu(lambda: bare.execute(query, (BARE_NOW,)).fetchone())
