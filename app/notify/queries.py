"""Read messages: those of a recipient, the unread, those that are stuck."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from app.core.db import db
from app.notify.models import Message
from app.notify.rules import STUCK_AFTER, MessageState, MessageView

COLUMNS = (
    Message.id, Message.key, Message.channel, Message.recipient, Message.template, Message.facts,
    Message.state, Message.tries, Message.error, Message.created_at, Message.next_at,
    Message.sent_at, Message.read_at,
)  # fmt: skip
IN_APP = "in_app"


def _read(*wanted: ColumnElement[bool], limit: int) -> list[MessageView]:
    rows = db.session.execute(
        select(*COLUMNS).where(*wanted).order_by(Message.id.desc()).limit(limit)
    )
    return [MessageView(**row._mapping) for row in rows]


def for_recipient(recipient: str, *, limit: int = 50) -> list[MessageView]:
    """Return the in-app messages of "staff:3" or "report:12", newest first."""
    return _read(Message.recipient == recipient, Message.channel == IN_APP, limit=limit)


def unread(recipient: str) -> int:
    """Count the in-app messages that a recipient has not read yet."""
    wanted = (
        Message.recipient == recipient, Message.channel == IN_APP, Message.read_at.is_(None),
    )  # fmt: skip
    return db.session.scalar(select(func.count()).select_from(Message).where(*wanted)) or 0


def stuck(*, now: datetime, limit: int = 200) -> list[MessageView]:
    """Return messages that were given up, or are an hour late: somebody must look (R-K9)."""
    late = (Message.state == MessageState.QUEUED) & (Message.next_at < now - STUCK_AFTER)
    return _read(or_(Message.state == MessageState.FAILED, late), limit=limit)


def waiting(states: Collection[MessageState] = (MessageState.QUEUED,)) -> int:
    """Count the messages in some states."""
    wanted = Message.state.in_(states)
    return db.session.scalar(select(func.count()).select_from(Message).where(wanted)) or 0
