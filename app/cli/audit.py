"""`audit verify`: recompute the whole chain."""

import sys

import click
from flask.cli import AppGroup

from app.audit import queries

group = AppGroup("audit", help="The hash-chained record of who did what.")


@group.command("verify")
def verify() -> None:
    """Name the first entry that does not hold; exit 1 if there is one."""
    verdict = queries.verify()
    if verdict.bad_seq is None:
        click.echo(f"ok: {verdict.count} entries, head {verdict.head}")
        return
    click.echo(f"BAD: first bad entry is seq {verdict.bad_seq} of {verdict.count}")
    sys.exit(1)
