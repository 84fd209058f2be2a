"""Write the chain: entries gather during a transaction and are sealed last before its commit."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditHead
from app.audit.rules import GENESIS, digest
from app.core.db import db
from app.core.tx import before_commit

ENTRIES: Table = AuditEntry.__table__  # type: ignore[assignment]
HEADS: Table = AuditHead.__table__  # type: ignore[assignment]
LOCK = select(HEADS.c.seq, HEADS.c.hash).where(HEADS.c.id == 1).with_for_update()
ADD = insert(ENTRIES)
ADVANCE = update(HEADS).where(HEADS.c.id == 1)
"""Every change runs these three: built once, they are found compiled."""

PENDING = "audit"
HEAD = "audit_head"


def record(
    *, actor: str, action: str, subject: str, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    """Note one change in the running transaction.

    `actor` is "staff:3", "reporter" or "system"; `detail` is JSON and never holds personal data
    (R-L4). Outside a transaction nothing could seal it, so that is an error.
    """
    session = db.session()
    if not session.info.get("writing"):
        raise RuntimeError("an audit entry needs the transaction of the change that it records")
    entry = {"at": now, "actor": actor, "action": action, "subject": subject}
    session.info.setdefault(PENDING, []).append(entry | {"detail": detail or {}})


def take_turn() -> None:
    """Lock the chain's head now, not only at the commit: what follows happens in commit order.

    Reports take it before their row is made, so that row ids are the order of receipt on
    PostgreSQL as well (decision 7); on SQLite the write lock has already done it.
    """
    session = db.session()
    if HEAD not in session.info:
        session.info[HEAD] = _lock_head(session)


@before_commit
def seal(session: Session) -> None:
    """Chain the gathered entries to the head, which stays locked until the commit."""
    pending = session.info.pop(PENDING, None)
    if not pending:
        return
    seq, prev = session.info.pop(HEAD, None) or _lock_head(session)
    rows = []
    for entry in pending:
        seq += 1
        row = entry | {"seq": seq, "prev": prev}
        prev = digest(**row)
        rows.append(row | {"hash": prev})
    session.execute(ADD, rows)
    session.execute(ADVANCE, {"seq": seq, "hash": prev})


def _lock_head(session: Session) -> tuple[int, str]:
    head = session.execute(LOCK).one_or_none()
    if head is None:
        session.execute(insert(HEADS).values(id=1, seq=0, hash=GENESIS))
        return 0, GENESIS
    return head.seq, head.hash
