"""Insert a row unless its key is taken: one statement on SQLite and on PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from app.core.db import Base, db

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_once(model: type[Base], values: Mapping[str, Any], *, key: Sequence[str]) -> bool:
    """Insert a row and say whether it is new; `key` names the columns of its UNIQUE constraint.

    The answer is read from RETURNING: psycopg's row count is -1 after DO NOTHING (stack.md).
    """
    insert = _INSERT[db.engine.dialect.name](model)
    columns = [getattr(model, name) for name in key]
    statement = (
        insert.values(**values).on_conflict_do_nothing(index_elements=columns).returning(columns[0])
    )
    return db.session.execute(statement).first() is not None
