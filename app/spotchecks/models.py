"""Tables of second looks: a drawn sample with its list, wishes to draw again, the looks."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core import append_only
from app.core.db import Model, Word
from app.fieldwork.rules import Grade
from app.spotchecks.kinds import Occasion, RedrawState, SpotAnswer, SpotResult, SpotState

AFTER_CLOSING = text("sample_id IS NULL")
REDRAW_ASKED = text("state = 'asked'")


class SpotSample(Model):
    """One draw of a month, never changed: seed and list stand here before anything is drawn.

    The draw that counts is the month's last; `reason` says why an earlier one was replaced.
    """

    __tablename__ = "spot_sample"
    __table_args__ = (
        UniqueConstraint("month", "turn"),
        CheckConstraint("turn = 1 OR length(reason) > 0", name="reasoned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    turn: Mapped[int]
    policy: Mapped[str] = mapped_column(String(20))
    head_seq: Mapped[int]
    head_hash: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(64))
    frame_size: Mapped[int]
    frame_digest: Mapped[str] = mapped_column(String(64))
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    drawn_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")


class SpotRedraw(Model):
    """A wish to draw a month again: one asks with a reason, another draws anew or refuses."""

    __tablename__ = "spot_redraw"
    __table_args__ = (
        Index(
            "ix_spot_redraw_asked", "month", unique=True,
            sqlite_where=REDRAW_ASKED, postgresql_where=REDRAW_ASKED,
        ),
        CheckConstraint("state <> 'drawn' OR decided_by <> asked_by", name="second_person"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[RedrawState] = mapped_column(Word(RedrawState))
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    sample_id: Mapped[int | None] = mapped_column(ForeignKey("spot_sample.id"))


class SpotRow(Model):
    """One closed case of the list that a sample was drawn from; never changed."""

    __tablename__ = "spot_row"

    sample_id: Mapped[int] = mapped_column(ForeignKey("spot_sample.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, index=True)
    number: Mapped[str] = mapped_column(String(12))
    round: Mapped[int]
    township_code: Mapped[str] = mapped_column(String(12))
    grid_code: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(String(4))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    stratum: Mapped[str] = mapped_column(String(40))
    closed_at: Mapped[datetime] = mapped_column(index=True)


class SpotCheck(Model):
    """One second look: who goes, what the phone told of the place, what was found and followed.

    Drawn by lot it has its sample, 30 or 90 days after closing none. Coordinates are WGS-84
    degrees; `challenge` is the one-time proof that the page was open.
    """

    __tablename__ = "spot_check"
    __table_args__ = (
        UniqueConstraint("sample_id", "case_id"),
        Index(
            "ix_spot_check_watch", "case_id", "round", "occasion", unique=True,
            sqlite_where=AFTER_CLOSING, postgresql_where=AFTER_CLOSING,
        ),
        Index("ix_spot_check_inspector", "inspector_id", "state"),
        Index("ix_spot_check_state", "state"),
        CheckConstraint("answer IS NULL OR answered_by IS NOT NULL", name="answerer"),
        CheckConstraint("(occasion = 'drawn') = (sample_id IS NOT NULL)", name="occasion"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int | None] = mapped_column(ForeignKey("spot_sample.id"))
    occasion: Mapped[Occasion] = mapped_column(Word(Occasion), default=Occasion.DRAWN)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    round: Mapped[int]
    closed_at: Mapped[datetime] = mapped_column(index=True)
    inspector_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    given_at: Mapped[datetime | None]
    state: Mapped[SpotState] = mapped_column(Word(SpotState))
    challenge: Mapped[str | None] = mapped_column(String(32))
    challenge_at: Mapped[datetime | None]
    result: Mapped[SpotResult | None] = mapped_column(Word(SpotResult))
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    device_at: Mapped[datetime | None]
    clock_offset_s: Mapped[float | None]
    offline: Mapped[bool] = mapped_column(default=False)
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    distance_m: Mapped[float | None]
    grade: Mapped[Grade | None] = mapped_column(Word(Grade))
    reasons: Mapped[list[Any]]
    photo_id: Mapped[str | None] = mapped_column(String(32))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_at: Mapped[datetime | None]
    answer: Mapped[SpotAnswer | None] = mapped_column(Word(SpotAnswer))
    falsified: Mapped[bool] = mapped_column(default=False)
    answer_words: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]


GUARDED = (SpotSample.__table__, SpotRow.__table__)
KEPT = "a drawn sample never changes"
append_only.guard(*GUARDED, why=KEPT)
