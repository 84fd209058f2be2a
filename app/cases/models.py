"""Tables of the case and its steps."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.workflow import Move, State, Urgency
from app.core.db import Model, Word

CLOSED = text("move = 'close'")
MERGED = text("merged_into_id IS NOT NULL")
PUBLIC = text("public")


class Case(Model):
    """The matter we work on; one or more reports tell of it."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_state_opened", "state", "opened_at"),
        Index("ix_case_file_township_state", "township_code", "state"),
        Index("ix_case_file_near", "cell", "opened_at"),
        Index(
            "ix_case_file_merged_into_id", "merged_into_id",
            sqlite_where=MERGED, postgresql_where=MERGED,
        ),
        Index(
            "ix_case_file_public", "opened_at", sqlite_where=PUBLIC, postgresql_where=PUBLIC
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[State] = mapped_column(Word(State))
    urgency: Mapped[Urgency] = mapped_column(Word(Urgency))
    category: Mapped[str] = mapped_column(String(4), default="")
    kinds: Mapped[list[Any]]
    place_words: Mapped[str] = mapped_column(Text, default="")
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    cell: Mapped[str | None] = mapped_column(String(24))
    grid_code: Mapped[str | None] = mapped_column(String(12), index=True)
    township_code: Mapped[str | None] = mapped_column(String(12))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    unit_code: Mapped[str] = mapped_column(String(12), default="")
    round: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    on_site: Mapped[bool] = mapped_column(default=True)
    supervised: Mapped[bool] = mapped_column(default=False)
    public: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    finding: Mapped[str | None] = mapped_column(String(20))
    punishable: Mapped[bool] = mapped_column(default=False)
    our_jurisdiction: Mapped[bool] = mapped_column(default=True)
    offender_known: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    back_state: Mapped[State | None] = mapped_column(Word(State))
    exclusion: Mapped[str | None] = mapped_column(String(30))
    exclusion_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reject_proposed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reject_reason: Mapped[str | None] = mapped_column(String(30))
    reject_note: Mapped[str] = mapped_column(Text, default="")


class CaseStep(Model):
    """One logged move; written once, never edited (rule 7)."""

    __tablename__ = "case_step"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index("ix_case_step_closed", "at", sqlite_where=CLOSED, postgresql_where=CLOSED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    seq: Mapped[int]
    move: Mapped[Move] = mapped_column(Word(Move))
    from_state: Mapped[State | None] = mapped_column(Word(State))
    to_state: Mapped[State] = mapped_column(Word(State))
    actor: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    round: Mapped[int] = mapped_column(default=1)
    facts: Mapped[dict[str, Any]]
