"""Read and verify the chain."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.audit.models import AuditEntry, AuditHead
from app.audit.rules import GENESIS, Entry, digest, first_bad
from app.core.db import db
from app.core.paging import Page

BATCH = 5000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNREADABLE = (ValueError, TypeError, AttributeError, SQLAlchemyError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Outcome of a verification; `bad_seq` is None when every entry holds."""

    count: int
    head: str
    bad_seq: int | None


def _entry(row: AuditEntry) -> Entry:
    return Entry(
        seq=row.seq, at=row.at, actor=row.actor, action=row.action, subject=row.subject,
        detail=row.detail, prev=row.prev, hash=row.hash,
    )  # fmt: skip


def _all() -> Iterator[Entry]:
    rows = db.session.execute(
        select(AuditEntry).order_by(AuditEntry.seq), execution_options={"yield_per": BATCH}
    )
    for row in rows.scalars():
        yield _entry(row)
        db.session.expunge(row)


def _one_by_one() -> Iterator[Entry]:
    """Read each entry by itself; one whose columns cannot be read any more holds no hash."""
    for seq in db.session.scalars(select(AuditEntry.seq).order_by(AuditEntry.seq)).all():
        try:
            yield _entry(db.session.get_one(AuditEntry, seq))
        except UNREADABLE:
            yield Entry(seq=seq, at=EPOCH, actor="", action="", subject="", detail={}, prev="",
                        hash="")  # fmt: skip


def verify() -> Verdict:
    """Recompute the whole chain against its head."""
    head = db.session.get(AuditHead, 1)
    seq, digest = (head.seq, head.hash) if head else (0, GENESIS)
    try:
        bad = first_bad(_all(), head_seq=seq, head_hash=digest)
    except UNREADABLE:  # somebody wrote what is no time or no JSON
        bad = first_bad(_one_by_one(), head_seq=seq, head_hash=digest)
    return Verdict(count=seq, head=digest, bad_seq=bad)


def first_of_each(subjects: Iterable[str], *, action: str) -> dict[str, Entry]:
    """Return the first entry of an action for each subject that has one, in one statement."""
    first = (
        select(func.min(AuditEntry.seq))
        .where(AuditEntry.subject.in_(set(subjects)), AuditEntry.action == action)
        .group_by(AuditEntry.subject)
    )
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.seq.in_(first)))
    return {row.subject: _entry(row) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry and whether it holds: by itself, and to the entries on both sides of it."""

    entry: Entry
    itself: bool
    before: bool
    after: bool

    @property
    def holds(self) -> bool:
        """Say whether nothing about it was changed."""
        return self.itself and self.before and self.after


def link(seq: int) -> Link | None:
    """Recompute one entry and its links, None where there is none; the rest is for `verify`."""
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.seq.between(seq - 1, seq + 1)))
    around = {row.seq: _entry(row) for row in rows}
    entry, head = around.get(seq), db.session.get(AuditHead, 1)
    if entry is None or head is None:
        return None
    last = around[seq - 1].hash if seq - 1 in around else (GENESIS if seq == 1 else "")
    following = (
        around[seq + 1].prev if seq + 1 in around else (head.hash if head.seq == seq else "")
    )
    made = digest(
        seq=entry.seq, at=entry.at, actor=entry.actor, action=entry.action, subject=entry.subject,
        detail=entry.detail, prev=entry.prev,
    )  # fmt: skip
    return Link(entry=entry, itself=made == entry.hash, before=entry.prev == last,
                after=following == entry.hash)  # fmt: skip


def last_before(moment: datetime) -> tuple[int, str]:
    """Return number and hash of the last entry before a moment; the chain's beginning if none."""
    row = db.session.execute(
        select(AuditEntry.seq, AuditEntry.hash)
        .where(AuditEntry.at < moment)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).one_or_none()
    return (row.seq, row.hash) if row else (0, GENESIS)


def page(*, number: int = 1, size: int = 50, subject: str = "") -> Page[Entry]:
    """Return entries, newest first, of one subject or of all."""
    wanted = (AuditEntry.subject == subject,) if subject else ()
    total = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*wanted)) or 0
    rows = db.session.scalars(
        select(AuditEntry).where(*wanted).order_by(AuditEntry.seq.desc())
        .limit(size).offset((number - 1) * size)
    )  # fmt: skip
    return Page(rows=[_entry(row) for row in rows], number=number, size=size, total=total)
