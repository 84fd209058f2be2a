"""Change what is known of a reporter: codes, claim secret, contact; it only flushes."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerificationError
from sqlalchemy import case, delete, func, or_, select, update

from app.audit import service as audit
from app.core.clock import APART
from app.core.db import db
from app.core.errors import Invalid, Limited, NotFound, Refused
from app.core.once import insert_once
from app.core.tx import transaction
from app.identity import codes, rules, sealing
from app.identity.keys import current
from app.identity.models import ClaimSecret, Contact, TrackingCode

DRAWS = 8
SECRET_DIGITS = 6
WRONG_TRIES = 5
LOCKED_FOR = timedelta(days=1)

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, type=Type.ID)
_places = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class SecretHash:
    """A claim secret hashed ahead, outside the transaction that stores it."""

    text: str = field(repr=False)


# --- tracking code ------------------------------------------------------------------------------


def _code_hash(code: str) -> str:
    return sealing.keyed(current().code, "store", code).hex()


def issue_code(report_id: int, *, client_key: str, now: datetime) -> str:
    """Return the 16 digits of a new report; only their keyed hash is stored (decision 1)."""
    for attempt in range(DRAWS):
        code = codes.draw(current().code, client_key, attempt)
        values = {"report_id": report_id, "code_hash": _code_hash(code), "issued_at": now}
        if insert_once(TrackingCode, values, key=("code_hash",)):
            return code
    raise Refused("code_not_drawn")


def issued_code(report_id: int, *, client_key: str) -> str | None:
    """Return the code again for the repeat of a submission; None when it was replaced since."""
    stored = db.session.scalar(
        select(TrackingCode.code_hash).where(TrackingCode.report_id == report_id)
    )
    drawn = (codes.draw(current().code, client_key, attempt) for attempt in range(DRAWS))
    return next((code for code in drawn if _code_hash(code) == stored), None)


def replace_code(report_id: int, *, now: datetime) -> str:
    """Give a report a new code; the old one is void at once (R-T6: only after a proof by phone)."""
    db.session.execute(delete(TrackingCode).where(TrackingCode.report_id == report_id))
    code = issue_code(report_id, client_key=secrets.token_hex(16), now=now)
    audit.record(actor="reporter", action="identity.code_replaced", subject=f"report:{report_id}",
                 now=now)  # fmt: skip
    return code


def valid_check_digit(code: str) -> bool:
    """Say whether a text can be a code at all, before anything is looked up (R-T5)."""
    return codes.read(code) is not None


def find_report(code: str) -> int | None:
    """Return the report of a code as it was typed; None for every code that is none.

    The look-up is by a keyed hash, so its time tells nothing about how much of a guess was right;
    the caller asks the limiter first.
    """
    digits = codes.read(code)
    digest = _code_hash(digits or "")
    report_id = db.session.scalar(
        select(TrackingCode.report_id).where(TrackingCode.code_hash == digest)
    )
    return report_id if digits else None


# --- claim secret -------------------------------------------------------------------------------


def _digits(text: str) -> str:
    digits = codes.bare(text)
    if len(digits) != SECRET_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise Invalid("claim_secret_form", field="secret", n=SECRET_DIGITS)
    if len(set(digits)) < 3 or digits in "01234567890" or digits in "09876543210":
        raise Invalid("claim_secret_easy", field="secret")
    return digits


def hash_secret(digits: str) -> SecretHash:
    """Hash a claim secret before the transaction that stores it (0.1 s). Raises Invalid."""
    with _places:
        return SecretHash(_hasher.hash(_digits(digits)))


def set_claim_secret(report_id: int, secret: str | SecretHash, *, now: datetime) -> None:
    """Set the six digits that collect a reward; only once, so that a thief of the code cannot.

    Raises Invalid for other than six digits and for the easiest, Refused when one is set.
    """
    made = secret if isinstance(secret, SecretHash) else hash_secret(secret)
    values = {"report_id": report_id, "secret_hash": made.text, "tries": 0, "set_at": now}
    if not insert_once(ClaimSecret, values, key=("report_id",)):
        raise Refused("claim_secret_set")
    audit.record(actor="reporter", action="identity.claim_secret", subject=f"report:{report_id}",
                 now=now)  # fmt: skip


def has_claim_secret(report_id: int) -> bool:
    return db.session.get(ClaimSecret, report_id) is not None


def check_claim_secret(report_id: int, digits: str, *, now: datetime) -> bool:
    """Say whether the digits are the claim secret, in transactions of its own around the hashing.

    The try is counted before anything is compared, so 50 tries at once get five answers. Raises
    Limited while locked, NotFound when the reporter never set a secret.
    """
    with transaction():
        stored = _count_try(report_id, now=now)
    with _places:
        try:
            good = bool(_hasher.verify(stored, codes.bare(digits[:40])))
        except VerificationError:
            good = False
    with transaction():
        if good:
            values = {"tries": 0, "locked_until": None}
            db.session.execute(
                update(ClaimSecret).where(ClaimSecret.report_id == report_id).values(**values)
            )
        action = "identity.claim_secret_right" if good else "identity.claim_secret_wrong"
        audit.record(actor="reporter", action=action, subject=f"report:{report_id}", now=now)
    return good


def set_back(now: datetime) -> int:
    """Let locks of claim secrets that last longer than a day end in time; return how many.

    They were set before the clock was set back.
    """
    longer = update(ClaimSecret).where(ClaimSecret.locked_until > now + LOCKED_FOR + APART)
    ended = longer.values(locked_until=now + LOCKED_FOR).returning(ClaimSecret.report_id)
    return len(db.session.scalars(ended).all())


def _count_try(report_id: int, *, now: datetime) -> str:
    free = or_(ClaimSecret.locked_until.is_(None), ClaimSecret.locked_until <= now)
    tries = case((ClaimSecret.locked_until.is_not(None), 1), else_=ClaimSecret.tries + 1)
    until = case((tries >= WRONG_TRIES, now + LOCKED_FOR), else_=None)
    stored = db.session.scalar(
        update(ClaimSecret).where(ClaimSecret.report_id == report_id, free)
        .values(tries=tries, locked_until=until)
        .returning(ClaimSecret.secret_hash).execution_options(synchronize_session=False)
    )  # fmt: skip
    if stored is not None:
        return stored
    locked = db.session.scalar(
        select(ClaimSecret.locked_until).where(ClaimSecret.report_id == report_id)
    )
    if locked is None:
        raise NotFound("claim_secret_missing")
    raise Limited("claim_secret_locked", retry_after=max(1, int((locked - now).total_seconds())))


# --- contact ------------------------------------------------------------------------------------


def _phone(text: str) -> str:
    number = rules.phone(text)
    if number is None:
        raise Invalid("phone_invalid", field="phone")
    return number


def phone_index(text: str) -> str:
    """Return the blind index of a phone number. Raises Invalid."""
    return sealing.blind_index(current().index, "phone", _phone(text))


def leave_phone(report_id: int, phone: str, *, now: datetime) -> None:
    """Keep a phone number for messages, sealed to its row; a later one replaces it."""
    keys, number = current(), _phone(phone)
    where = sealing.place(Contact.__tablename__, report_id, "phone")
    db.session.merge(
        Contact(
            report_id=report_id,
            phone_sealed=sealing.seal(keys.contact, number, where=where),
            key_id=sealing.key_id(keys.contact),
            phone_index=phone_index(number),
            left_at=now,
        )
    )
    db.session.flush()
    audit.record(actor="reporter", action="identity.phone_left", subject=f"report:{report_id}",
                 now=now)  # fmt: skip


def has_phone(report_id: int) -> bool:
    found = select(Contact.report_id).where(Contact.report_id == report_id)
    return db.session.scalar(found) is not None


def forget_phone(report_id: int, *, now: datetime) -> None:
    """Delete the phone number of a report."""
    db.session.execute(delete(Contact).where(Contact.report_id == report_id))
    audit.record(actor="reporter", action="identity.phone_forgotten",
                 subject=f"report:{report_id}", now=now)  # fmt: skip


def reports_of_phone(phone: str, *, since: datetime) -> int:
    """Count the reports for which a number was left since a moment (decision 29)."""
    wanted = (Contact.phone_index == phone_index(phone), Contact.left_at >= since)
    return db.session.scalar(select(func.count()).select_from(Contact).where(*wanted)) or 0


def reports_with_phone(phone: str) -> list[int]:
    """Return the reports for which this number was left. Raises Invalid."""
    wanted = select(Contact.report_id).where(Contact.phone_index == phone_index(phone))
    return list(db.session.scalars(wanted))
