"""`keys make` and `keys custodian`: make the key files that are missing."""

import os
from pathlib import Path

import click
from flask.cli import AppGroup

from app.identity import sealing
from config import KEY_NAMES, ROOT, read_keys

group = AppGroup("keys", help="Key files of this installation.")


@group.command("make")
def make() -> None:
    """Make every missing key file, mode 0400, and leave the others alone."""
    folder = Path(os.environ.get("ECO110_KEYS", ROOT / "var" / "keys"))
    read_keys(folder, make=True)
    click.echo(f"{len(KEY_NAMES)} key files in {folder}: keep a copy apart from the database")


@group.command("custodian")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.password_option("--passphrase", help="Wraps the private key.")
def custodian(folder: Path, *, passphrase: str) -> None:
    """Make the custodian's pair in FOLDER; only custodian.pub goes to the citizens' server."""
    sealing.make_custodian(folder, passphrase=passphrase.encode())
    click.echo(f"{sealing.PUBLIC_FILE} and {sealing.PRIVATE_FILE} are in {folder}")
