"""Read staff: who acts, who is on duty where, who holds a role."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Staff, Status
from app.accounts.permissions import Role, Verb, covers, may
from app.core.db import db


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A member of staff who acts, as other layers see one."""

    staff_id: int
    username: str
    name: str
    roles: tuple[Role, ...]
    area_code: str
    status: Status
    active: bool
    person_index: str | None = None

    @property
    def key(self) -> str:
        """Return how audit entries name this person."""
        return f"staff:{self.staff_id}"

    def may(self, verb: Verb) -> bool:
        return may(self.roles, verb)

    def sees(self, area: str | None) -> bool:
        """Say whether matters of this township, grid or department are this person's to see."""
        return covers(self.roles, self.area_code, area)

    def is_same_person(self, other: "Actor | None") -> bool:
        """Say whether both are one natural person, also behind two accounts (domain.md §11)."""
        if other is None:
            return False
        same_index = self.person_index is not None and self.person_index == other.person_index
        return self.staff_id == other.staff_id or same_index


def to_actor(row: Staff) -> Actor:
    """Return what other layers may know of an account."""
    return Actor(
        staff_id=row.id,
        username=row.username,
        name=row.name,
        roles=tuple(Role(word) for word in row.roles),
        area_code=row.area_code,
        status=row.status,
        active=row.active,
        person_index=row.person_index,
    )


def get(staff_id: int) -> Actor | None:
    """Return one member of staff."""
    row = db.session.get(Staff, staff_id)
    return to_actor(row) if row else None


def by_username(username: str) -> Actor | None:
    row = db.session.scalar(select(Staff).where(Staff.username == username.strip().lower()))
    return to_actor(row) if row else None


def by_ids(staff_ids: Iterable[int]) -> dict[int, Actor]:
    """Return many members of staff in one read."""
    rows = db.session.scalars(select(Staff).where(Staff.id.in_(set(staff_ids))))
    return {row.id: to_actor(row) for row in rows}


def is_person_of_staff(person_index: str) -> bool:
    """Say whether a natural person holds an account here, a closed one too."""
    found = select(Staff.id).where(Staff.person_index == person_index).limit(1)
    return db.session.scalar(found) is not None


def everybody() -> list[Actor]:
    """Return all accounts by user name, the disabled ones too."""
    return [to_actor(row) for row in db.session.scalars(select(Staff).order_by(Staff.username))]


def holding(role: Role, *, area: str | None = None) -> list[Actor]:
    """Return active staff with the role, of one township where that is given, by name."""
    people = [person for person in everybody() if person.active and role in person.roles]
    if area is not None:
        people = [
            person for person in people if covers((Role.GRID_WORKER,), person.area_code, area)
        ]
    return sorted(people, key=lambda person: person.name)


def has_factor(staff_id: int) -> bool:
    """Say whether the second factor is set up."""
    return db.session.scalar(select(Staff.totp_secret).where(Staff.id == staff_id)) is not None
