"""Tables of photos and of uploads that are still on their way."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word


class Holder(StrEnum):
    """What a photo belongs to."""

    REPORT = "report"
    CHECK_IN = "check_in"
    FINISH = "finish"
    REPLY = "reply"
    PENALTY = "penalty"
    RATING = "rating"


class Photo(Model):
    """One picture as received. Its files are named by `sha256`; two rows may share them.

    `taken_at`, `claim_lng` and `claim_lat` are what the file says of itself: claims, no facts.
    `flags` names what is odd about them (R-F4). Without holder it is swept after a day.
    """

    __tablename__ = "photo"
    __table_args__ = (
        Index(None, "holder_kind", "holder_id"),
        UniqueConstraint("draft_key", "sha256"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    draft_key: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    format: Mapped[str] = mapped_column(String(8))
    width: Mapped[int]
    height: Mapped[int]
    dhash: Mapped[str] = mapped_column(String(16), index=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    taken_at: Mapped[datetime | None]
    claim_lng: Mapped[float | None]
    claim_lat: Mapped[float | None]
    flags: Mapped[list[Any]] = mapped_column(default=list)
    holder_kind: Mapped[Holder | None] = mapped_column(Word(Holder))
    holder_id: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    fresh: Mapped[bool] = mapped_column(default=False)
    shrunk: Mapped[bool] = mapped_column(default=False)


class Upload(Model):
    """A photo that arrives in pieces (screens.md 4.2); how far it came is the size of its file.

    Its id becomes the photo's id, so a form may name it before it has fully arrived; only where
    the draft already has the same bytes, `photo_id` is another.
    """

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    draft_key: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(default=0)
    fresh: Mapped[bool] = mapped_column(default=False)
    shrunk: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
    photo_id: Mapped[str | None] = mapped_column(String(32))
