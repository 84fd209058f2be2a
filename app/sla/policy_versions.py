"""Limits of the county: brought by one person, put in force by another, from a day to come."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, update

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.audit import service as audit
from app.core import clock
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.sla import policy_book
from app.sla.models import Clock, PolicyVersion
from app.sla.policies import Policy
from app.sla.rules import OPEN
from app.sla.rules_policy import changes

AHEAD: Final = 2 * policy_book.LOOK_AGAIN
"""Every process has read a version before its first day begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version in the list: who brought it, who put it in force or took it back."""

    id: int
    key: str
    valid_from: date
    digest: str
    source: str
    proposed_by: int
    proposer: str
    proposed_at: datetime
    activator: str
    activated_at: datetime | None
    withdrawn_at: datetime | None
    may_be_withdrawn: bool
    policy: Policy


def propose(
    document: Mapping[str, Any], *, valid_from: date, source: str, by: Actor, now: datetime
) -> int:
    """Keep limits (`rules_policy.document`), not yet in force; return the version's id.

    Raises Invalid where the first day has come, or nothing is other than what holds on it.
    """
    _must_lie_ahead(valid_from, now)
    row = PolicyVersion(
        valid_from=valid_from, document=dict(document), source=source.strip(),
        digest=digest(document), proposed_by=by.staff_id, proposed_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    if not changes(policy_book.in_force(_midnight(valid_from)), policy_book.read(row)):
        raise Invalid("policy_same", field="valid_from")
    _record("policy.proposed", row, by, now)
    return row.id


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document in one written form; it stands in the audit."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _must_lie_ahead(day: date, now: datetime) -> None:
    """Refuse a first day that began: clocks that run under other limits would seem wrong."""
    if day <= clock.local(now + AHEAD).date():
        raise Invalid("policy_day", field="valid_from")


def activate(version_id: int, *, by: Actor, now: datetime) -> None:
    """Put a version in force from its first day.

    Raises Forbidden for whoever brought it, under any account; Invalid when its day has come;
    Stale when it is in force or was taken back.
    """
    row = _get(version_id)
    if by.is_same_person(accounts.get(row.proposed_by)):
        raise Forbidden("second_person")
    _must_lie_ahead(row.valid_from, now)
    _claim(row, PolicyVersion.activated_at.is_(None), activated_by=by.staff_id, activated_at=now)
    _record("policy.activated", row, by, now)
    policy_book.forget()


def withdraw(version_id: int, *, by: Actor, now: datetime) -> None:
    """Take a version back before its first day, in force or not. Raises Invalid, Stale."""
    row = _get(version_id)
    _must_lie_ahead(row.valid_from, now)
    _claim(row, withdrawn_by=by.staff_id, withdrawn_at=now)
    _record("policy.withdrawn", row, by, now)
    policy_book.forget()


def _claim(row: PolicyVersion, *only: ColumnElement[bool], **values: Any) -> None:
    wanted = (PolicyVersion.id == row.id, PolicyVersion.withdrawn_at.is_(None), *only)
    if not claim(update(PolicyVersion).where(*wanted).values(**values)):
        raise Stale("policy_changed")


def _record(action: str, row: PolicyVersion, by: Actor, now: datetime) -> None:
    audit.record(
        actor=by.key, action=action, subject=f"policy:{row.key}", now=now,
        detail={"digest": row.digest, "from": str(row.valid_from)},
    )  # fmt: skip


def _get(version_id: int) -> PolicyVersion:
    row = db.session.get(PolicyVersion, version_id)
    if row is None:
        raise NotFound("no_such_policy")
    return row


def document(version_id: int) -> dict[str, Any]:
    """Return what is kept of a version. Raises NotFound."""
    return _get(version_id).document


def before(row: VersionRow) -> Policy:
    """Return what would hold on a version's first day without it."""
    return policy_book.in_force(_midnight(row.valid_from), but=row.key)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.LOCAL)


def version(version_id: int, *, now: datetime) -> VersionRow:
    """Return one version. Raises NotFound."""
    return _views([_get(version_id)], now)[0]


def listed(*, now: datetime) -> list[VersionRow]:
    """Return every version that the county brought, the newest first."""
    rows = db.session.scalars(select(PolicyVersion).order_by(PolicyVersion.id.desc()))
    return _views(list(rows), now)


def _views(rows: list[PolicyVersion], now: datetime) -> list[VersionRow]:
    who = {one for row in rows for one in (row.proposed_by, row.activated_by) if one}
    names = {staff_id: person.name for staff_id, person in accounts.by_ids(who).items()}
    soonest = clock.local(now + AHEAD).date() + timedelta(days=1)
    return [
        VersionRow(
            id=row.id, key=row.key, valid_from=row.valid_from, digest=row.digest,
            source=row.source, proposed_by=row.proposed_by,
            proposer=names.get(row.proposed_by, ""), proposed_at=row.proposed_at,
            activator=names.get(row.activated_by or 0, ""), activated_at=row.activated_at,
            withdrawn_at=row.withdrawn_at, policy=policy_book.read(row),
            may_be_withdrawn=row.withdrawn_at is None and row.valid_from >= soonest,
        )
        for row in rows
    ]  # fmt: skip


def open_clocks() -> int:
    """Count the clocks that run or rest: they keep the limits that they began under."""
    wanted = select(func.count()).select_from(Clock).where(Clock.state.in_(OPEN))
    return db.session.scalar(wanted) or 0
