"""Sentences for the keys that services refuse with: one table, one file a feature.

A key without a sentence shows the general one and fails a test.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.web import filters
from app.web.messages import (
    accounts,
    cases,
    enforcement,
    feedback,
    fieldwork,
    flags,
    frame,
    identity,
    intake,
    media,
    notify,
    places,
    rates,
    rewards,
    sla,
    spotchecks,
    supervision,
    worktime,
)

MESSAGES: dict[str, LazyString] = {
    **frame.MESSAGES, **accounts.MESSAGES, **cases.MESSAGES, **enforcement.MESSAGES,
    **feedback.MESSAGES, **fieldwork.MESSAGES, **flags.MESSAGES, **identity.MESSAGES,
    **intake.MESSAGES, **media.MESSAGES, **notify.MESSAGES, **places.MESSAGES, **rates.MESSAGES,
    **rewards.MESSAGES, **sla.MESSAGES, **spotchecks.MESSAGES, **supervision.MESSAGES,
    **worktime.MESSAGES,
}  # fmt: skip
GENERAL = _l("This could not be done. Nothing was changed.")


def sentence(key: str, facts: dict[str, object]) -> str:
    """Return the sentence for a refusal in the reader's language, its blanks filled."""
    words = str(MESSAGES.get(key, GENERAL))
    try:
        return words % {name: _written(fact) for name, fact in facts.items()} if facts else words
    except (KeyError, TypeError, ValueError):
        return str(GENERAL)


def _written(fact: object) -> str:
    """Write a fact as readers do: moments in local time, lists in a row."""
    if isinstance(fact, datetime):
        return filters.moment(fact)
    if isinstance(fact, (list, tuple)):
        return "; ".join(str(item) for item in fact)
    return str(fact)
