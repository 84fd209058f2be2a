"""Remove what nobody wants, and name what is missing (R-K6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from app.audit import service as audit
from app.core.db import db
from app.media import alike
from app.media.models import Photo, Upload
from app.media.place import stores
from app.media.store import PREFIXES, Store, clear_older

UNCLAIMED: Final = timedelta(hours=24)
BATCH: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How much was removed, and the SHA-256 of photos of which a file is missing."""

    photos: int
    uploads: int
    files: int
    leftovers: int
    missing: tuple[str, ...]


def sweep(now: datetime, *, prefixes: Iterable[str] = PREFIXES) -> Swept:
    """Remove photos and uploads that nobody claimed for a day, and files that no row names.

    In the caller's transaction; up to 200 rows of a kind a call. Files go only when no committed
    row names them: those of rows removed now go with a later sweep, so a rolled back sweep never
    leaves a row without its file.
    """
    before = now - UNCLAIMED
    files, missing = 0, []
    for prefix in prefixes:
        named = _named(prefix)
        for store in stores().all():
            files += _sweep_files(store, prefix, named, before)
        missing += _missing(named)
    leftovers = clear_older(stores().temporary, before) + clear_older(stores().parts, before)
    photos, uploads = _sweep_photos(before), _sweep_uploads(before)
    alike.drop_prints(before)
    if photos or files:
        detail = {"photos": photos, "files": files}
        audit.record(actor="system", action="media.swept", subject="media", now=now, detail=detail)
    return Swept(
        photos=photos, uploads=uploads, files=files, leftovers=leftovers, missing=tuple(missing)
    )


def _named(prefix: str) -> set[str]:
    after = f"{int(prefix, 16) + 1:02x}" if prefix != PREFIXES[-1] else "g"
    statement = select(Photo.sha256).where(Photo.sha256 >= prefix, Photo.sha256 < after).distinct()
    return set(db.session.scalars(statement))


def _sweep_files(store: Store, prefix: str, named: set[str], before: datetime) -> int:
    orphans = [key for key in store.keys(prefix) if key not in named]
    return sum(store.delete(key, unless_after=before) for key in orphans)


def _missing(named: set[str]) -> list[str]:
    everywhere = stores().all()
    return sorted(key for key in named if not all(store.exists(key) for store in everywhere))


def _sweep_photos(before: datetime) -> int:
    old = (
        select(Photo.id)
        .where(Photo.holder_kind.is_(None), Photo.received_at < before)
        .order_by(Photo.received_at)
        .limit(BATCH)
    )
    gone = (
        delete(Photo)
        .where(Photo.id.in_(old), Photo.holder_kind.is_(None))
        .returning(Photo.id)
        .execution_options(synchronize_session=False)
    )
    return len(db.session.scalars(gone).all())


def _sweep_uploads(before: datetime) -> int:
    old = select(Upload.id).where(Upload.created_at < before).order_by(Upload.created_at)
    gone = (
        delete(Upload)
        .where(Upload.id.in_(old.limit(BATCH)))
        .returning(Upload.id)
        .execution_options(synchronize_session=False)
    )
    return len(db.session.scalars(gone).all())
