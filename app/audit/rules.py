"""How one audit entry is hashed onto the one before it; pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the chain as it is hashed."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    prev: str
    hash: str


def digest(*, seq: int, at: datetime, actor: str, action: str, subject: str,
           detail: dict[str, Any], prev: str) -> str:  # fmt: skip
    """Return the SHA-256 (hex) of an entry's canonical form, the hash before it included."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    form = [seq, moment, actor, action, subject, detail, prev]
    text = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_bad(entries: Iterable[Entry], *, head_seq: int, head_hash: str) -> int | None:
    """Return the first seq at which the chain does not hold, None when all of it does.

    A missing entry is reported at the place where it should stand; a cut tail at the first
    number that the head promises and that is not there.
    """
    prev, expected = GENESIS, 1
    for entry in entries:
        good = entry.seq == expected and entry.prev == prev
        if not good or entry.hash != digest(
            seq=entry.seq, at=entry.at, actor=entry.actor, action=entry.action,
            subject=entry.subject, detail=entry.detail, prev=entry.prev,
        ):  # fmt: skip
            return min(expected, entry.seq)
        prev, expected = entry.hash, expected + 1
    if expected - 1 != head_seq or prev != head_hash:
        return min(expected, head_seq + 1)
    return None
