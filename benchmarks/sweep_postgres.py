"""(d) The sweep of expired clocks on PostgreSQL, against one bare statement for the whole set.

The bare statement claims 500 clocks, writes their ledger lines and their urges at once, as nobody
could do with less; the product's own sweep also announces, numbers and tells holders. CPU time is
that of this process and of the server's process behind the connection; the two take turns.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from sqlalchemy import make_url, text

import app.schema
from app import create_app
from app.cases.events import CaseMoved
from app.core import events
from app.core.db import db
from app.sla import service as sla
from app.sla.events import ClocksBreached
from app.supervision import service as supervision
from benchmarks import sweep
from benchmarks.rates_writes import behind
from config import Config
from tests.features import sla_race
from tests.infra import postgres
from tests.infra.clock import moment
from tests.infra.database import let_go, written

PAIRS, WARM = 21, 3
SET = """
WITH due AS (
    SELECT id FROM clock WHERE state = 'running' AND breached_at IS NULL AND error IS NULL
    AND due_at < %(now)s ORDER BY due_at LIMIT 500 FOR UPDATE SKIP LOCKED
), won AS (
    UPDATE clock SET breached_at = %(now)s, on_time = false, entries = entries + 1
    FROM due WHERE clock.id = due.id RETURNING clock.*
), line AS (
    INSERT INTO clock_entry (clock_id, seq, kind, at, reason, actor, facts)
    SELECT id, entries, 'breach', %(now)s, 'sweep', 'system', '{}' FROM won
)
INSERT INTO urge (clock_id, level, kind, case_id, number, unit_code, township_code, due_at, at,
    next_at)
SELECT id, 'breach', kind, case_id, 'E110-000000', unit_code, township_code, due_at, %(now)s,
    %(now)s FROM won
"""


def run() -> dict[str, object]:
    """Return medians in CPU milliseconds for 1,000 due clocks among many, and their ratio."""
    with (
        tempfile.TemporaryDirectory(prefix="eco110-bench-") as folder,
        postgres.running() as server,
    ):
        url = written(server.create())
        made = create_app(Config.for_tests(Path(folder), url))
        with made.app_context():
            assert app.schema
            db.create_all()
            events.react_with(
                {CaseMoved: (sla.follow,), ClocksBreached: (supervision.on_breaches,)}
            )
            case_id = sweep.prepare()
            plain = make_url(url).set(drivername="postgresql")
            address = plain.render_as_string(hide_password=False)
            with psycopg.connect(address, autocommit=True) as bare:
                pairs = [pair(bare, case_id) for _ in range(WARM + PAIRS)][WARM:]
        let_go(made)
    ours, alone = (statistics.median(times) for times in zip(*pairs, strict=True))
    return {
        "running": sweep.RUNNING,
        "due": sweep.DUE,
        "sweep_ms": round(ours, 2),
        "bare_set_ms": round(alone, 2),
        "set_ratio": round(ours / alone, 3),
    }


def pair(bare: psycopg.Connection, case_id: int) -> tuple[float, float]:
    """Sweep as the product does, then as one statement does, the same number of due clocks."""
    sla_race.fill(case_id, sweep.DUE)
    mine = db.session.scalar(text("SELECT pg_backend_pid()"))
    assert mine is not None
    ours = cpu(sweep.sweep, mine)
    sla_race.fill(case_id, sweep.DUE)
    db.session.remove()
    return ours, cpu(lambda: at_once(bare), bare.info.backend_pid)


def at_once(bare: psycopg.Connection) -> None:
    """Fire all that is due, 500 a statement."""
    handled = 0
    while done := bare.execute(SET, {"now": moment(sweep.NOW)}).rowcount:
        handled += done
    assert handled == sweep.DUE


def cpu(work: Callable[[], object], pid: int) -> float:
    """Return the CPU milliseconds of this process and of the server's process `pid`."""
    started = time.process_time() + behind(pid)
    work()
    return (time.process_time() + behind(pid) - started) * 1000
