"""How often something may be tried: a leaky bucket in one atomic SQL statement (safeguards §2.12).

A bucket holds a moment: until then its tries are used up. Keys are HMACs under a key that changes
daily, so no address or name can be read from the table (decision 8).
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Float, String, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import APART
from app.core.db import Model, db
from app.core.errors import Limited
from app.core.tx import transaction

NEARLY = 1e-6
"""Seconds by which sums of floats may differ."""
_keys: dict[str, bytes] = {}


class Bucket(Model):
    """Until when (seconds since 1970) the tries of one key are used up."""

    __tablename__ = "limit_bucket"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    full_until: Mapped[float] = mapped_column(Float, index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `count` tries in any span of `seconds`, half of them at once."""

    name: str
    count: int
    seconds: float

    @property
    def burst(self) -> int:
        return max(1, self.count // 2)

    @property
    def step(self) -> float:
        """Seconds after which one try comes back."""
        return self.seconds / max(1, self.count - self.burst)


def configure(key: bytes) -> None:
    """Set the secret that the daily keys are drawn from."""
    _keys["limits"] = key


def take(limit: Limit, who: str, *, now: datetime) -> None:
    """Use up one try of `who`, in a transaction of its own.

    A bucket fuller than it can be was filled before the clock was set back: it is empty again.
    Raises Limited("too_many_tries") when none is left.
    """
    key, at = _key(limit, who, now), now.timestamp()
    free = at + limit.step * (limit.burst - 1) + NEARLY
    most = at + limit.step * limit.burst + APART.total_seconds()
    start = case((Bucket.full_until.between(at, most), Bucket.full_until), else_=at)
    statement = (
        _insert()
        .values(key=key, full_until=at + limit.step)
        .on_conflict_do_update(
            index_elements=[Bucket.key],
            set_={"full_until": start + limit.step},
            where=~Bucket.full_until.between(free, most),
        )
        .returning(Bucket.full_until)
    )
    with transaction() as session:
        won = session.scalar(statement)
        until = won or session.scalar(select(Bucket.full_until).where(Bucket.key == key)) or at
    if won is None:
        wait = until - at - limit.step * (limit.burst - 1)
        raise Limited("too_many_tries", retry_after=max(1, round(wait)))


def is_used_up(limit: Limit, who: str, *, now: datetime) -> bool:
    """Say whether no try of `who` is left, without using one up."""
    at = now.timestamp()
    free = at + limit.step * (limit.burst - 1) + NEARLY
    most = at + limit.step * limit.burst + APART.total_seconds()
    until = db.session.scalar(
        select(Bucket.full_until).where(Bucket.key == _key(limit, who, now))
    )  # fmt: skip
    return until is not None and free <= until <= most


def give_back(limit: Limit, who: str, *, now: datetime) -> None:
    """Return the try of an attempt that was right."""
    with transaction() as session:
        session.execute(
            update(Bucket)
            .where(Bucket.key == _key(limit, who, now))
            .values(full_until=Bucket.full_until - limit.step)
        )


def sweep(now: datetime) -> int:
    """Forget buckets that are empty again, in the caller's transaction; return how many."""
    gone = db.session.scalars(
        delete(Bucket).where(Bucket.full_until < now.timestamp()).returning(Bucket.key)
    )
    return len(gone.all())


def _insert() -> sqlite.Insert | postgresql.Insert:
    """Return the upsert of the database at hand; both speak the same dialect here."""
    if db.engine.dialect.name == "postgresql":
        return postgresql.insert(Bucket)
    return sqlite.insert(Bucket)


def _key(limit: Limit, who: str, now: datetime) -> str:
    day = (now + timedelta(hours=8)).date().isoformat()
    daily = hmac.digest(_keys["limits"], day.encode(), hashlib.sha256)
    return hmac.new(daily, f"{limit.name}|{who}".encode(), hashlib.sha256).hexdigest()
