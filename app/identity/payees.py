"""Who is to be paid: checked, sealed to the custodian, forgotten after its time."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import delete

from app.accounts import service as staff
from app.audit import service as audit
from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Refused
from app.identity import rules, sealing
from app.identity import service as identity
from app.identity.keys import current
from app.identity.models import Payee
from app.identity.relatives import Marks, tie_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeDetails:
    """Who is to be paid and where; asked only when a reward is claimed."""

    name: str = field(repr=False)
    identity_number: str = field(repr=False)
    account: str = field(repr=False)
    bank: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    relation: str = ""
    stands_for: str = field(default="", repr=False)


def marks_of(details: PayeeDetails, *, now: datetime) -> Marks:
    """Return the blind indexes of a payee: of the person, and of every phone number given.

    Raises Invalid for a wrong identity number, for a child and for what is missing.
    """
    number = rules.identity_number(details.identity_number)
    if number is None:
        raise Invalid("identity_number_invalid", field="identity_number")
    if rules.age(number, clock.local(now).date()) < rules.OF_AGE:
        raise Invalid("payee_minor", field="identity_number")
    if not details.name.strip() or not details.account.strip():
        raise Invalid("payee_missing", field="account" if details.name.strip() else "name")
    given = (text for text in (details.phone, details.account) if rules.phone(text))
    phones = frozenset(identity.phone_index(text) for text in given)
    return Marks(person=staff.person_index(number), phones=phones)


def seal_payee(award_id: int, details: PayeeDetails, *, report_id: int, now: datetime) -> str:
    """Seal who is to be paid to the custodian and return the payee's blind index.

    Raises what `marks_of` raises, Forbidden for staff as payee (R-M3; who may be paid all the same
    after an objection is for rewards to say, staff never), Refused `custody_missing` when this
    process has no custodian's key: nothing is kept in plain.
    """
    public = current().custodian_public
    if public is None:
        raise Refused("custody_missing")
    marks = marks_of(details, now=now)
    if tie_of(Marks(person=marks.person), since=now) is rules.Tie.STAFF:
        raise Forbidden("payee_is_staff")
    number = rules.identity_number(details.identity_number)
    plain = json.dumps(asdict(details) | {"identity_number": number}, ensure_ascii=False).encode()
    where = sealing.place(Payee.__tablename__, award_id, "sealed")
    sealed = sealing.seal_to(public, plain, where=where)
    db.session.merge(
        Payee(award_id=award_id, report_id=report_id, sealed=sealed, payee_index=marks.person,
              sealed_at=now, purge_after=None)
    )  # fmt: skip
    db.session.flush()
    audit.record(actor="reporter", action="identity.payee_sealed", subject=f"award:{award_id}",
                 now=now)  # fmt: skip
    return str(marks.person)


def purge_payees(now: datetime) -> int:
    """Delete payees whose time of keeping is over; return how many."""
    gone = db.session.scalars(
        delete(Payee).where(Payee.purge_after <= now).returning(Payee.award_id)
    ).all()
    for award_id in gone:
        audit.record(actor="system", action="identity.payee_purged", subject=f"award:{award_id}",
                     now=now)  # fmt: skip
    return len(gone)
