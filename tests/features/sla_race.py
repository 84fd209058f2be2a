"""Many processes that sweep one database, and one that dies at a chosen statement."""

import os
import time
from multiprocessing import get_context

from sqlalchemy import insert, select, text

from app.core.db import db
from app.core.tx import transaction
from app.sla import service as sla
from app.sla.kinds import ClockKind
from app.sla.ledger import CLOCKS, ENTRIES, Draft, clock_row, entry_row, first_entry
from app.worktime import queries as worktime
from app.worktime.rules import Allowance, Unit
from tests.features import sla_story as story
from tests.features.dying import dies_in
from tests.infra.clock import moment
from tests.infra.database import let_go

FORK = get_context("fork")


def fill(case_id, count, *, start="2026-11-23 09:00", staff_id=None):
    """Start many arrival clocks of one hour, as the service writes them; return how many."""
    with transaction():
        calendar = worktime.calendar()
        draft = Draft(
            case_id=case_id, kind=ClockKind.ARRIVE, round=1, allowance=Allowance(1, Unit.H),
            at=moment(start), urgency="red", policy="allowances-2026", unit_code=story.TOWN,
            staff_id=staff_id, township_code=story.TOWN, grid_code="", actor="system",
        )  # fmt: skip
        entry = first_entry(draft, calendar)
        rows = [clock_row(draft, entry, calendar) for _ in range(count)]
        db.session.execute(insert(CLOCKS), rows)
        newest = select(CLOCKS.c.id).order_by(CLOCKS.c.id.desc()).limit(count)
        ids = list(db.session.scalars(newest))
        lines = [entry_row(clock_id, 1, entry) for clock_id in ids]
        db.session.execute(insert(ENTRIES), lines)
    return count


def effects():
    """Return (clocks, breached, ledger lines of breach, clocks with one, urges, clocks urged)."""
    db.session.rollback()
    told = [
        "SELECT count(*) FROM clock WHERE kind = 'arrive'",
        "SELECT count(*) FROM clock WHERE breached_at IS NOT NULL AND error IS NULL",
        "SELECT count(*) FROM clock_entry WHERE kind = 'breach'",
        "SELECT count(DISTINCT clock_id) FROM clock_entry WHERE kind = 'breach'",
        "SELECT count(*) FROM urge WHERE level = 'breach'",
        "SELECT count(DISTINCT clock_id) FROM urge WHERE level = 'breach'",
    ]
    return tuple(db.session.scalar(text(statement)) for statement in told)


def _sweep(app, signals, at, zone):
    ready, go, counted = signals
    os.environ["TZ"] = zone
    time.tzset()
    with app.app_context():
        db.session.execute(text("SELECT 1"))
        db.session.rollback()
        ready.release()
        go.wait(60)
        total = 0
        while True:
            with transaction():
                done = sla.breach_batch(moment(at))
            total += done
            if not done:
                break
    let_go(app)
    counted.put(total)


def crowd(app, at, *, processes=4, zones=("Asia/Shanghai", "Europe/Berlin")):
    """Let several forked processes sweep at once; return how many clocks each handled."""
    let_go(app)
    signals = ready, go, counted = FORK.Semaphore(0), FORK.Event(), FORK.Queue()
    started = [
        FORK.Process(target=_sweep, args=(app, signals, at, zones[number % len(zones)]))
        for number in range(processes)
    ]
    for process in started:
        process.start()
    try:
        for _ in started:
            assert ready.acquire(timeout=60), "a sweeping process did not come up"
        go.set()
        totals = [counted.get(timeout=90) for _ in started]
        for process in started:
            process.join(30)
        assert [process.exitcode for process in started] == [0] * processes
    finally:
        for process in started:
            process.kill()
    return totals


def dies_at(app, step, sweeps):
    """Sweep in a process that kills itself at its `step`th statement or COMMIT.

    `sweeps` are pairs of a batch and its moment, each in a transaction of its own. Returns False
    when all were over before that.
    """

    def work(_count):
        for batch, at in sweeps:
            with transaction():
                batch(moment(at))

    return dies_in(app, step, work)
