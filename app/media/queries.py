"""Read photos: of a draft, of a holder, and those that look alike."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.core.db import db
from app.media.models import TO_PRINT, Holder, Likeness, Photo


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoInfo:
    """What others may know of a photo.

    `width` and `height` are the original's, as stored in the file; the copies stand upright.
    `taken_at`, `claim_lng` and `claim_lat` are claims.
    """

    id: str
    sha256: str
    size: int
    format: str
    width: int
    height: int
    dhash: str
    received_at: datetime
    taken_at: datetime | None
    claim_lng: float | None
    claim_lat: float | None
    flags: tuple[str, ...]
    holder_kind: Holder | None
    holder_id: int | None
    position: int
    fresh: bool
    shrunk: bool
    told: dict[str, Any] = field(default_factory=dict)


def info_of(photo: Photo) -> PhotoInfo:
    """Freeze a row."""
    return PhotoInfo(
        id=photo.id, sha256=photo.sha256, size=photo.size, format=photo.format,
        width=photo.width, height=photo.height, dhash=photo.dhash,
        received_at=photo.received_at, taken_at=photo.taken_at,
        claim_lng=photo.claim_lng, claim_lat=photo.claim_lat, flags=tuple(photo.flags),
        holder_kind=photo.holder_kind, holder_id=photo.holder_id, position=photo.position,
        fresh=photo.fresh, shrunk=photo.shrunk, told=dict(photo.told),
    )  # fmt: skip


def draft_mark(draft_key: str) -> str:
    """Return what is kept of a draft's key: who reads the table cannot claim its photos."""
    return hashlib.sha256(b"draft:" + draft_key.encode()).hexdigest()


def by_id(photo_id: str) -> PhotoInfo | None:
    """Return one photo."""
    photo = db.session.get(Photo, photo_id)
    return info_of(photo) if photo else None


def of_draft(draft_key: str) -> list[PhotoInfo]:
    """Return the photos of a draft that nothing holds yet, in their order."""
    statement = (
        select(Photo)
        .where(Photo.draft_key == draft_mark(draft_key), Photo.holder_kind.is_(None))
        .order_by(Photo.position, Photo.received_at, Photo.id)
    )
    return [info_of(photo) for photo in db.session.scalars(statement)]


def for_holder(kind: str, ids: Iterable[int]) -> dict[int, list[PhotoInfo]]:
    """Return the photos of many holders of one kind with one statement, in their order."""
    wanted = list(ids)
    found: dict[int, list[PhotoInfo]] = {holder: [] for holder in wanted}
    if not wanted:
        return found
    statement = (
        select(Photo)
        .where(Photo.holder_kind == Holder(kind), Photo.holder_id.in_(wanted))
        .order_by(Photo.holder_id, Photo.position, Photo.received_at, Photo.id)
    )
    for photo in db.session.scalars(statement):
        if photo.holder_id is not None:
            found[photo.holder_id].append(info_of(photo))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two held photos that are the same file (exact) or show one picture; `later` came second.

    Cuts are shares of the earlier one's sides that the later one has lost (negative: shows more).
    """

    later: PhotoInfo
    earlier: PhotoInfo
    exact: bool
    distance: int
    agreement: float
    cuts: tuple[float, float, float, float]
    mirrored: bool
    framed: bool


def alike(photo_id: str) -> list[Alike]:
    """Return the pairs that a photo is part of, on either side, the earliest first."""
    mine = (Likeness.photo_id == photo_id) | (Likeness.earlier_id == photo_id)
    pairs = db.session.scalars(select(Likeness).where(mine)).all()
    ids = {one for pair in pairs for one in (pair.photo_id, pair.earlier_id)}
    rows = db.session.scalars(select(Photo).where(Photo.id.in_(ids)))
    photos = {row.id: info_of(row) for row in rows}
    found = [
        Alike(later=photos[pair.photo_id], earlier=photos[pair.earlier_id], exact=pair.exact,
              distance=pair.distance, agreement=pair.agreement,
              cuts=(pair.left, pair.right, pair.top, pair.bottom), mirrored=pair.mirrored,
              framed=pair.framed)
        for pair in pairs
    ]  # fmt: skip
    return sorted(found, key=lambda pair: (pair.earlier.received_at, pair.earlier.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class AsidePhoto:
    """A photo that a job could not handle, and its error."""

    photo_id: str
    error: str


def set_aside() -> list[AsidePhoto]:
    """Return the photos that a job could not draw prints of or compare."""
    rows = db.session.execute(
        select(Photo.id, Photo.error).where(Photo.error.is_not(None)).order_by(Photo.id)
    )
    return [AsidePhoto(photo_id=row.id, error=row.error or "") for row in rows]


def without_print() -> int:
    """Count the photos of which prints are still to be drawn."""
    return db.session.scalar(select(func.count()).select_from(Photo).where(TO_PRINT)) or 0
