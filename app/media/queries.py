"""Read photos: of a draft, of a holder, and those that look alike."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.db import db
from app.media.models import Holder, Photo
from app.media.rules import SIMILAR, distance, is_telling

SIMILAR_AMONG = 20_000


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


def info_of(photo: Photo) -> PhotoInfo:
    """Freeze a row."""
    return PhotoInfo(
        id=photo.id, sha256=photo.sha256, size=photo.size, format=photo.format,
        width=photo.width, height=photo.height, dhash=photo.dhash,
        received_at=photo.received_at, taken_at=photo.taken_at,
        claim_lng=photo.claim_lng, claim_lat=photo.claim_lat, flags=tuple(photo.flags),
        holder_kind=photo.holder_kind, holder_id=photo.holder_id, position=photo.position,
        fresh=photo.fresh, shrunk=photo.shrunk,
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
    """Another photo that is the same file (distance 0, exact) or looks like it."""

    photo: PhotoInfo
    exact: bool
    distance: int


def similar(photo_id: str, *, limit: int = 20) -> list[Alike]:
    """Return other held photos of the same bytes (R-F1) or of nearly the same picture (R-F2).

    Looks through the latest 20,000 fingerprints; an exact match is found however old it is.
    """
    photo = db.session.get(Photo, photo_id)
    if photo is None:
        return []
    others = select(Photo).where(Photo.id != photo_id, Photo.holder_kind.is_not(None))
    same = db.session.scalars(others.where(Photo.sha256 == photo.sha256)).all()
    found = [Alike(photo=info_of(other), exact=True, distance=0) for other in same]
    if is_telling(photo.dhash):
        near = _near(photo)
        ids = {one for one, _ in near} - {other.id for other in same}
        rows = db.session.scalars(others.where(Photo.id.in_(ids))).all() if ids else []
        apart = dict(near)
        found += [Alike(photo=info_of(row), exact=False, distance=apart[row.id]) for row in rows]
    return sorted(found, key=lambda alike: (not alike.exact, alike.distance))[:limit]


def _near(photo: Photo) -> Sequence[tuple[str, int]]:
    statement = (
        select(Photo.id, Photo.dhash)
        .where(Photo.holder_kind.is_not(None), Photo.id != photo.id)
        .order_by(Photo.received_at.desc())
        .limit(SIMILAR_AMONG)
    )
    pairs = [(row.id, distance(photo.dhash, row.dhash)) for row in db.session.execute(statement)]
    return [pair for pair in pairs if pair[1] <= SIMILAR]
