"""Rows that a sweep could not handle: kept away from it with their error, taken up again by hand.

Every table with such rows has a column `error` that its sweep leaves out (decision 27).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, update

from app.audit import service as audit
from app.core.db import db


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aside:
    """The rows set aside in one table; `action`, `subject` and `rows` are words of their entry."""

    table: Table
    action: str
    subject: str
    rows: str

    def put(self, row_id: Any, error: str) -> None:
        """Keep a row that raised away from every sweep, with what it raised."""
        table = self.table
        db.session.execute(update(table).where(table.c.id == row_id).values(error=error))

    def again(self, now: datetime) -> int:
        """Let the sweeps take up every row that was set aside; return how many.

        What raised did so before its step was taken, so what says that it is due still stands.
        """
        table = self.table
        ids = db.session.scalars(
            update(table).where(table.c.error.is_not(None)).values(error=None)
            .returning(table.c.id)
        ).all()  # fmt: skip
        if ids:
            audit.record(
                actor="system", action=self.action, subject=self.subject, now=now,
                detail={self.rows: sorted(ids)},
            )  # fmt: skip
        return len(ids)
