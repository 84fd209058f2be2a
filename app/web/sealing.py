"""Seal small words that must pass through a browser or a draft unread: visits, a phone number."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app


def _box(purpose: str) -> Fernet:
    secret = current_app.config["SECRET_KEY"]
    key = hmac.new(secret, f"public.{purpose}".encode(), hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(words: str, *, purpose: str) -> str:
    """Return `words` encrypted under a key that lies outside the database."""
    return _box(purpose).encrypt(words.encode()).decode()


def unseal(token: str, *, purpose: str) -> str | None:
    """Return what was sealed for the same purpose; None for anything else."""
    try:
        return _box(purpose).decrypt(token.encode()).decode()
    except InvalidToken:
        return None
