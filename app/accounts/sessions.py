"""Web sessions: a random id in the cookie, its hash in the table, ended by time or hand (R-S4)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, literal, or_, select, update

from app.accounts.models import Staff, WebSession
from app.accounts.queries import Actor, to_actor
from app.core.clock import APART
from app.core.db import claim, db

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
HALF_WAY = timedelta(minutes=5)
FRESH = timedelta(minutes=5)
TOUCH = timedelta(minutes=1)
LIVING = (
    select(WebSession, Staff)
    .join(Staff, Staff.id == WebSession.staff_id)
    .where(WebSession.id_hash == bindparam("id_hash"), WebSession.ended_at.is_(None), Staff.active)
)
"""Asked on every page of staff: built once, it is found compiled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One web session, as the edge sees it."""

    actor: Actor
    token: str
    complete: bool
    factor_at: datetime | None
    seen_at: datetime
    must_change: bool
    has_factor: bool

    def is_fresh(self, now: datetime) -> bool:
        """Say whether the second factor was shown within the last five minutes."""
        return self.factor_at is not None and now - self.factor_at <= FRESH

    def needs_touch(self, now: datetime) -> bool:
        return now - self.seen_at >= TOUCH


def start(staff_id: int, *, complete: bool, factor_at: datetime | None, now: datetime) -> str:
    """Make a session and return the id for the cookie; it is stored hashed."""
    token = secrets.token_urlsafe(32)
    row = WebSession(
        id_hash=_hash(token), staff_id=staff_id, complete=complete, created_at=now, seen_at=now,
        factor_at=factor_at, ended_at=None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return token


def renew(old: str, *, now: datetime) -> str:
    """Replace a session after its second factor: new id, the first start counts on."""
    row = db.session.get_one(WebSession, _hash(old))
    token = start(row.staff_id, complete=True, factor_at=now, now=now)
    if row.complete:
        db.session.get_one(WebSession, _hash(token)).created_at = row.created_at
    end(old, now=now)
    db.session.flush()
    return token


def read(token: str, *, now: datetime) -> SignedIn | None:
    """Return the living session behind a cookie; disabled staff have none (R-S3)."""
    found = db.session.execute(LIVING, {"id_hash": _hash(token)}).one_or_none()
    if found is None or not _is_alive(found[0], now):
        return None
    row, staff = found
    return SignedIn(
        actor=to_actor(staff),
        token=token,
        complete=row.complete,
        factor_at=row.factor_at,
        seen_at=row.seen_at,
        must_change=staff.must_change,
        has_factor=staff.totp_secret is not None,
    )


def touch(token: str, *, now: datetime) -> None:
    """Note that the session is in use."""
    db.session.execute(
        update(WebSession).where(WebSession.id_hash == _hash(token)).values(seen_at=now)
    )


def end(token: str, *, now: datetime) -> bool:
    """End one session; False if it had ended before."""
    return claim(
        update(WebSession)
        .where(WebSession.id_hash == _hash(token), WebSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_all(staff_id: int, *, now: datetime, but: str | None = None) -> None:
    """End every session of a person, as after a new password; `but` names the one that goes on."""
    mine = update(WebSession).where(WebSession.staff_id == staff_id, WebSession.ended_at.is_(None))
    if but is not None:
        mine = mine.where(WebSession.id_hash != _hash(but))
    db.session.execute(mine.values(ended_at=now))


def sweep(now: datetime) -> int:
    """Delete sessions that are long over; return how many."""
    old = delete(WebSession).where(WebSession.seen_at < now - LONGEST * 2)
    return len(db.session.scalars(old.returning(WebSession.id_hash)).all())


def set_back(now: datetime) -> int:
    """Let sessions that began or were seen in a time still to come begin now; return how many.

    They are of a clock that was set back since, and would last longer than their length.
    """
    named = (WebSession.created_at, WebSession.seen_at, WebSession.factor_at)
    ahead = [moment > now + APART for moment in named]
    held = update(WebSession).where(WebSession.ended_at.is_(None), or_(*ahead))
    values = {
        moment.key: case((late, literal(now, moment.type)), else_=moment)
        for moment, late in zip(named, ahead, strict=True)
    }
    return len(db.session.scalars(held.values(**values).returning(WebSession.id_hash)).all())


def _is_alive(row: WebSession, now: datetime) -> bool:
    longest = LONGEST if row.complete else HALF_WAY
    return now - row.seen_at <= IDLE and now - row.created_at <= longest


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
