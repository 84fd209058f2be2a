"""Tables of urges and supervision orders."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.supervision.departments import Department, HandOverState
from app.supervision.rules import OrderState, UrgeLevel

WAITING = "closed_at IS NULL AND error IS NULL"


class Urge(Model):
    """One step of pressure on one expired clock, once a level; `next_at` asks for the next one."""

    __tablename__ = "urge"
    __table_args__ = (
        UniqueConstraint("clock_id", "level"),
        Index(
            "ix_urge_next", "next_at", sqlite_where=text(WAITING), postgresql_where=text(WAITING)
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    level: Mapped[UrgeLevel] = mapped_column(Word(UrgeLevel))
    kind: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    number: Mapped[str] = mapped_column(String(12))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    unit_code: Mapped[str] = mapped_column(String(12))
    township_code: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime]
    at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


class SupervisionOrder(Model):
    """督办单: what a case's unit must do and answer, by when; from a person or a sweep."""

    __tablename__ = "supervision_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("clock.id"))
    requirement: Mapped[str] = mapped_column(Text)
    unit_code: Mapped[str] = mapped_column(String(12))
    township_code: Mapped[str] = mapped_column(String(12))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[OrderState] = mapped_column(Word(OrderState), index=True)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    issued_at: Mapped[datetime]
    reply_due_at: Mapped[datetime]
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    replied_at: Mapped[datetime | None]


class HandOver(Model):
    """转办: a matter that a department works on; `words` is its feedback, or why it went back.

    `received_paper` and `paper` are the numbers of the documents that show receipt and end.
    """

    __tablename__ = "hand_over"
    __table_args__ = (Index("ix_hand_over_department_state", "department", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    department: Mapped[Department] = mapped_column(Word(Department))
    matter: Mapped[str] = mapped_column(Text)
    state: Mapped[HandOverState] = mapped_column(Word(HandOverState))
    handed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    handed_at: Mapped[datetime]
    received_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    received_at: Mapped[datetime | None]
    received_paper: Mapped[str] = mapped_column(Text, default="")
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(Text, default="")
    paper: Mapped[str] = mapped_column(Text, default="")
