"""The outbox: one row a message, claimed by conditional UPDATE."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.notify.rules import MessageState


class Message(Model):
    """One message to one recipient ("report:12", "staff:3"); `key` makes it unique for good."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_due", "state", "next_at"),
        Index("ix_message_recipient", "recipient", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(40))
    template: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]]
    state: Mapped[MessageState] = mapped_column(Word(MessageState))
    next_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
