"""`demo`: a living county on 127.0.0.1, made by the product's own services (decision 15)."""

import shutil
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import func, select

from app.audit import heads
from app.cases.models import Case
from app.cli.demo import county, people, server
from app.core.db import db
from config import Config


@click.command("demo")
@click.option("--port", default=8110, show_default=True)
@click.option("--fresh", is_flag=True, help="Throw the demo county away and make a new one.")
@click.option("--cases", "count", default=260, show_default=True, help="How many cases to make.")
@click.option("--make-only", is_flag=True, help="Make the county and stop.")
@with_appcontext
def demo(port: int, count: int, *, fresh: bool, make_only: bool) -> None:
    """Make the demo county, if there is none, and serve it with its clocks."""
    config: Config = current_app.config["ECO110"]
    if not config.demo:
        raise click.ClickException("this installation is not a demo: ECO110_MODE is set")
    if fresh:
        _forget(config)
    click.echo("Database …")
    upgrade()
    if not db.session.scalar(select(func.count()).select_from(Case)):
        county.make(count)
    db.session.remove()
    if make_only:
        return
    address = f"http://127.0.0.1:{port}"
    _say(address)
    server.serve(current_app._get_current_object(), port)  # type: ignore[attr-defined]  # noqa: SLF001


def _forget(config: Config) -> None:
    """Remove the embedded database, its heads and the photos; another database is left alone."""
    name = config.database_url.removeprefix("sqlite:///")
    if name == config.database_url:
        raise click.ClickException("--fresh works on the embedded database only")
    db.session.remove()
    db.engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        Path(name + suffix).unlink(missing_ok=True)
    for folder in ("originals", "copies", "tmp", "parts"):
        shutil.rmtree(config.uploads / folder, ignore_errors=True)
    for head in config.heads.glob(heads.PATTERN):
        head.unlink()


def _say(address: str) -> None:
    click.echo(f"\n  环保110 · eco 110    {address}/\n")
    click.echo(f"  Citizens   {address}/report   {address}/t")
    click.echo(f"  Staff      {address}/staff/login    password of all: {people.PASSWORD}\n")
    for person in people.SHOWN:
        click.echo(f"    {person.username:12} {person.name}  {person.about}")
    click.echo("\n  Second factor is off in the demo. Stop with Ctrl-C.\n", nl=True)
