"""How many numbers one person may compare: the answer says that somebody reported (R-S12)."""

from contextlib import suppress
from datetime import datetime

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core import limits
from app.core.errors import Invalid, Limited
from app.core.limits import Limit
from app.core.tx import transaction
from app.identity import service as identity

NUMBERS = Limit(name="numbers compared", count=40, seconds=3600)
"""Twenty at once, then one in three minutes, as long as a call takes: nobody tries out a list."""
AGAIN = Limit(name="number compared", count=1, seconds=3600)
"""The same number, sent again with each further field of a call, counts once an hour."""


def may_compare(phone: str, *, by: Actor, now: datetime) -> bool:
    """Use up one of the numbers of an hour; what is no whole number uses none. Refusals are kept.

    The entry of the call goes on either way: only the list of the same number is left out.
    """
    try:
        who = f"{by.key}|{identity.phone_index(phone)}"
    except Invalid:
        return True
    if limits.is_used_up(AGAIN, who, now=now):
        return True
    try:
        limits.take(NUMBERS, by.key, now=now)
    except Limited:
        _note(by, now)
        return False
    with suppress(Limited):  # the same number came twice at once
        limits.take(AGAIN, who, now=now)
    return True


def _note(by: Actor, now: datetime) -> None:
    with transaction():
        audit.record(actor=by.key, action="identity.number_refused", subject=by.key, now=now)
