"""`tick NAME` and `jobs`: run one job now, or all of them for good."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app import jobs


@click.command("tick")
@click.argument("name", type=click.Choice(sorted(jobs.JOBS)))
@with_appcontext
def tick(name: str) -> None:
    """Run one job now until nothing is due, and say how many rows it handled."""
    click.echo(f"{name}: {jobs.tick(name)}")


@click.command("jobs")
@click.option("--once", is_flag=True, help="Run each job once and stop.")
@with_appcontext
def run_jobs(*, once: bool) -> None:
    """Run all jobs in this process until it is stopped."""
    if once:
        for name in jobs.JOBS:
            click.echo(f"{name}: {jobs.tick(name)}")
        return
    application = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    jobs.start(application, background=False)
