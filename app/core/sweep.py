"""One batch of a sweep: all at once, or row by row when one of them raises (decision 27)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog

from app.core.db import db

log = structlog.get_logger()
MAX_ERROR = 500
Key = TypeVar("Key", int, str)


@contextmanager
def attempt() -> Iterator[None]:
    """Try something inside the running transaction; an error takes back all that it did.

    What waits for the commit beside the database (audit entries) is taken back as well.
    """
    info = db.session().info
    lengths = {key: len(value) for key, value in info.items() if isinstance(value, list)}
    try:
        with db.session.begin_nested():
            yield
    except Exception:
        for key in [key for key, value in info.items() if isinstance(value, list)]:
            del info[key][lengths.get(key, 0) :]
        raise


def batch_or_rows(
    name: str,
    *,
    batch: Callable[[], int],
    ids: Callable[[], Iterable[Key]],
    one: Callable[[Key], int],
    set_aside: Callable[[Key, str], None],
) -> int:
    """Handle a batch, or its rows one by one; return how many rows need no further look.

    The row that raises by itself is set aside with its error: it is shown, and stops nobody.
    """
    try:
        with attempt():
            return batch()
    except Exception as error:  # noqa: BLE001 - whatever one row raises must not stop the others
        log.warning("sweep_batch_failed", sweep=name, error=repr(error)[:MAX_ERROR])
    return sum(_alone(name, row_id, one, set_aside) for row_id in list(ids()))


def _alone(
    name: str, row_id: Key, one: Callable[[Key], int], set_aside: Callable[[Key, str], None]
) -> int:
    try:
        with attempt():
            return one(row_id)
    except Exception as error:  # noqa: BLE001 - this is the row that is set aside
        told = f"{name}: {error!r}"[:MAX_ERROR]
    set_aside(row_id, told)
    log.error("sweep_row_set_aside", sweep=name, row=row_id, error=told)
    return 1
