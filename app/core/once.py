"""Insert a row unless its key is taken: one statement on SQLite and on PostgreSQL."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from app.core.db import Base, db

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_once(model: type[Base], values: Mapping[str, Any], *, key: tuple[str, ...]) -> bool:
    """Insert a row and say whether it is new; `key` names the columns of its UNIQUE constraint.

    The answer is read from RETURNING: psycopg's row count is -1 after DO NOTHING (stack.md).
    """
    statement = _statement(db.engine.dialect.name, model.__table__, key)
    return db.session.execute(statement, dict(values)).first() is not None


@cache
def _statement(dialect: str, table: Table, key: tuple[str, ...]) -> Any:
    """Return the statement without its values: built once, it is found compiled every time."""
    columns = [table.c[name] for name in key]
    insert = _INSERT[dialect](table)
    return insert.on_conflict_do_nothing(index_elements=columns).returning(columns[0])
