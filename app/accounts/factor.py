"""Second factor: single-use time codes and recovery codes; secrets are sealed at rest (R-S8)."""

import hashlib
import hmac
import os
import secrets
from base64 import b64decode, b64encode
from datetime import datetime

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

STEP_SECONDS = 30
RECOVERY_CODES = 10
NONCE_BYTES = 12
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"

_keys: dict[str, bytes] = {}


def configure(key: bytes) -> None:
    """Set the secret from which the sealing key is drawn."""
    _keys["seal"] = hmac.digest(key, b"second factor", hashlib.sha256)


def new_secret() -> str:
    return pyotp.random_base32()


def seal(secret: str, *, staff_id: int) -> str:
    """Encrypt a secret for its row; moved to another row it does not open."""
    nonce = os.urandom(NONCE_BYTES)
    box = AESGCM(_keys["seal"]).encrypt(nonce, secret.encode(), _place(staff_id))
    return b64encode(nonce + box).decode()


def unseal(sealed: str, *, staff_id: int) -> str:
    box = b64decode(sealed)
    return (
        AESGCM(_keys["seal"])
        .decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], _place(staff_id))
        .decode()
    )


def matching_step(secret: str, code: str, *, now: datetime, last: int) -> int | None:
    """Return the time step that `code` belongs to, one step early or late; None if it is wrong.

    Steps up to `last` are used up already: a code works once.
    """
    digits = plain(code)
    current = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in (current - 1, current, current + 1):
        right = hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step), digits)
        if right and step > last:
            found = step
    return found


def address(secret: str, *, username: str) -> str:
    """Return what an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="eco 110")


def new_recovery_codes() -> list[str]:
    """Return ten codes of 60 bits, to be shown once."""
    groups = ["".join(secrets.choice(ALPHABET) for _ in range(12)) for _ in range(RECOVERY_CODES)]
    return ["-".join((word[:4], word[4:8], word[8:])) for word in groups]


def recovery_hash(code: str) -> str:
    """Return what is stored of a recovery code: 60 random bits need no slow hash."""
    return hashlib.sha256(b"recovery|" + plain(code).encode()).hexdigest()


def plain(code: str) -> str:
    """Drop the spaces and dashes that people type."""
    return "".join(code.split()).replace("-", "").lower()


def _place(staff_id: int) -> bytes:
    return f"staff|totp_secret|{staff_id}".encode()
