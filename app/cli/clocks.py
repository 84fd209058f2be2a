"""`clocks`: replay every ledger, list what was set aside, take it up again."""

import sys

import click
from flask.cli import AppGroup

from app.core import clock
from app.core.tx import transaction
from app.sla import proof, queries
from app.sla import service as sla
from app.supervision import queries as supervision
from app.supervision import service as pressure

group = AppGroup("clocks", help="Clocks and their ledgers.")


@group.command("verify")
def verify() -> None:
    """Replay every ledger; exit non-zero with the first clock whose row says something else."""
    count, wrong = proof.replayed()
    if wrong is not None:
        click.echo(f"clock {wrong.clock_id}: {wrong.what}")
        sys.exit(1)
    click.echo(f"{count} ledgers say what their clocks say")


@group.command("aside")
def aside() -> None:
    """List the rows that a sweep could not handle."""
    for row in queries.set_aside():
        click.echo(f"clock {row.clock_id} {row.number} {row.kind}: {row.error}")
    for urge in supervision.set_aside():
        click.echo(f"urge {urge.urge_id} {urge.number} {urge.kind} {urge.level}: {urge.error}")


@group.command("again")
def again() -> None:
    """Let the sweeps look again at every row that was set aside."""
    with transaction():
        count = sla.look_again(clock.now()) + pressure.look_again(clock.now())
    click.echo(f"{count} rows are looked at again")
