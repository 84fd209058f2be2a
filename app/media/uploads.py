"""Photos that arrive in pieces over a bad link: begin, append, ask, finish (screens.md 4.2).

How far an upload came is the size of its part file: no row is written for a piece. The last
piece is answered only after `prepare_upload` and `record_upload`.
"""

import fcntl
import hashlib
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from sqlalchemy import delete, func, select

from app.core.db import claim, db
from app.core.errors import Invalid, NotFound, Stale
from app.media import service
from app.media.models import Upload
from app.media.place import stores
from app.media.queries import PhotoInfo, draft_mark
from app.media.rules import SNIFF_BYTES, Unfit, sniff
from app.media.service import FIELD, PIECE, Prepared
from app.media.settings import MB, current
from app.media.store import telling_when_full, write_all

SHA256: Final = re.compile(r"[0-9a-f]{64}")
OPEN_FACTOR: Final = 3  # a draft may have this many times its photos under way: refused, changed


class TooLong(Invalid):
    """More bytes than were announced or are allowed."""

    status = 413


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadInfo:
    """How far an upload came, in bytes; `photo_id` once it is a photo."""

    id: str
    offset: int
    length: int
    sha256: str
    position: int
    photo_id: str | None

    @property
    def complete(self) -> bool:
        """Say whether all bytes are here; the photo may still have to be verified."""
        return self.offset == self.length


def begin_upload(
    draft_key: str,
    *,
    size: int,
    sha256: str,
    now: datetime,
    position: int = 0,
    fresh: bool = False,
    shrunk: bool = False,
) -> str:
    """Announce a photo of `size` bytes and return the upload's id.

    Raises TooLong (413) above the limit, Invalid for a bad hash or too many uploads of a draft.
    """
    if not 0 < size <= current().max_bytes:
        code = "photo_too_big" if size > 0 else "photo_empty"
        raise TooLong(code, field=FIELD, n=position + 1, limit=current().max_bytes // MB)
    if not SHA256.fullmatch(sha256):
        raise Invalid("upload_hash", field=FIELD, n=position + 1)
    mark, limit = draft_mark(draft_key), current().max_photos
    count = select(func.count()).where(Upload.draft_key == mark)
    if (db.session.scalar(count) or 0) >= OPEN_FACTOR * limit:
        raise Invalid("photo_too_many", field=FIELD, n=position + 1, limit=limit)
    upload = Upload(
        id=secrets.token_hex(16), draft_key=mark, size=size, sha256=sha256,
        position=position, fresh=fresh, shrunk=shrunk, created_at=now,
    )  # fmt: skip
    db.session.add(upload)
    db.session.flush()
    return upload.id


def upload_state(upload_id: str, draft_key: str) -> UploadInfo:
    """Return how far an upload came; raises NotFound `upload_gone` for a foreign or swept one."""
    return _info(_row(upload_id, draft_key))


def append(upload_id: str, draft_key: str, offset: int, chunk: IO[bytes] | bytes) -> int:
    """Add a piece at `offset` and return the new offset; writes no row.

    What arrived of a broken piece is kept. Raises Stale `upload_offset` with the right `offset`,
    TooLong, Invalid where the first bytes are no picture that is taken, store.StoreFull.
    """
    upload = _row(upload_id, draft_key)
    source = BytesIO(chunk) if isinstance(chunk, bytes) else chunk
    path = _part(upload.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
    part = os.open(path, flags, 0o600)
    try:
        fcntl.flock(part, fcntl.LOCK_EX)
        here = _info(upload).offset
        if offset != here:
            raise Stale("upload_offset", offset=here)
        with telling_when_full():
            _copy_on(source, part, here, upload)
        _check_start(part, here, upload)
        return os.fstat(part).st_size
    finally:
        os.close(part)


def _copy_on(source: IO[bytes], target: int, start: int, upload: Upload) -> None:
    size = start
    while piece := source.read(PIECE):
        size += len(piece)
        if size > upload.size:
            os.ftruncate(target, start)
            raise TooLong("photo_too_big", field=FIELD, n=upload.position + 1,
                          limit=current().max_bytes // MB)  # fmt: skip
        write_all(target, piece)


def _check_start(target: int, start: int, upload: Upload) -> None:
    """Refuse a wrong kind with its first piece: the rest need not be sent."""
    head = os.pread(target, SNIFF_BYTES, 0)
    if start >= SNIFF_BYTES or len(head) < min(SNIFF_BYTES, upload.size):
        return
    kind = sniff(head)
    if isinstance(kind, Unfit):
        _forget(upload.id)
        raise service.refuse(kind, n=upload.position + 1)


def prepare_upload(upload_id: str, draft_key: str) -> Prepared:
    """Verify and store an upload whose bytes are all here; no transaction is needed.

    Raises Stale `upload_offset` where bytes are missing, Invalid for a wrong hash or an unfit
    picture; the bytes are forgotten then.
    """
    upload = _row(upload_id, draft_key)
    info = _info(upload)
    if not info.complete or upload.photo_id:
        raise Stale("upload_offset", offset=info.offset)
    try:
        return _examined(upload)
    except Invalid:
        _forget(upload.id)
        raise


def _examined(upload: Upload) -> Prepared:
    path, n = _part(upload.id), upload.position + 1
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != upload.sha256:
        raise Invalid("upload_hash", field=FIELD, n=n)
    return service.examine(path, sha256=digest, size=upload.size, n=n)


def record_upload(
    prepared: Prepared, upload_id: str, draft_key: str, *, now: datetime
) -> PhotoInfo:
    """Write the photo of a prepared upload in the caller's transaction; its id is the upload's."""
    upload = _row(upload_id, draft_key)
    photo = service.record(
        prepared, draft_key=draft_key, now=now, position=upload.position,
        fresh=upload.fresh, shrunk=upload.shrunk, photo_id=upload.id,
    )  # fmt: skip
    upload.photo_id = photo.id
    db.session.flush()
    return photo


def cancel_upload(upload_id: str, draft_key: str) -> bool:
    """Take an upload, or the photo it became, out of the draft; say whether it was there."""
    dropped = service.drop(upload_id, draft_key=draft_key)
    ours = Upload.draft_key == draft_mark(draft_key)
    removed = claim(delete(Upload).where(Upload.id == upload_id, ours))
    if removed:
        _forget(upload_id)
    return dropped or removed


def _row(upload_id: str, draft_key: str) -> Upload:
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.draft_key != draft_mark(draft_key):
        raise NotFound("upload_gone")
    return upload


def _part(upload_id: str) -> Path:
    return stores().parts / upload_id


def _forget(upload_id: str) -> None:
    with suppress(FileNotFoundError):
        _part(upload_id).unlink()


def _info(upload: Upload) -> UploadInfo:
    offset = upload.size
    if upload.photo_id is None:
        try:
            offset = _part(upload.id).stat().st_size
        except FileNotFoundError:
            offset = 0
    return UploadInfo(
        id=upload.id, offset=offset, length=upload.size, sha256=upload.sha256,
        position=upload.position, photo_id=upload.photo_id,
    )  # fmt: skip
