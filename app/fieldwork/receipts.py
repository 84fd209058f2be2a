"""What a phone has sent already: a form that comes again is answered, not taken twice (UX-11)."""

from datetime import datetime

from app.accounts.queries import Actor
from app.core.db import db
from app.core.errors import Invalid
from app.fieldwork.models import FieldReceipt

LONGEST_KEY = 64


def taken(key: str, *, by: Actor) -> bool:
    """Say whether this person's form of that key was taken before."""
    row = db.session.get(FieldReceipt, key) if key else None
    return row is not None and row.staff_id == by.staff_id


def keep(key: str, *, by: Actor, now: datetime) -> None:
    """Note, in the transaction of the act, that a form is taken; one without a key is not noted.

    Raises Invalid `bad_request` for a key that no page of ours makes.
    """
    if not key:
        return
    if len(key) > LONGEST_KEY:
        raise Invalid("bad_request")
    db.session.add(FieldReceipt(key=key, staff_id=by.staff_id, at=now))
    db.session.flush()
