"""Prints of photos that came before prints were made: drawn by and by, outside any transaction.

The rule is *all photos ever* (R-F1, R-F2). A photo whose print was drawn is compared anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import select, update

from app.core.db import db
from app.media import alike, service
from app.media.decoder import NotSeen, Seen
from app.media.likeness import Print
from app.media.models import TO_PRINT, Photo
from app.media.place import stores
from app.media.store import temporary_file, write_all

BATCH: Final = 3
"""Few a run: each is decoded by a child, a second for a large one."""
PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The prints of one photo, or why there are none."""

    photo_id: str
    sha256: str
    prints: tuple[Print, ...] = ()
    error: str = ""


def draw(_now: datetime, *, limit: int = BATCH) -> Callable[[datetime], int]:
    """Draw prints of the oldest photos without; return what stores them in a transaction."""
    rows = db.session.execute(
        select(Photo.id, Photo.sha256)
        .where(TO_PRINT, Photo.error.is_(None))
        .order_by(Photo.received_at)
        .limit(limit)
    ).all()
    db.session.rollback()  # nothing is held open while the child works
    return partial(_store, [_drawn(row.id, row.sha256) for row in rows])


def _drawn(photo_id: str, sha256: str) -> Drawn:
    try:
        seen = _look(sha256)
    except Exception as error:  # noqa: BLE001 - whatever one photo raises must not stop the others
        return Drawn(photo_id=photo_id, sha256=sha256, error=f"prints: {error!r}")
    if isinstance(seen, NotSeen):
        return Drawn(photo_id=photo_id, sha256=sha256, error=f"prints: {seen.unfit.code}")
    return Drawn(photo_id=photo_id, sha256=sha256, prints=seen.prints)


def _look(sha256: str) -> Seen | NotSeen:
    with (
        stores().originals.open(sha256) as original,
        temporary_file(stores().temporary) as (path, file),
    ):
        while piece := original.read(PIECE):
            write_all(file, piece)
        return service.look(path)


def _store(drawn: Sequence[Drawn], now: datetime) -> int:
    for one in drawn:
        if one.error:
            alike.ASIDE.put(one.photo_id, one.error[:500])
            continue
        alike.keep_prints(one.sha256, one.prints, now=now)
        db.session.execute(
            update(Photo)
            .where(Photo.sha256 == one.sha256, TO_PRINT)
            .values(to_print=False, compared_at=None)
            .execution_options(synchronize_session=False)
        )
    return len(drawn)
