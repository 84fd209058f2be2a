"""What a head of the chain says that is kept elsewhere, signed, and how it compares; pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FIELDS = ("seq", "hash", "at", "signature")
MOST_SEQ = 2**63 - 1
"""What fits the databases' BIGINT: no entry has a larger number."""


class HeadWord(StrEnum):
    """What the chain of this database is to a head that left it."""

    AGREES = "agrees"
    DIFFERS = "differs"
    MISSING = "missing"
    FORGED = "forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How many entries there were at a moment (ISO 8601, UTC), and the hash of the last one."""

    seq: int
    hash: str
    at: str
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One head of a folder; `name` is that of its file."""

    name: str
    head: Head | None
    word: HeadWord


def told(head: Head) -> bytes:
    """Return what is signed."""
    return f"eco110 audit head 1|{head.seq}|{head.hash}|{head.at}".encode()


def signed(head: Head, seed: bytes) -> Head:
    """Return the head with the Ed25519 signature (hex) of the key made from 32 secret bytes."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(told(head)).hex()
    return Head(seq=head.seq, hash=head.hash, at=head.at, signature=signature)


def is_ours(head: Head, seed: bytes) -> bool:
    """Say whether the signature is of our own key."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    try:
        public.verify(bytes.fromhex(head.signature), told(head))
    except (InvalidSignature, ValueError):
        return False
    return True


def write(head: Head) -> str:
    """Return the text of a head's file."""
    return json.dumps(asdict(head), indent=1) + "\n"


def read(text: str) -> Head | None:
    """Return the head of a file's text, None where it is none."""
    try:
        found = json.loads(text)
        told_at = datetime.fromisoformat(found["at"])
        head = Head(**{name: found[name] for name in FIELDS})
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    words = all(
        isinstance(said, str) and said.isascii() for said in (found["hash"], found["signature"])
    )
    number = type(found["seq"]) is int and 0 < head.seq <= MOST_SEQ
    return head if words and number and told_at.tzinfo else None


def word(head: Head | None, chain: Mapping[int, str], seed: bytes) -> HeadWord:
    """Compare a head with the hashes of the chain by number."""
    if head is None or not is_ours(head, seed):
        return HeadWord.FORGED
    if head.seq not in chain:
        return HeadWord.MISSING
    return HeadWord.AGREES if chain[head.seq] == head.hash else HeadWord.DIFFERS


def first_wrong(rows: Iterable[Compared]) -> int | None:
    """Return from which entry on the chain is not the one that left: after the last that agrees."""
    heads = [row for row in rows if row.head is not None and row.word is not HeadWord.FORGED]
    wrong = [row.head.seq for row in heads if row.head and row.word is not HeadWord.AGREES]
    if not wrong:
        return None
    good = [row.head.seq for row in heads if row.head and row.word is HeadWord.AGREES]
    return max((seq for seq in good if seq < min(wrong)), default=0) + 1
