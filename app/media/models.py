"""Tables of photos and of uploads that are still on their way."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word

TO_PRINT = text("to_print")
SET_ASIDE = text("error IS NOT NULL")


class Holder(StrEnum):
    """What a photo belongs to."""

    REPORT = "report"
    CHECK_IN = "check_in"
    FINISH = "finish"
    REPLY = "reply"
    PENALTY = "penalty"
    RATING = "rating"
    SPOT_CHECK = "spot_check"
    HAND_OVER = "hand_over"


class Photo(Model):
    """One picture as received. Its files are named by `sha256`; two rows may share them.

    `taken_at`, `claim_lng` and `claim_lat` are what the file says of itself: claims, no facts.
    `flags` names what is odd about them (R-F4), `told` what else they say. Without holder it is
    swept after a day; with one it waits to be compared with all others (`alike.py`).
    `to_print`: it came before prints were made (`backfill.py`); `error`: what a job raised at it.
    `to_print`: it came before prints were made of photos (`backfill.py`); `error`: what it raised.
    """

    __tablename__ = "photo"
    __table_args__ = (
        Index(None, "holder_kind", "holder_id"),
        Index("ix_photo_to_compare", "compared_at", "received_at"),
        Index("ix_photo_to_print", "received_at", sqlite_where=TO_PRINT, postgresql_where=TO_PRINT),
        Index("ix_photo_error", "id", sqlite_where=SET_ASIDE, postgresql_where=SET_ASIDE),
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
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    holder_kind: Mapped[Holder | None] = mapped_column(Word(Holder))
    holder_id: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    fresh: Mapped[bool] = mapped_column(default=False)
    shrunk: Mapped[bool] = mapped_column(default=False)
    compared_at: Mapped[datetime | None]
    to_print: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(String(500))


class PhotoPrint(Model):
    """What the bytes of a photo are recognised by; `part` 1 is what a frame holds.

    Hashes stand as signed 64-bit numbers. Ids are never used twice: processes that hold the hashes
    in memory read on from the last one they know.
    """

    __tablename__ = "photo_print"
    __table_args__ = (UniqueConstraint("sha256", "part"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    part: Mapped[int]
    dhash: Mapped[int] = mapped_column(BigInteger)
    phash: Mapped[int] = mapped_column(BigInteger)
    grey: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(index=True)


class Likeness(Model):
    """Two held photos found to be one picture; `photo_id` came later. Cuts are shares of a side."""

    __tablename__ = "photo_likeness"

    photo_id: Mapped[str] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    earlier_id: Mapped[str] = mapped_column(ForeignKey("photo.id"), primary_key=True, index=True)
    exact: Mapped[bool]
    distance: Mapped[int]
    agreement: Mapped[float]
    left: Mapped[float] = mapped_column(default=0.0)
    right: Mapped[float] = mapped_column(default=0.0)
    top: Mapped[float] = mapped_column(default=0.0)
    bottom: Mapped[float] = mapped_column(default=0.0)
    mirrored: Mapped[bool] = mapped_column(default=False)
    framed: Mapped[bool] = mapped_column(default=False)
    found_at: Mapped[datetime]


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
