"""`aside`: list the rows that a job could not handle, take them up again."""

import click
from flask.cli import AppGroup

from app.core import clock
from app.core.tx import transaction
from app.media import alike
from app.media import queries as media
from app.sla import queries as sla
from app.sla import service as clocks
from app.supervision import queries as supervision
from app.supervision import service as pressure

group = AppGroup("aside", help="Rows that a job could not handle.")
TABLES = (clocks.ASIDE, pressure.ASIDE, alike.ASIDE)


@group.command("list")
def list_rows() -> None:
    """List what was set aside, with the error of each."""
    for row in sla.set_aside():
        click.echo(f"clock {row.clock_id} {row.number} {row.kind}: {row.error}")
    for urge in supervision.set_aside():
        click.echo(f"urge {urge.urge_id} {urge.number} {urge.kind} {urge.level}: {urge.error}")
    for photo in media.set_aside():
        click.echo(f"photo {photo.photo_id}: {photo.error}")


@group.command("again")
def again() -> None:
    """Let the jobs look again at every row that was set aside."""
    with transaction():
        count = sum(table.again(clock.now()) for table in TABLES)
    click.echo(f"{count} rows are looked at again")
