"""Open an identity: reason, a second custodian, fifteen minutes, once, and logged before the bytes.

The order is the safeguard: `use` claims the opening and writes the audit entry in a transaction;
only after its commit does `reveal` decrypt. So no bytes leave without their row (R-A4).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select, update

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.audit import service as audit
from app.core.clock import APART
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.identity import sealing
from app.identity.keys import current
from app.identity.models import Contact, Opening, Payee, Vault
from app.identity.payees import PayeeDetails

SHORTEST_REASON = 10
LAPSES_AFTER = timedelta(minutes=15)


class OpeningState(StrEnum):
    """Where a wish to see an identity stands."""

    ASKED = "asked"
    REFUSED = "refused"
    APPROVED = "approved"
    LAPSED = "lapsed"
    OPENED = "opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningView:
    """One opening as custodians and, without the names, the reporter read it."""

    id: int
    report_id: int
    vault: Vault
    award_id: int | None
    state: OpeningState
    reason: str
    asked_by: int
    asked_at: datetime
    approved_by: int | None
    decided_at: datetime | None
    expires_at: datetime | None
    opened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Leave to decrypt one sealed value once; it exists only after `use` won the opening."""

    opening_id: int
    vault: Vault
    sealed: bytes = field(repr=False)
    key_id: str
    where: bytes


def ask(report_id: int, *, by: int, reason: str, now: datetime, award_id: int | None = None) -> int:
    """Ask to see the contact of a report, or the payee of its award; return the opening's id.

    Raises Invalid for a reason below ten characters, Forbidden for who is no custodian, NotFound
    when there is nothing to open.
    """
    _custodian(by, Verb.IDENTITY_REQUEST)
    if len("".join(reason.split())) < SHORTEST_REASON:
        raise Invalid("reason_short", field="reason", shortest=SHORTEST_REASON)
    vault = Vault.CONTACT if award_id is None else Vault.PAYEE
    _sealed(vault, report_id, award_id)
    opening = Opening(
        report_id=report_id, vault=vault, award_id=award_id, asked_by=by, asked_at=now,
        reason=reason.strip(),
    )  # fmt: skip
    db.session.add(opening)
    db.session.flush()
    _note("asked", opening.id, report_id, by=by, now=now)
    return opening.id


def decide(opening_id: int, *, approve: bool, by: int, now: datetime) -> None:
    """Approve or refuse as another custodian; an approval holds for fifteen minutes.

    Raises Forbidden for the asker himself, also behind a second account.
    """
    opening = _get(opening_id)
    person = _custodian(by, Verb.IDENTITY_APPROVE)
    if person.is_same_person(accounts.get(opening.asked_by)):
        raise Forbidden("second_person")
    values: dict[str, Any] = {"decided_at": now, "refused_by": by}
    if approve:
        values = {"decided_at": now, "approved_by": by, "expires_at": now + LAPSES_AFTER}
    won = claim(
        update(Opening).where(Opening.id == opening_id, Opening.decided_at.is_(None))
        .values(**values)
    )  # fmt: skip
    if not won:
        raise Stale("opening_decided")
    _note("approved" if approve else "refused", opening_id, opening.report_id, by=by, now=now)


def use(opening_id: int, *, by: int, now: datetime) -> Grant:
    """Win an approved opening for its asker, once and in time; `reveal` follows after the commit.

    Raises Forbidden for anybody but the asker, Stale when it lapsed or was used.
    """
    opening = _get(opening_id)
    _custodian(by, Verb.IDENTITY_OPEN)
    if opening.asked_by != by:
        raise Forbidden("opening_of_another")
    sealed, key_id, where = _sealed(opening.vault, opening.report_id, opening.award_id)
    won = claim(
        update(Opening)
        .where(Opening.id == opening_id, Opening.approved_by.is_not(None),
               Opening.opened_at.is_(None), Opening.expires_at > now)
        .values(opened_at=now)
    )  # fmt: skip
    if not won:
        raise Stale("opening_over")
    _note("opened", opening_id, opening.report_id, by=by, now=now)
    return Grant(opening_id=opening_id, vault=opening.vault, sealed=sealed, key_id=key_id,
                 where=where)  # fmt: skip


def reveal(grant: Grant, *, passphrase: str = "") -> str | PayeeDetails:
    """Decrypt what was granted: a phone number, or a payee. Call it after the commit of `use`.

    Raises Refused when this process lacks the key or the passphrase is wrong.
    """
    if db.session().info.get("writing"):
        raise RuntimeError("reveal() comes after the commit that logs it")
    keys = current()
    try:
        if grant.vault is Vault.CONTACT:
            if grant.key_id not in keys.contacts:
                raise Refused("custody_missing")
            return sealing.unseal(keys.contacts[grant.key_id], grant.sealed, where=grant.where)
        if keys.custodian_private is None:
            raise Refused("custody_missing")
        private = sealing.read_custodian(keys.custodian_private, passphrase.encode())
        plain = sealing.unseal_with(private, grant.sealed, where=grant.where)
    except sealing.Unsealable as error:
        raise Refused("unsealable", what=str(error)) from error
    return PayeeDetails(**json.loads(plain))


def try_key(passphrase: str) -> None:
    """Try the custodian's key before an approval is used up. Raises Refused."""
    keys = current()
    if keys.custodian_private is None:
        raise Refused("custody_missing")
    try:
        sealing.read_custodian(keys.custodian_private, passphrase.encode())
    except sealing.Unsealable as error:
        raise Refused("unsealable", what=str(error)) from error


def by_ids(ids: Collection[int], *, now: datetime) -> list[OpeningView]:
    """Return some openings."""
    return _views(Opening.id.in_(ids), now=now)


def openings_of(report_id: int, *, now: datetime) -> list[OpeningView]:
    """Return every wish to see the identity of a report, newest first (R-A5)."""
    return _views(Opening.report_id == report_id, now=now)


def waiting(*, now: datetime) -> list[OpeningView]:
    """Return what a second custodian has to decide."""
    return _views(Opening.decided_at.is_(None), now=now)


def asked_by(staff_id: int, *, now: datetime) -> list[OpeningView]:
    """Return what one custodian asked for, newest first."""
    return _views(Opening.asked_by == staff_id, now=now)


def set_back(now: datetime) -> int:
    """Let approvals that hold longer than fifteen minutes end in time; return how many.

    They were given before the clock was set back.
    """
    longer = Opening.expires_at > now + LAPSES_AFTER + APART
    held = update(Opening).where(longer, Opening.opened_at.is_(None))
    ended = held.values(expires_at=now + LAPSES_AFTER).returning(Opening.id)
    return len(db.session.scalars(ended).all())


def _views(wanted: ColumnElement[bool], *, now: datetime) -> list[OpeningView]:
    rows = db.session.scalars(select(Opening).where(wanted).order_by(Opening.id.desc()))
    return [_view(row, now=now) for row in rows]


def _view(row: Opening, *, now: datetime) -> OpeningView:
    return OpeningView(
        id=row.id, report_id=row.report_id, vault=row.vault, award_id=row.award_id,
        state=_state(row, now=now), reason=row.reason, asked_by=row.asked_by,
        asked_at=row.asked_at, approved_by=row.approved_by, decided_at=row.decided_at,
        expires_at=row.expires_at, opened_at=row.opened_at,
    )  # fmt: skip


def _state(row: Opening, *, now: datetime) -> OpeningState:
    if row.opened_at is not None:
        return OpeningState.OPENED
    if row.refused_by is not None:
        return OpeningState.REFUSED
    if row.expires_at is None:
        return OpeningState.ASKED
    return OpeningState.APPROVED if row.expires_at > now else OpeningState.LAPSED


def _get(opening_id: int) -> Opening:
    opening = db.session.get(Opening, opening_id)
    if opening is None:
        raise NotFound("no_such_opening")
    return opening


def _custodian(staff_id: int, verb: Verb) -> accounts.Actor:
    person = accounts.get(staff_id)
    if person is None or not person.active or not person.may(verb):
        raise Forbidden("custodian_only")
    return person


def _sealed(vault: Vault, report_id: int, award_id: int | None) -> tuple[bytes, str, bytes]:
    if vault is Vault.CONTACT:
        contact = db.session.get(Contact, report_id)
        if contact is None:
            raise NotFound("no_contact")
        where = sealing.place(Contact.__tablename__, report_id, "phone")
        return contact.phone_sealed, contact.key_id, where
    payee = db.session.get(Payee, award_id) if award_id is not None else None
    if payee is None or payee.report_id != report_id:
        raise NotFound("no_payee")
    return payee.sealed, "", sealing.place(Payee.__tablename__, payee.award_id, "sealed")


def _note(what: str, opening_id: int, report_id: int, *, by: int, now: datetime) -> None:
    audit.record(
        actor=f"staff:{by}", action=f"identity.{what}", subject=f"report:{report_id}", now=now,
        detail={"opening": opening_id},
    )  # fmt: skip
