"""Which limits hold here: those that came with the service, then those that the county set.

Every clock that starts asks for them, so each process keeps them for a minute. That is exact: a
version holds from a day that is still to come when it is put in force (`policy_versions`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from app.core import clock
from app.core.db import db
from app.sla import policies
from app.sla.models import PolicyVersion
from app.sla.policies import Policy

LOOK_AGAIN = timedelta(minutes=1)
"""So old may what a process keeps be."""
IN_FORCE = (
    select(PolicyVersion)
    .where(PolicyVersion.activated_at.is_not(None), PolicyVersion.withdrawn_at.is_(None))
    .order_by(PolicyVersion.id)
)


@dataclass(frozen=True, slots=True)
class _Held:
    engine: Engine
    own: tuple[Policy, ...]
    since: datetime


_held: list[_Held] = []


def versions() -> tuple[Policy, ...]:
    """Return every policy that was put in force, those that came with the service first."""
    return (*policies.shipped(), *_own())


def _own() -> tuple[Policy, ...]:
    now, engine = clock.now(), db.engine
    for held in _held:
        if held.engine is engine and held.since <= now < held.since + LOOK_AGAIN:
            return held.own
    own = tuple(read(row) for row in db.session.scalars(IN_FORCE))
    _held[:] = [_Held(engine, own, now)]
    return own


def read(row: PolicyVersion) -> Policy:
    """Return a version of the county as the policy that its clocks name."""
    return policies.read(dict(row.document) | {"key": row.key, "valid_from": str(row.valid_from)})


def forget() -> None:
    """Let this process read again at the next question."""
    _held.clear()


def in_force(at: datetime, *, but: str = "") -> Policy:
    """Return the policy of a moment's local day; `but` leaves a version out.

    What the county set goes before what a later release of the service may bring.
    """
    day = clock.local(at).date()
    own = [policy for policy in _own() if policy.valid_from <= day and policy.key != but]
    return policies.valid(own or policies.shipped(), at)


def by_key(key: str) -> Policy:
    """Return the policy that a clock names. Raises KeyError."""
    return {policy.key: policy for policy in versions()}[key]
