"""Databases of the tests: tables made once, connections let go, an address in full."""

from pathlib import Path

from flask import Flask
from sqlalchemy import URL

from app import create_app, schema
from app.core.db import db
from config import Config


def written(url: URL) -> str:
    """Write the address with its password."""
    return url.render_as_string(hide_password=False)


def let_go(app: Flask) -> None:
    """Close every connection, so that files can be copied and databases cloned or dropped."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def make_tables(folder: Path, url: str) -> None:
    """Make all tables, with their guards, in an empty database."""
    assert schema.TABLES
    app = create_app(Config.for_tests(folder, url))
    with app.app_context():
        db.create_all()
    let_go(app)
