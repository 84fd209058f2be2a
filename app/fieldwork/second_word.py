"""The duty officer's word on what somebody did in the field: by another person, with a reason."""

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.core import reasons
from app.core.errors import Forbidden


def reason_of(words: str, *, by: Actor, on: int) -> str:
    """Return the reason of a word on the work of the account `on`, trimmed (domain.md §11).

    Raises Forbidden where it is one's own work, Invalid for a reason that is too short.
    """
    if by.is_same_person(accounts.get(on)):
        raise Forbidden("second_person")
    return reasons.reason_of(words, "handback_reason")
