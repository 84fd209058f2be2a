"""The register of near relatives of staff: declared by keyed index, looked up at the claim.

Staff and their near relatives earn no reward (domain.md §7, R-M3). Nobody can read the register
back: it answers only whether a number that is given stands in it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts import queries as accounts
from app.accounts import service as staff
from app.audit import service as audit
from app.core.db import claim, db
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.identity import rules
from app.identity import service as identity
from app.identity.models import Contact, Relative
from app.identity.rules import Kinship, Tie

MOST = 40
"""So many standing declarations of one person; more is a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The blind indexes by which somebody may stand in the register."""

    person: str | None = None
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeView:
    """A declaration as who made it reads it: there is no number to show."""

    id: int
    kinship: Kinship
    by_person: bool
    by_phone: bool
    declared_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What administrators and auditors see of the register."""

    standing: int
    withdrawn: int
    declarers: int


def declare(
    staff_id: int, *, kinship: Kinship, now: datetime, identity_number: str = "", phone: str = ""
) -> int:
    """Put a relative into the register; only keyed indexes are kept. Return the row's id.

    Raises Invalid for wrong numbers, none, or the person's own; Refused for one declared before.
    """
    marks = _marks(identity_number, phone)
    me = accounts.get(staff_id)
    if me is None:
        raise NotFound("no_such_staff")
    if marks.person is not None and marks.person == me.person_index:
        raise Invalid("relative_is_self", field="identity_number")
    if sum(row.withdrawn_at is None for row in own(staff_id)) >= MOST:
        raise Refused("relatives_full", n=MOST)
    row = Relative(staff_id=staff_id, kinship=kinship, person_index=marks.person,
                   phone_index=next(iter(marks.phones), None), declared_at=now)  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Refused("relative_declared") from None
    by = [name for name, held in (("person", row.person_index), ("phone", row.phone_index)) if held]
    audit.record(
        actor=me.key, action="identity.relative_declared", subject=me.key, now=now,
        detail={"relative": row.id, "by": by},
    )  # fmt: skip
    return row.id


def _marks(identity_number: str, phone: str) -> Marks:
    if not identity_number.strip() and not phone.strip():
        raise Invalid("relative_missing", field="identity_number")
    person = None
    if identity_number.strip():
        number = rules.identity_number(identity_number)
        if number is None:
            raise Invalid("identity_number_invalid", field="identity_number")
        person = staff.person_index(number)
    phones = frozenset({identity.phone_index(phone)}) if phone.strip() else frozenset[str]()
    return Marks(person=person, phones=phones)


def withdraw(relative_id: int, *, staff_id: int, now: datetime) -> None:
    """End an own declaration; it counts on for what was reported before this moment.

    Raises NotFound for another's, Stale when it was withdrawn before.
    """
    row = db.session.get(Relative, relative_id)
    if row is None or row.staff_id != staff_id:
        raise NotFound("no_such_relative")
    won = claim(
        update(Relative)
        .where(Relative.id == relative_id, Relative.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    if not won:
        raise Stale("relative_withdrawn")
    audit.record(
        actor=f"staff:{staff_id}", action="identity.relative_withdrawn",
        subject=f"staff:{staff_id}", now=now, detail={"relative": relative_id},
    )  # fmt: skip


def own(staff_id: int) -> list[RelativeView]:
    """Return what a person declared, standing ones first, then the newest."""
    rows = db.session.scalars(
        select(Relative).where(Relative.staff_id == staff_id).order_by(Relative.id.desc())
    ).all()
    views = [
        RelativeView(
            id=row.id, kinship=row.kinship, by_person=row.person_index is not None,
            by_phone=row.phone_index is not None, declared_at=row.declared_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(views, key=lambda view: view.withdrawn_at is not None)


def counts() -> Counts:
    """Count declarations; who declared whom is nobody's to see."""
    rows, standing, people = db.session.execute(
        select(
            func.count(),
            func.count().filter(Relative.withdrawn_at.is_(None)),
            func.count(Relative.staff_id.distinct()).filter(Relative.withdrawn_at.is_(None)),
        ).select_from(Relative)
    ).one()
    return Counts(standing=standing, withdrawn=rows - standing, declarers=people)


def tie_of(marks: Marks, *, since: datetime) -> Tie | None:
    """Say whether somebody works here, or was a registered relative at `since` or later."""
    if marks.person is not None and accounts.is_person_of_staff(marks.person):
        return Tie.STAFF
    persons = {marks.person} - {None}
    found = select(Relative.id).where(
        or_(Relative.person_index.in_(persons), Relative.phone_index.in_(marks.phones)),
        or_(Relative.withdrawn_at.is_(None), Relative.withdrawn_at > since),
    )
    return Tie.RELATIVE if db.session.scalar(found.limit(1)) is not None else None


def tie_of_contact(report_id: int, *, since: datetime) -> Tie | None:
    """Say the same of the phone number that was left for a report."""
    phone = db.session.scalar(select(Contact.phone_index).where(Contact.report_id == report_id))
    return tie_of(Marks(phones=frozenset({phone})), since=since) if phone else None
