"""Insert rows unless their keys are taken: one statement on SQLite and on PostgreSQL."""

from collections.abc import Mapping, Sequence
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
    statement = _telling(db.engine.dialect.name, model.__table__, key)
    return db.session.execute(statement, dict(values)).first() is not None


def insert_each_once(
    model: type[Base], rows: Sequence[Mapping[str, Any]], *, key: tuple[str, ...]
) -> None:
    """Insert those of the rows that are new."""
    if rows:
        statement = _statement(db.engine.dialect.name, model.__table__, key)
        db.session.execute(statement, [dict(row) for row in rows])


@cache
def _statement(dialect: str, table: Table, key: tuple[str, ...]) -> Any:
    """Return the statement without its values: built once, it is found compiled every time."""
    columns = [table.c[name] for name in key]
    return _INSERT[dialect](table).on_conflict_do_nothing(index_elements=columns)


@cache
def _telling(dialect: str, table: Table, key: tuple[str, ...]) -> Any:
    return _statement(dialect, table, key).returning(table.c[key[0]])
