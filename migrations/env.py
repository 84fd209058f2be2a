"""Alembic's entry: the application's metadata and its own connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app import schema

database = current_app.extensions["migrate"].db
metadata = database.metadata
assert schema.TABLES


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the tables that come from a library's own script (0008)."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


@contextmanager
def keys_off(connection: Connection) -> Iterator[None]:
    """Let SQLite copy a table that others point at.

    It cannot switch keys inside a transaction, so no migration can; they are checked at the end.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    bare = connection.connection.cursor()
    bare.execute("PRAGMA foreign_keys = OFF")
    yield
    bare.execute("PRAGMA foreign_keys = ON")


def check_keys(connection: Connection) -> None:
    """Refuse a migration that left rows which point at nothing."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"rows point at nothing: {broken[:5]}")


def run() -> None:
    """Migrate through the application's engine; SQLite changes tables by copying them."""
    engine = database.engine
    with engine.connect() as connection, keys_off(connection):
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            include_name=is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()
            check_keys(connection)
        connection.commit()


run()
