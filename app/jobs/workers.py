"""The scale-out driver: any number of worker processes over one PostgreSQL (ADR 7).

Procrastinate carries *when*: each job of the table once a period, and at once when a transaction
made work for it. What there is to do stands in the rows, so a task carries no arguments, and one
that a dead worker left behind may be run again by anybody.
"""

import contextlib
import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from app.core.db import db
from app.core.work import Standing
from app.jobs.running import run
from app.jobs.table import JOBS

log = structlog.get_logger()
HEARTBEAT: Final = 5.0
STALLED: Final = 30.0
"""Seconds between two signs of life, and after how many without one a worker counts as dead."""
GRACE: Final = 20.0
"""Seconds that running jobs have at SIGTERM; then each stops after the batch that it is in."""
LOOK_FOR_DEAD: Final = 30
CRON: Final = ((1, 60, "* * * * * */{}"), (60, 60, "*/{} * * * *"), (3600, 24, "0 */{} * * *"))
ALIVE = text("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > :since")
WAITING = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")


class Workers:
    """Wakes workers through the transaction that made the work; is a worker itself by `serve`."""

    def __init__(self, database_url: str) -> None:
        plain = make_url(database_url).set(drivername="postgresql")
        self.conninfo = plain.render_as_string(hide_password=False)
        self.waker = App(connector=SyncPsycopgConnector())
        """Never opened: it only writes through connections that it is handed."""

    def wake(self, session: Session, jobs: Sequence[str]) -> None:
        """Defer these jobs on the session's own connection, so that they come with its commit."""
        connection = session.connection().connection.driver_connection
        for name in jobs:
            self.waker.configure_task(name, connection=connection).defer()

    def standing(self, now: datetime) -> Standing:
        """Count the workers that gave a sign of life, and the jobs that wait for one."""
        since = now - timedelta(seconds=STALLED)
        return Standing(
            driver="workers",
            workers=db.session.scalar(ALIVE, {"since": since}),
            waiting=db.session.scalar(WAITING),
        )

    def serve(self, app: Any, *, threads: int) -> None:
        """Be one worker until SIGTERM or SIGINT: no new job then, the running ones end well."""
        queue = tasks(app, self.conninfo, connections=threads + 3)
        queue.run_worker(
            name=f"{socket.gethostname()}:{os.getpid()}",
            concurrency=threads,
            delete_jobs="always",
            shutdown_graceful_timeout=GRACE,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
        )


def tasks(app: Any, conninfo: str, *, connections: int) -> App:
    """Return the table of jobs as Procrastinate's tasks, each with its period."""
    queue = App(connector=PsycopgConnector(conninfo=conninfo, max_size=connections))
    for name, job in JOBS.items():
        _add(queue, app, name, every=job.every_seconds)
    again = queue.task(name="dead_workers", pass_context=True, queueing_lock="dead_workers")
    queue.periodic(cron=cron(LOOK_FOR_DEAD))(again(take_again))
    return queue


def _add(queue: App, app: Any, name: str, *, every: int) -> None:
    """Make one job a task: at most one of its ticks waits, however late the workers are."""

    @queue.periodic(cron=cron(every))
    @queue.task(name=name, pass_context=True, queueing_lock=name)
    def _task(context: JobContext, timestamp: int = 0) -> None:  # noqa: ARG001 - its period
        run(app, name, stop=context.should_abort)


def cron(seconds: int) -> str:
    """Write a period that divides a minute, an hour or a day as cron, seconds last."""
    for unit, parts, form in CRON:
        step, rest = divmod(seconds, unit)
        if not rest and 0 < step < parts and parts % step == 0:
            return form.format(step)
    raise ValueError(f"a period of {seconds} s divides neither a minute, an hour nor a day")


async def take_again(context: JobContext, timestamp: int = 0) -> None:  # noqa: ARG001
    """Put the jobs of workers that gave no sign of life back into the queue, and forget those."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        log.warning("job_taken_again", job=job.task_name)
        with contextlib.suppress(ConnectorException):  # another worker was quicker
            await _again(context.app, job)
    await manager.prune_stalled_workers(STALLED)


async def _again(queue: App, job: Job) -> None:
    """Queue a stalled job; where its next tick waits already, that one does the same work."""
    try:
        await queue.job_manager.retry_job(job)
    except UniqueViolation:
        await queue.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
