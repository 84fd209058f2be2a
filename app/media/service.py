"""Take photos in, give them to their holder, hand out clean copies.

Taking in has two halves, so that no transaction waits for a decoder: `prepare` reads, verifies
and stores files and touches no table; `record` writes the row and touches no file. `receive`
does both and is for callers without an open transaction around it.
"""

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.core import work
from app.core.clock import LOCAL
from app.core.db import claim, db
from app.core.errors import Invalid, NotFound
from app.core.tx import transaction
from app.media import alike
from app.media.decoder import NotSeen, Seen
from app.media.models import Holder, Photo, Upload
from app.media.place import decoder, stores
from app.media.queries import PhotoInfo, draft_mark, info_of
from app.media.rules import SNIFF_BYTES, PhotoKind, Unfit, claimed_place, claimed_time, sniff
from app.media.settings import MB, current
from app.media.settings import configure as configure  # noqa: PLC0414 - callers know one door
from app.media.store import Store, telling_when_full, temporary_file, write_all
from app.media.sweep import sweep as sweep  # noqa: PLC0414 - callers know one door
from app.media.telling import told_by

PIECE: Final = 64 * 1024
FIELD: Final = "photos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A verified photo whose files are durable and that no row names yet."""

    sha256: str
    size: int
    seen: Seen


def refuse(unfit: Unfit, *, n: int) -> Invalid:
    """Make the refusal of a form's `n`-th photo, counted from 1."""
    return Invalid(unfit.code, field=FIELD, n=n, **unfit.facts)


def prepare(content: IO[bytes] | bytes, *, n: int = 1) -> Prepared:
    """Read a photo, verify it by decoding in the child, store original and copies durably.

    Writes no row and needs no transaction. Raises Invalid (`reasons.REASONS`, with `n`),
    decoder.Busy, store.StoreFull; nothing is left behind then.
    """
    source = BytesIO(content) if isinstance(content, bytes) else content
    with temporary_file(stores().temporary) as (path, file):
        with telling_when_full():
            sha256, size = _copy_in(source, file, n=n)
        return examine(path, sha256=sha256, size=size, n=n)


def record(
    prepared: Prepared,
    *,
    draft_key: str,
    now: datetime,
    position: int = 0,
    fresh: bool = False,
    shrunk: bool = False,
    photo_id: str | None = None,
) -> PhotoInfo:
    """Write the row of a prepared photo in the caller's transaction.

    The same bytes in the same draft are one photo: the first row is returned (R-U13). Raises
    Invalid `photo_gone` where the files were swept meanwhile, `photo_too_many` for a full draft.
    """
    mark = draft_mark(draft_key)
    same = select(Photo).where(Photo.draft_key == mark, Photo.sha256 == prepared.sha256)
    known = db.session.scalar(same)
    if known is not None:
        return info_of(known)
    _check_room(mark, n=position + 1)
    if not all(store.exists(prepared.sha256) for store in stores().all()):
        raise Invalid("photo_gone", field=FIELD, n=position + 1)
    photo = _row(prepared, now=now)
    photo.id = photo_id or secrets.token_hex(16)
    photo.draft_key, photo.position, photo.fresh, photo.shrunk = mark, position, fresh, shrunk
    alike.keep_prints(prepared.sha256, prepared.seen.prints, now=now)
    try:
        with db.session.begin_nested():
            db.session.add(photo)
    except IntegrityError:  # the same photo came twice at the same moment
        return info_of(db.session.scalars(same).one())
    return info_of(photo)


def receive(
    content: IO[bytes] | bytes,
    *,
    draft_key: str,
    now: datetime,
    position: int = 0,
    fresh: bool = False,
    shrunk: bool = False,
) -> PhotoInfo:
    """Take a photo in: `prepare`, then `record`.

    Without an open transaction it opens one for the row only; inside one it takes part, and the
    caller's write lock is then held while the child decodes: for demo data and tests. Views call
    `prepare` first and `record` in their transaction.
    """
    prepared = prepare(content, n=position + 1)
    if db.session().info.get("writing"):
        return record(prepared, draft_key=draft_key, now=now, position=position,
                      fresh=fresh, shrunk=shrunk)  # fmt: skip
    with transaction():
        return record(prepared, draft_key=draft_key, now=now, position=position,
                      fresh=fresh, shrunk=shrunk)  # fmt: skip


def examine(path: Path, *, sha256: str, size: int, n: int) -> Prepared:
    """Verify a complete local file and store it with its copies; `path` is gone on success."""
    seen = look(path)
    if isinstance(seen, NotSeen):
        raise refuse(seen.unfit, n=n)
    place = stores()
    place.originals.adopt(sha256, path)
    for edge, copy in seen.copies.items():
        place.copies[edge].put(sha256, copy)
    return Prepared(sha256=sha256, size=size, seen=seen)


def look(path: Path) -> Seen | NotSeen:
    """Verify a local file without storing anything."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(descriptor).st_size
        if size > current().max_bytes:
            return NotSeen(unfit=_too_big())
        kind = sniff(os.pread(descriptor, SNIFF_BYTES, 0))
        return (
            decoder().look(descriptor, kind) if isinstance(kind, PhotoKind) else NotSeen(unfit=kind)
        )
    finally:
        os.close(descriptor)


def _too_big() -> Unfit:
    return Unfit(code="photo_too_big", facts={"limit": current().max_bytes // MB})


def _copy_in(source: IO[bytes], target: int, *, n: int) -> tuple[str, int]:
    """Copy with a cap and a running hash; a wrong kind is refused before the rest is read."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        if size == 0:
            kind = sniff(piece[:SNIFF_BYTES])
            if isinstance(kind, Unfit) and len(piece) >= SNIFF_BYTES:
                raise refuse(kind, n=n)
        size += len(piece)
        if size > current().max_bytes:
            raise refuse(_too_big(), n=n)
        digest.update(piece)
        write_all(target, piece)
    return digest.hexdigest(), size


def _check_room(mark: str, *, n: int) -> None:
    waiting = select(func.count()).where(Photo.draft_key == mark, Photo.holder_kind.is_(None))
    limit = current().max_photos
    if (db.session.scalar(waiting) or 0) >= limit:
        raise Invalid("photo_too_many", field=FIELD, n=n, limit=limit)


def _row(prepared: Prepared, *, now: datetime) -> Photo:
    seen = prepared.seen
    taken = claimed_time(seen.taken, seen.offset, now=now.astimezone(LOCAL))
    place = claimed_place(seen.lng, seen.lat)
    at = taken.at.replace(tzinfo=LOCAL) if taken.at and taken.at.tzinfo is None else taken.at
    return Photo(
        sha256=prepared.sha256, size=prepared.size, format=seen.format,
        width=seen.width, height=seen.height, dhash=seen.dhash, received_at=now,
        taken_at=at, claim_lng=place.lng, claim_lat=place.lat,
        flags=[*seen.flags, *(flag for flag in (taken.flag, place.flag) if flag)],
        told=told_by(seen),
    )  # fmt: skip


def hold(
    photo_ids: Sequence[str], *, draft_key: str, holder_kind: str, holder_id: int
) -> list[PhotoInfo]:
    """Give photos of a draft to their holder, once and in this order (R-U13).

    An id of a finished upload counts as its photo; the same photo named twice is one. Held by
    the same holder already is no error. Raises Invalid `photo_gone` with `n` otherwise.
    """
    if not photo_ids:
        return []
    mark, kind = draft_mark(draft_key), Holder(holder_kind)
    count = select(func.count()).where(Photo.holder_kind == kind, Photo.holder_id == holder_id)
    start = db.session.scalar(count) or 0
    held: dict[str, Photo] = {}
    for n, named in enumerate(photo_ids, start=1):
        photo_id = _resolved(named, mark)
        if photo_id in held:
            continue
        claim(
            update(Photo)
            .where(Photo.id == photo_id, Photo.draft_key == mark, Photo.holder_kind.is_(None))
            .values(holder_kind=kind, holder_id=holder_id, position=start + len(held))
        )
        photo = db.session.get(Photo, photo_id)
        if photo is None or (photo.holder_kind, photo.holder_id) != (kind, holder_id):
            raise Invalid("photo_gone", field=FIELD, n=n)
        held[photo_id] = photo
    work.made("likeness")
    return [info_of(photo) for photo in held.values()]


def _resolved(named: str, mark: str) -> str:
    if db.session.get(Photo, named) is not None:
        return named
    upload = db.session.get(Upload, named)
    if upload is None or upload.draft_key != mark:
        return named
    return upload.photo_id or named


def drop(photo_id: str, *, draft_key: str) -> bool:
    """Take a photo out of its draft; say whether it was there. A held one stays.

    Its files are swept later: another draft may share them.
    """
    mark = draft_mark(draft_key)
    statement = delete(Photo).where(
        Photo.id == _resolved(photo_id, mark), Photo.draft_key == mark, Photo.holder_kind.is_(None)
    )
    return claim(statement)


def open_copy(photo_id: str, size: int) -> BinaryIO:
    """Open the clean JPEG copy of 1600 or 320 pixels; raises NotFound."""
    return _open(stores().copies.get(size), photo_id)


def open_original(photo_id: str) -> BinaryIO:
    """Open the photo as received; for case roles, as an attachment only (R-U10)."""
    return _open(stores().originals, photo_id)


def _open(store: Store | None, photo_id: str) -> BinaryIO:
    photo = db.session.get(Photo, photo_id)
    if photo is None or store is None:
        raise NotFound("photo_gone")
    try:
        return store.open(photo.sha256)
    except FileNotFoundError as error:
        raise NotFound("photo_gone") from error
