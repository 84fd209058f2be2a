"""Processes that drive the jobs, by either driver: started, killed in the middle, stopped."""

import os
import signal
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

from apscheduler.schedulers import base as scheduling
from sqlalchemy import event, text

from app.core import clock, work
from app.core.db import db
from app.jobs import JOBS
from tests.features.dying import dies_in
from tests.infra.database import let_go

FORK = get_context("fork")
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
OFF = (timedelta(0), timedelta(hours=1), timedelta(hours=-1))
"""Each process stands in another zone, and its clock is right, an hour ahead or one behind."""
LOOKS, PAUSE = 300, 0.2
DATABASE_CLOCK = """
CREATE SCHEMA moved;
CREATE TABLE moved.machine (seconds double precision);
INSERT INTO moved.machine VALUES (0);
CREATE FUNCTION moved.now() RETURNS timestamptz STABLE LANGUAGE sql AS
    'SELECT pg_catalog.now() + make_interval(secs => seconds) FROM moved.machine';
"""
"""PostgreSQL looks here for `now()` first, so the database's clock can be set like a machine's."""


def every_second(*names):
    """Return these jobs (all: none named) with a period of one second."""
    return {name: replace(JOBS[name], every_seconds=1) for name in names or JOBS}


class Crew:
    """Some processes, each running the application's own driver."""

    def __init__(self, app):
        self.app = app
        self.to_die = FORK.Semaphore(0)
        self.processes = []
        self.seconds = FORK.Value("d", 0.0)
        """How far the machines' clocks were set on, or back."""

    def own_clocks(self):
        """Let the database look at a clock that `set_clocks` sets."""
        if db.engine.dialect.name == "postgresql":
            with db.engine.begin() as connection:
                connection.execute(text(DATABASE_CLOCK))
                name = connection.scalar(text("SELECT current_database()"))
                order = "moved, pg_catalog, public"
                connection.execute(text(f'ALTER DATABASE "{name}" SET search_path = {order}'))
        let_go(self.app)

    def set_clocks(self, seconds):
        """Set the clocks of all machines on, or back: those of the processes and the database."""
        self.seconds.value = seconds
        if db.engine.dialect.name == "postgresql":
            with db.engine.begin() as connection:
                connection.execute(text("UPDATE moved.machine SET seconds = :s"), {"s": seconds})

    def start(self, count):
        """Fork some drivers; nobody may hold a connection meanwhile."""
        let_go(self.app)
        first = len(self.processes)
        for number in range(first, first + count):
            process = FORK.Process(target=self._drive, args=(number % len(ZONES),))
            process.start()
            self.processes.append(process)

    def _drive(self, place):
        os.environ["TZ"] = ZONES[place]
        time.tzset()
        machine, real = self._machine(), time.time
        scheduling.datetime = machine
        time.time = lambda: real() + self.seconds.value
        clock.now = lambda: machine.now(UTC) + OFF[place]
        with self.app.app_context():
            event.listen(db.engine, "after_cursor_execute", self._die)
        work.driver().serve(self.app, threads=2)

    def _machine(self):
        """Return `datetime` as a machine knows it whose clock can be set."""

        class Machine(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + timedelta(seconds=self.seconds.value)

        return Machine

    def _die(self, _connection, _cursor, statement, *_rest):
        """Die by SIGKILL right after clocks were claimed, if this process is the one to die."""
        claimed = statement.startswith("WITH due AS") and "UPDATE clock" in statement
        if claimed and self.to_die.acquire(block=False):
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def dead(self):
        return [one for one in self.processes if one.exitcode == -signal.SIGKILL]

    def stop(self):
        """Ask all to end; return how each of them ended."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.join(30)
        return [process.exitcode for process in self.processes]


QUERIES = ("execute_query_async", "execute_query_one_async", "execute_query_all_async")


def dies_at(app, queue, step):
    """Be a worker in a process that kills itself before its `step`th statement or COMMIT.

    The job's own are counted and those by which Procrastinate takes and ends its entry. Returns
    False when nothing was left to do before that.
    """

    def work(count):
        for name in QUERIES:
            setattr(queue.connector, name, _counted(getattr(queue.connector, name), count))
        queue.run_worker(wait=False, delete_jobs="always", install_signal_handlers=False)

    return dies_in(app, step, work)


def _counted(query, count):
    async def counted(*args, **more):
        count()
        return await query(*args, **more)

    return counted


@contextmanager
def crew(app):
    """Yield a crew without processes; none outlives the block."""
    made = Crew(app)
    try:
        yield made
    finally:
        for process in made.processes:
            process.kill()


def until(seen, looks=LOOKS):
    """Look until something is there, at most so often; say whether it came."""
    never = FORK.Event()
    for _ in range(looks):
        if seen():
            return True
        never.wait(PAUSE)
    return False
