"""`keys make`: make the key files that are missing."""

import os
from pathlib import Path

import click
from flask.cli import AppGroup

from config import KEY_NAMES, ROOT, read_keys

group = AppGroup("keys", help="Key files of this installation.")


@group.command("make")
def make() -> None:
    """Make every missing key file, mode 0400, and leave the others alone."""
    folder = Path(os.environ.get("ECO110_KEYS", ROOT / "var" / "keys"))
    read_keys(folder, make=True)
    click.echo(f"{len(KEY_NAMES)} key files in {folder}: keep a copy apart from the database")
