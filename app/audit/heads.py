"""The head of the chain leaves the database daily, signed, into a folder elsewhere (R-L3).

Whoever can restore an old database or rebuild the chain cannot change a head that is gone: point
the folder at another machine (a share that keeps what is written, the mount of an object store).
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import select

from app.audit.models import AuditEntry, AuditHead
from app.audit.rules_heads import Compared, Head, read, signed, word, write
from app.core import clock
from app.core.db import db

PATTERN = "head-*.json"
MOST = 4000
"""More than ten years of days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where heads go, and the 32 bytes of their key."""

    folder: Path
    seed: bytes = field(repr=False)


_place: list[Place] = []


def configure(folder: Path, *, key: bytes) -> None:
    """Set the folder and the key, of which the signing key is made; `create_app` does it once."""
    seed = hmac.digest(key, b"audit heads", hashlib.sha256)
    _place[:] = [Place(folder=folder, seed=seed)]


def place() -> Place:
    """Return where heads go."""
    return _place[0]


def leave(now: datetime) -> Path | None:
    """Write the head of today where there is none yet; return its file if it was written.

    A file is never written over. Raises OSError where the folder cannot be reached: the job says
    so on its page and tries again.
    """
    here, last = place(), db.session.get(AuditHead, 1, populate_existing=True)
    path = here.folder / _name(clock.local(now).date())
    if last is None or not last.seq or path.exists():
        return None
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    head = signed(Head(seq=last.seq, hash=last.hash, at=at), here.seed)
    here.folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with NamedTemporaryFile("w", dir=here.folder, prefix=".head-", encoding="utf-8") as file:
        file.write(write(head))
        file.flush()
        os.fchmod(file.fileno(), 0o440)
        os.fsync(file.fileno())
        with suppress(FileExistsError):  # another machine was quicker
            os.link(file.name, path)
    return path


def _name(day: date) -> str:
    return f"head-{day.isoformat()}.json"


def compare(folder: Path | None = None, *, most: int = MOST) -> list[Compared]:
    """Compare the heads of a folder with the chain, the newest first. Raises OSError."""
    here = place()
    paths = sorted((folder or here.folder).glob(PATTERN), reverse=True)[:most]
    heads = {path.name: read(path.read_text("utf-8", errors="replace")) for path in paths}
    chain = _hashes(head.seq for head in heads.values() if head)
    return [
        Compared(name=name, head=head, word=word(head, chain, here.seed))
        for name, head in heads.items()
    ]


def _hashes(seqs: Iterable[int]) -> dict[int, str]:
    wanted = select(AuditEntry.seq, AuditEntry.hash).where(AuditEntry.seq.in_(set(seqs)))
    return {row.seq: row.hash for row in db.session.execute(wanted)}
