"""Processes that drive the jobs, by either driver: started, killed in the middle, stopped."""

import os
import signal
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

from sqlalchemy import event

from app.core import clock, work
from app.core.db import db
from app.jobs import JOBS
from tests.infra.database import let_go

FORK = get_context("fork")
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
OFF = (timedelta(0), timedelta(hours=1), timedelta(hours=-1))
"""Each process stands in another zone, and its clock is right, an hour ahead or one behind."""
LOOKS, PAUSE = 300, 0.2


def every_second(*names):
    """Return these jobs (all: none named) with a period of one second."""
    return {name: replace(JOBS[name], every_seconds=1) for name in names or JOBS}


class Crew:
    """Some processes, each running the application's own driver."""

    def __init__(self, app):
        self.app = app
        self.to_die = FORK.Semaphore(0)
        self.processes = []

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
        clock.now = lambda: datetime.now(UTC) + OFF[place]
        with self.app.app_context():
            event.listen(db.engine, "after_cursor_execute", self._die)
        work.driver().serve(self.app, threads=2)

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
