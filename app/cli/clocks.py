"""`clocks verify`: replay every ledger."""

import sys

import click
from flask.cli import AppGroup

from app.sla import proof

group = AppGroup("clocks", help="Clocks and their ledgers.")


@group.command("verify")
def verify() -> None:
    """Replay every ledger; exit non-zero with the first clock whose row says something else."""
    count, wrong = proof.replayed()
    if wrong is not None:
        click.echo(f"clock {wrong.clock_id}: {wrong.what}")
        sys.exit(1)
    click.echo(f"{count} ledgers say what their clocks say")
