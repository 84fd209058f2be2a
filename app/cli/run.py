"""`tick NAME` and `jobs`: run one job now, or all of them for good."""

import click
import structlog
from flask import current_app
from flask.cli import with_appcontext

from app import jobs
from app.core import work

MOST_THREADS = 16
log = structlog.get_logger()


@click.command("tick")
@click.argument("name", type=click.Choice(sorted(jobs.JOBS)))
@with_appcontext
def tick(name: str) -> None:
    """Run one job now until nothing is due, and say how many rows it handled."""
    click.echo(f"{name}: {jobs.tick(name)}")


@click.command("jobs")
@click.option("--once", is_flag=True, help="Run each job once and stop.")
@click.option(
    "--threads",
    type=click.IntRange(1, MOST_THREADS),
    default=2,
    show_default=True,
    help="Jobs at a time in this process, where ECO110_JOBS=workers.",
)
@with_appcontext
def run_jobs(*, once: bool, threads: int) -> None:
    """Run all jobs in this process until it is stopped.

    With ECO110_JOBS=workers it is one worker of as many as you start, on any machine.
    """
    if once:
        for name in jobs.JOBS:
            click.echo(f"{name}: {jobs.tick(name)}")
        return
    application = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    log.info("jobs_driven", by=work.standing().driver)
    work.driver().serve(application, threads=threads)
