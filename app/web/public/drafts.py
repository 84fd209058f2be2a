"""The unfinished report of this browser: its key in the cookie, its answers in the server's draft.

One key per draft, not per page view, is the idempotency key of the report that it becomes; who
reads the table of drafts finds only a hash of it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import session

from app.core.tx import transaction
from app.intake import queries, service
from app.media import queries as media
from app.media.queries import PhotoInfo
from app.web.public.answers import Answers
from app.web.public.forms import DRAFT_KEY
from app.web.public.photos import Refused

SLOT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the server holds of an unfinished report; `known` once something was answered."""

    key: str
    answers: Answers
    photos: tuple[PhotoInfo, ...] = ()
    refused: tuple[Refused, ...] = ()
    known: bool = False

    @property
    def photo_ids(self) -> tuple[str, ...]:
        """Return the photos that have wholly arrived, in their order."""
        return tuple(photo.id for photo in self.photos)


def current() -> str:
    """Return the key of this browser's draft; a new one where there is none."""
    return adopt(str(session.get(SLOT, "")))


def adopt(key: str | None) -> str:
    """Make `key` the draft of this browser; a missing or malformed one is replaced."""
    told = key if key and DRAFT_KEY.fullmatch(key) else str(session.get(SLOT, ""))
    session[SLOT] = told if DRAFT_KEY.fullmatch(told) else str(uuid4())
    return str(session[SLOT])


def renew() -> str:
    """Begin another report."""
    session.pop(SLOT, None)
    return current()


def load(key: str) -> Draft:
    """Return a draft with its photos."""
    kept = queries.load_draft(_mark(key))
    fields: dict[str, Any] = kept or {}
    return Draft(
        key=key, answers=Answers.read(fields), photos=tuple(media.of_draft(key)),
        refused=tuple(Refused.read(row) for row in fields.get("refused", ())),
        known=kept is not None,
    )  # fmt: skip


def keep(key: str, answers: Answers, *, refused: tuple[Refused, ...], now: datetime) -> None:
    """Keep what was answered for a day."""
    fields = answers.kept() | {"refused": [row.kept() for row in refused]}
    with transaction():
        service.save_draft(_mark(key), fields, now=now)


def forget(key: str) -> None:
    """Forget a draft in the caller's transaction, and let the browser begin anew."""
    service.drop_draft(_mark(key))
    if session.get(SLOT) == key:
        session.pop(SLOT)


def _mark(key: str) -> str:
    return hashlib.sha256(b"form:" + key.encode()).hexdigest()
