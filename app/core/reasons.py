"""Words that a person must give: trimmed, and long enough to say something."""

from app.core.errors import Invalid

MIN_REASON = 5
"""Characters of the shortest reason that says something."""


def reason_of(
    words: str, key: str, *, field: str = "reason", least: int = MIN_REASON, **facts: object
) -> str:
    """Return the words trimmed. Raises Invalid `key` with `facts` where they are too short."""
    reason = words.strip()
    if len(reason) < least:
        raise Invalid(key, field=field, least=least, **facts)
    return reason
