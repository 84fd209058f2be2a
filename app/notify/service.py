"""Queue messages with the change that causes them; deliver what is due, at least once.

Every receiver is idempotent by the message's key (rule 6).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, or_, select, update

from app.core import work
from app.core.db import db
from app.core.errors import NotFound
from app.core.once import insert_each_once, insert_once
from app.notify import outlet
from app.notify.channels import CHANNELS
from app.notify.models import Message
from app.notify.queries import IN_APP
from app.notify.rules import MOST_TRIES, MessageState, Outgoing, after_failure, wait

BATCH = 200
LEASE = timedelta(minutes=2)
"""How long a claimed row stays away from other processes, should this one die."""
APART = timedelta(minutes=1)
"""By how much the clocks of two machines may differ; further ahead, a time is of a wrong clock."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One of many messages alike: its key, whom it goes to, what it says."""

    key: str
    recipient: str
    facts: Mapping[str, Any]


def enqueue(
    *,
    key: str,
    recipient: str,
    template: str,
    facts: Mapping[str, Any],
    now: datetime,
    channel: str = IN_APP,
) -> bool:
    """Queue one message in the caller's transaction; False when its key was queued before.

    `facts` hold numbers and dates, never words of a report or a name (R-A12).
    """
    row = _queued(Note(key=key, recipient=recipient, facts=facts), template, channel, now)
    queued = insert_once(Message, row, key=("key",))
    if queued:
        work.made("outbox")
    return queued


def enqueue_all(
    notes: Sequence[Note], *, template: str, now: datetime, channel: str = IN_APP
) -> None:
    """Queue many messages of one template in one statement; a key queued before stays as it is."""
    insert_each_once(
        Message, [_queued(note, template, channel, now) for note in notes], key=("key",)
    )
    if notes:
        work.made("outbox")


def _queued(note: Note, template: str, channel: str, now: datetime) -> dict[str, Any]:
    if channel not in CHANNELS:
        raise NotFound("no_such_channel", channel=channel)
    return {
        "key": note.key, "channel": channel, "recipient": note.recipient, "template": template,
        "facts": dict(note.facts), "state": MessageState.QUEUED, "next_at": now, "tries": 0,
        "error": "", "created_at": now,
    }  # fmt: skip


def deliver_batch(now: datetime, limit: int = BATCH) -> int:
    """Send up to 200 due messages in the caller's transaction; return how many were handled.

    They are claimed by one conditional UPDATE. Its LIMIT stands in a CTE: PostgreSQL may run a
    plain subquery with FOR UPDATE again and again, and so claim more than was asked (measured).
    A message that fails comes again after a while and does not hold up the others.
    """
    due = (
        select(Message.id)
        .where(Message.state == MessageState.QUEUED, _is_due(now))
        .order_by(Message.next_at).limit(limit).with_for_update(skip_locked=True)
        .cte("due")
    )  # fmt: skip
    claimed = db.session.execute(
        update(Message)
        .where(Message.id.in_(select(due.c.id)), Message.state == MessageState.QUEUED)
        .values(next_at=now + LEASE, tries=Message.tries + 1)
        .returning(Message.id, Message.key, Message.channel, Message.recipient, Message.template,
                   Message.facts, Message.tries)
        .execution_options(synchronize_session=False)
    ).all()  # fmt: skip
    sent = [row.id for row in claimed if _send(row, now=now)]
    db.session.execute(
        update(Message).where(Message.id.in_(sent))
        .values(state=MessageState.SENT, sent_at=now, error="")
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return len(claimed)


deliver_due = deliver_batch


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Say that a message's time has come, or lies further away than its wait is long.

    That one was queued or put off before the clock was set back.
    """
    ahead = (
        and_(Message.tries == tries, Message.next_at > now + wait(tries) + APART)
        for tries in range(MOST_TRIES)
    )
    return or_(Message.next_at <= now, *ahead)


def _send(row: Any, *, now: datetime) -> bool:
    try:
        text = outlet.current().render(row.template, row.facts)
        message = Outgoing(
            key=row.key,
            recipient=row.recipient,
            template=row.template,
            text=text,
            at=now,
            facts=row.facts,
        )
        CHANNELS[row.channel](message)
    except Exception as error:  # noqa: BLE001 (whatever a channel raises, the other messages go out)
        log.warning("message_failed", message=row.id, channel=row.channel, tries=row.tries,
                    error=type(error).__name__)  # fmt: skip
        _put_off(row, error, now=now)
        return False
    return True


def _put_off(row: Any, error: Exception, *, now: datetime) -> None:
    values = {
        "state": after_failure(row.tries), "next_at": now + wait(row.tries),
        "error": type(error).__name__,
    }  # fmt: skip
    db.session.execute(
        update(Message).where(Message.id == row.id).values(**values)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def retry(message_ids: Collection[int], *, now: datetime) -> int:
    """Let given-up messages be tried again; return how many there were."""
    rows = db.session.scalars(
        update(Message)
        .where(Message.id.in_(message_ids), Message.state == MessageState.FAILED)
        .values(state=MessageState.QUEUED, next_at=now, tries=0)
        .returning(Message.id).execution_options(synchronize_session=False)
    )  # fmt: skip
    return len(rows.all())


def mark_read(recipient: str, *, now: datetime, message_ids: Collection[int] | None = None) -> int:
    """Mark a recipient's own messages, all or some, as read; return how many were new."""
    wanted = [Message.recipient == recipient, Message.channel == IN_APP, Message.read_at.is_(None)]
    if message_ids is not None:
        wanted.append(Message.id.in_(message_ids))
    rows = db.session.scalars(
        update(Message).where(*wanted).values(read_at=now)
        .returning(Message.id).execution_options(synchronize_session=False)
    )  # fmt: skip
    return len(rows.all())
