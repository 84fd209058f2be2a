"""Change accounts: add staff, sign in, second factor, password; flushes, never commits."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from app.accounts import factor, sessions
from app.accounts.models import RecoveryCode, Staff, Status
from app.accounts.permissions import Role
from app.accounts.queries import Actor, to_actor
from app.audit.service import record
from app.core.db import claim, db
from app.core.errors import Invalid, NotFound, Refused

PASSWORD_WORDS = 16
LONGEST_NAME = 40
_keys: dict[str, bytes] = {}


def configure(*, session_key: bytes, index_key: bytes) -> None:
    """Set the secrets of second factors and of the index of natural persons."""
    factor.configure(session_key)
    _keys["index"] = index_key


def new_password() -> str:
    """Return a random first password: an administrator resets, never chooses (safeguards §2.4)."""
    return "".join(secrets.choice(factor.ALPHABET) for _ in range(PASSWORD_WORDS))


def add_staff(
    username: str,
    *,
    name: str,
    roles: Sequence[Role],
    password_hash: str,
    now: datetime,
    area_code: str = "",
    person: str | None = None,
    must_change: bool = True,
    by: str = "system",
) -> Actor:
    """Add an account; `password_hash` comes from `passwords.hashed`, made before the transaction.

    `person` is the identity number (or, in the demo, any name) of the natural person; only its
    keyed index is stored. Raises Invalid `username_taken`, `name_length`.
    """
    username, name = username.strip().lower(), name.strip()
    for field, words in (("username", username), ("name", name)):
        if not 0 < len(words) <= LONGEST_NAME or not words.isprintable():
            raise Invalid("name_length", field=field, most=LONGEST_NAME)
    if db.session.scalar(select(Staff.id).where(Staff.username == username)):
        raise Invalid("username_taken", field="username", username=username)
    row = Staff(
        username=username,
        name=name,
        roles=[str(role) for role in dict.fromkeys(roles)],
        area_code=area_code,
        status=Status.WORKING,
        active=True,
        password_hash=password_hash,
        must_change=must_change,
        person_index=person_index(person) if person else None,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    _note("staff_added", row, by=by, now=now, roles=row.roles, area=area_code)
    return to_actor(row)


def person_index(person: str) -> str:
    """Return the blind index of a natural person, cut to 64 bits (safeguards §2.3)."""
    return hmac.new(_keys["index"], person.strip().encode(), hashlib.sha256).hexdigest()[:16]


def change_staff(
    staff_id: int,
    *,
    by: str,
    now: datetime,
    name: str | None = None,
    roles: Sequence[Role] | None = None,
    area_code: str | None = None,
    status: Status | None = None,
    active: bool | None = None,
) -> Actor:
    """Change what is given; a change of role or area acts on the next request (R-S3)."""
    row = _row(staff_id)
    new = {
        "name": name,
        "roles": None if roles is None else [str(role) for role in roles],
        "area_code": area_code,
        "status": status,
        "active": active,
    }
    changed = {key: value for key, value in new.items() if value is not None}
    for key, value in changed.items():
        setattr(row, key, value)
    if active is False:
        sessions.end_all(staff_id, now=now)
    db.session.flush()
    _note("staff_changed", row, by=by, now=now, **{k: v for k, v in changed.items() if k != "name"})
    return to_actor(row)


def stored_hash(username: str) -> tuple[int | None, str | None]:
    """Return id and password hash of an active account, or two Nones."""
    found = db.session.execute(
        select(Staff.id, Staff.password_hash).where(
            Staff.username == username.strip().lower(), Staff.active
        )
    ).one_or_none()
    return (found.id, found.password_hash) if found else (None, None)


def open_session(
    staff_id: int, *, second_factor: bool, now: datetime, rehashed: str | None = None
) -> str:
    """Start a web session after a right password; it is complete only without a second factor."""
    if rehashed is not None:
        db.session.execute(update(Staff).where(Staff.id == staff_id).values(password_hash=rehashed))
    action = "password_right" if second_factor else "signed_in"
    record(actor=f"staff:{staff_id}", action=action, subject=f"staff:{staff_id}", now=now)
    return sessions.start(staff_id, complete=not second_factor, factor_at=None, now=now)


def note_failure(*, staff_id: int | None, now: datetime) -> None:
    """Write down that somebody failed to sign in; the name that was tried is not kept."""
    subject = f"staff:{staff_id}" if staff_id else "staff:unknown"
    record(actor="system", action="sign_in_failed", subject=subject, now=now)


def use_code(staff_id: int, code: str, *, now: datetime) -> bool:
    """Use up a time code or a recovery code; False when it is wrong or was used (R-S8)."""
    row = _row(staff_id)
    right = _use_time_code(row, code, now=now) or _use_recovery_code(row, code, now=now)
    action = "factor_right" if right else "factor_wrong"
    record(actor=f"staff:{staff_id}", action=action, subject=f"staff:{staff_id}", now=now)
    return right


def set_factor(staff_id: int, secret: str, code: str, *, now: datetime) -> list[str]:
    """Store a new second factor once its first code is right; return the ten recovery codes.

    Raises Invalid("factor_wrong").
    """
    step = factor.matching_step(secret, code, now=now, last=0)
    if step is None:
        raise Invalid("factor_wrong", field="code")
    row = _row(staff_id)
    row.totp_secret = factor.seal(secret, staff_id=staff_id)
    row.totp_step = step
    codes = factor.new_recovery_codes()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    db.session.add_all(
        RecoveryCode(code_hash=factor.recovery_hash(word), staff_id=staff_id, used_at=None)
        for word in codes
    )
    db.session.flush()
    _note("factor_set", row, by=f"staff:{staff_id}", now=now)
    return codes


def set_password(staff_id: int, password_hash: str, *, keep: str, now: datetime) -> None:
    """Store the person's own new password; all other sessions end."""
    row = _row(staff_id)
    row.password_hash = password_hash
    row.must_change = False
    sessions.end_all(staff_id, now=now, but=keep)
    db.session.flush()
    _note("password_changed", row, by=f"staff:{staff_id}", now=now)


def reset(staff_id: int, password_hash: str, *, by: str, now: datetime) -> None:
    """Give a random first password and take the second factor away; ends all sessions."""
    row = _row(staff_id)
    row.password_hash, row.must_change = password_hash, True
    row.totp_secret, row.totp_step = None, 0
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    sessions.end_all(staff_id, now=now)
    db.session.flush()
    _note("staff_reset", row, by=by, now=now)


def close_session(token: str, *, actor: Actor, now: datetime) -> None:
    """Sign out."""
    if sessions.end(token, now=now):
        record(actor=actor.key, action="signed_out", subject=actor.key, now=now)


def _use_time_code(row: Staff, code: str, *, now: datetime) -> bool:
    if row.totp_secret is None:
        return False
    secret = factor.unseal(row.totp_secret, staff_id=row.id)
    step = factor.matching_step(secret, code, now=now, last=row.totp_step)
    if step is None:
        return False
    return claim(
        update(Staff).where(Staff.id == row.id, Staff.totp_step < step).values(totp_step=step)
    )


def _use_recovery_code(row: Staff, code: str, *, now: datetime) -> bool:
    return claim(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == factor.recovery_hash(code),
            RecoveryCode.staff_id == row.id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )


def _row(staff_id: int) -> Staff:
    row = db.session.get(Staff, staff_id)
    if row is None:
        raise NotFound("no_such_staff")
    return row


def _note(action: str, row: Staff, *, by: str, now: datetime, **detail: object) -> None:
    plain = {
        key: str(value) if isinstance(value, Status) else value for key, value in detail.items()
    }
    record(actor=by, action=action, subject=f"staff:{row.id}", now=now, detail=plain)


def check_can_work(actor: Actor) -> None:
    """Refuse work to those who are away. Raises Refused("not_on_duty")."""
    if actor.status is not Status.WORKING:
        raise Refused("not_on_duty", name=actor.name)
