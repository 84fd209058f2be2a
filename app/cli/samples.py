"""`samples draw`, `show`, `verify` and `export`: spot checks of closed cases."""

import csv
import io
import sys

import click
from flask.cli import AppGroup

from app.core import clock
from app.core.errors import Refused
from app.core.tx import transaction
from app.spotchecks import proof, queries, service
from app.spotchecks.queries import SampleView

group = AppGroup("samples", help="Spot checks: closed cases that are inspected again.")


@group.command("draw")
@click.argument("month")
def draw(month: str) -> None:
    """Draw the sample of a month like 2026-10 and print what makes it; again only two may."""
    try:
        with transaction():
            sample_id = service.draw(month, by=None, now=clock.now())
    except Refused as refusal:
        raise click.ClickException(f"{month}: {refusal.key}") from None
    _say(queries.sample(sample_id))


@group.command("show")
def show() -> None:
    """Show all draws and how far they are."""
    found = queries.samples()
    far = queries.progress(one.id for one in found)
    for one in found:
        _say(one)
        there = far[one.id]
        click.echo(f"  looked {there.looked}  solved {there.solved}  to decide {there.to_answer}")


@group.command("verify")
def verify() -> None:
    """Draw every sample again from its record; exit 1 with the first that comes out otherwise."""
    found = queries.samples()
    for one in found:
        if not proof.is_whole(one.id):
            click.echo(f"DIFFERS: {one.month} draw {one.turn}")
            sys.exit(1)
    click.echo(f"ok: {len(found)} draws come out the same")


@group.command("export")
@click.argument("month")
def export(month: str) -> None:
    """Write the list that the month was drawn from, with every ticket, as CSV."""
    one = queries.last_of(month)
    if one is None:
        raise click.ClickException(f"{month}: no_such_sample")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(proof.export(one.id))
    click.echo(text.getvalue(), nl=False)


def _say(one: SampleView) -> None:
    drawn = queries.progress([one.id])[one.id].drawn
    click.echo(f"{one.month} draw {one.turn}: {drawn} of {one.frame_size} closed cases")
    click.echo(f"  seed {one.seed}  from audit entry {one.head_seq} {one.head_hash}")
    click.echo(f"  list {one.frame_digest}")
