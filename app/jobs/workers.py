"""The scale-out driver: any number of worker processes over one PostgreSQL (ADR 7).

Procrastinate carries *when*: each job of the table once a period, and at once when a transaction
made work for it. What there is to do stands in the rows, so a task carries no arguments, and one
that a dead worker left behind may be run again by anybody.
"""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from psycopg.errors import ForeignKeyViolation
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from app.core.db import db
from app.core.work import Standing
from app.jobs import rhythm
from app.jobs.running import run
from app.jobs.table import JOBS

log = structlog.get_logger()
HEARTBEAT: Final = 5.0
STALLED: Final = 30.0
"""Seconds between two signs of life, and after how many without one a worker counts as dead."""
GRACE: Final = 20.0
"""Seconds that running jobs have at SIGTERM; then each stops after the batch that it is in."""
LOOK_FOR_DEAD: Final = 30
DEAD: Final = "dead_workers"
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
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

    def standing(self) -> Standing:
        """Count the workers that gave a sign of life, and the jobs that wait for one."""
        return Standing(
            driver="workers",
            workers=db.session.scalar(text(rhythm.ALIVE), {"stalled": STALLED}),
            waiting=db.session.scalar(WAITING),
        )

    def serve(self, app: Any, *, threads: int) -> None:
        """Be one worker until SIGTERM or SIGINT: no new job then, the running ones end well."""
        asyncio.run(_work(tasks(app, self.conninfo, connections=threads + 4), threads))


async def _work(queue: App, threads: int) -> None:
    """Keep the rhythm of all jobs, and run what is queued until told to end."""
    async with queue.open_async():
        beats = asyncio.create_task(rhythm.keep(queue, periods()))
        serving = asyncio.create_task(_serve(queue, threads))
        for told in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(told, serving.cancel)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await serving
        finally:
            beats.cancel()


async def _serve(queue: App, threads: int) -> None:
    """Run queued jobs until cancelled; sign on again where others counted this worker as dead.

    They do when its machine slept, or the database's clock was set on: then every sign of life
    is old, all workers at once are forgotten, and none may end of it.
    """
    while True:
        try:
            await queue.run_worker_async(
                name=f"{socket.gethostname()}:{os.getpid()}",
                concurrency=threads,
                delete_jobs="always",
                shutdown_graceful_timeout=GRACE,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
                install_signal_handlers=False,
            )
        except ConnectorException as error:
            if not isinstance(error.__cause__, ForeignKeyViolation):
                raise
            log.warning("worker_counted_as_dead")
        else:
            return


def periods() -> dict[str, int]:
    """Return how often each task comes round, in seconds."""
    return {name: job.every_seconds for name, job in JOBS.items()} | {DEAD: LOOK_FOR_DEAD}


def tasks(app: Any, conninfo: str, *, connections: int) -> App:
    """Return the table of jobs as Procrastinate's tasks."""
    queue = App(connector=PsycopgConnector(conninfo=conninfo, max_size=connections))
    for name in JOBS:
        _add(queue, app, name)
    queue.task(name=DEAD, pass_context=True, queueing_lock=DEAD)(take_again)
    return queue


def _add(queue: App, app: Any, name: str) -> None:
    """Make one job a task: at most one of its ticks waits, however late the workers are."""

    @queue.task(name=name, pass_context=True, queueing_lock=name)
    def _task(context: JobContext, timestamp: int = 0) -> None:  # noqa: ARG001 - its period
        run(app, name, stop=context.should_abort)


async def take_again(context: JobContext, timestamp: int = 0) -> None:  # noqa: ARG001
    """Put the jobs of workers that gave no sign of life back into the queue, and forget those.

    A sign given before the database's clock was set back counts from now.
    """
    await context.app.connector.execute_query_async(rhythm.SIGNS_TO_COME)
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        log.warning("job_taken_again", job=job.task_name)
        with contextlib.suppress(ConnectorException):  # another worker was quicker
            await _again(context.app, job)
    await manager.prune_stalled_workers(STALLED)


async def _again(queue: App, job: Job) -> None:
    """Queue a stalled job; where its next tick waits already, that one does the same work.

    It is due by any clock: one that is ahead must not put it off, and all its next ticks with it.
    """
    assert job.id is not None
    try:
        await queue.job_manager.retry_job_by_id_async(job.id, LONG_AGO)
    except UniqueViolation:
        await queue.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
