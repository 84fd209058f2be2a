"""The only place that commits (rule 5)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.core.db import db

Hook = Callable[[Session], None]

_hooks: list[Hook] = []


def before_commit(hook: Hook) -> Hook:
    """Run `hook` inside every transaction, last before its COMMIT (the audit chain seals there)."""
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one write transaction of an entry point; commit at the end, roll back on any error.

    An open read is ended first: on SQLite a read transaction cannot become a write transaction
    without losing the race (architecture.md §7.4).
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("transaction() does not nest: services flush, entry points commit")
    session.rollback()
    session.connection(execution_options={"write": True})
    session.info["writing"] = True
    try:
        yield session
        session.flush()
        for hook in _hooks:
            hook(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.clear()
