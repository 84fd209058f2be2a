"""Alembic's entry: the application's metadata and its own connection."""

from alembic import context
from flask import current_app

from app import schema

database = current_app.extensions["migrate"].db
metadata = database.metadata
assert schema.TABLES


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the tables that come from a library's own script (0008)."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


def run() -> None:
    """Migrate through the application's engine; SQLite changes tables by copying them."""
    engine = database.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            include_name=is_ours,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
