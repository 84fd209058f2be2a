"""How often citizens may try: codes fail closed, reports fail open (R-D1, R-T2)."""

from datetime import datetime
from threading import Event

import structlog
from flask import request
from sqlalchemy.exc import SQLAlchemyError

from app.core import limits
from app.core.limits import Limit

WRONG_HERE = Limit(name="code place", count=40, seconds=3600)
WRONG_ALL = Limit(name="code", count=2000, seconds=3600)
SUBMIT = Limit(name="report place", count=240, seconds=3600)
UPLOAD = Limit(name="upload place", count=2000, seconds=3600)
DELAY = 0.4

log = structlog.get_logger()


def code(*, now: datetime) -> None:
    """Use up one try of a code, before anything is looked up. Raises Limited."""
    limits.take(WRONG_HERE, request.remote_addr or "", now=now)
    limits.take(WRONG_ALL, "", now=now)


def code_was_right(*, now: datetime) -> None:
    """Return the try."""
    limits.give_back(WRONG_HERE, request.remote_addr or "", now=now)
    limits.give_back(WRONG_ALL, "", now=now)


def pause() -> None:
    """Let every wrong code wait the same time."""
    Event().wait(DELAY)


def submit(*, now: datetime) -> None:
    """Slow down a flood of reports; a broken limiter never refuses one. Raises Limited."""
    _open(SUBMIT, now=now)


def upload(*, now: datetime) -> None:
    """Slow down a flood of uploads. Raises Limited."""
    _open(UPLOAD, now=now)


def _open(limit: Limit, *, now: datetime) -> None:
    try:
        limits.take(limit, request.remote_addr or "", now=now)
    except SQLAlchemyError as broken:
        log.warning("limiter", kind=type(broken).__name__, limit=limit.name)
