"""How often a sign-in may be tried, by account, by place and in all (R-S10).

A browser that signed in before carries a signed cookie and has tries of its own, so that nobody
can lock a clerk out by guessing; nothing about it is stored.
"""

from contextlib import suppress
from datetime import datetime
from secrets import token_hex

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Response

from app.core import limits
from app.core.limits import Limit

ACCOUNT = Limit(name="sign-in account", count=10, seconds=300)
PLACE = Limit(name="sign-in place", count=10, seconds=300)
DEVICE = Limit(name="sign-in device", count=10, seconds=300)
ALL = Limit(name="sign-in", count=1000, seconds=300)
CODE = Limit(name="second factor", count=10, seconds=300)
YEAR = 365 * 86400

Tries = tuple[tuple[Limit, str], ...]


def tries_of(username: str) -> Tries:
    """Return the buckets that this attempt draws from."""
    device = _device(username)
    if device is not None:
        return ((DEVICE, device), (ALL, ""))
    return ((ACCOUNT, username), (PLACE, request.remote_addr or ""), (ALL, ""))


def take(tries: Tries, *, now: datetime) -> None:
    for limit, who in tries:
        limits.take(limit, who, now=now)


def give_back(tries: Tries, *, now: datetime) -> None:
    for limit, who in tries:
        limits.give_back(limit, who, now=now)


def know_device(response: Response, username: str) -> None:
    """Mark this browser as one where this person has signed in."""
    config = current_app.config["ECO110"]
    value = _serializer().dumps([username, token_hex(8)])
    response.set_cookie(
        _cookie(), value, max_age=YEAR, httponly=True, secure=config.secure_cookies,
        samesite="Strict", path="/",
    )  # fmt: skip


def _device(username: str) -> str | None:
    with suppress(BadSignature, ValueError):
        name, device = _serializer().loads(request.cookies.get(_cookie(), ""))
        return str(device) if name == username else None
    return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["ECO110"].keys["session"], salt="known device")


def _cookie() -> str:
    return "__Host-device" if current_app.config["ECO110"].secure_cookies else "eco110-device"
