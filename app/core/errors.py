"""What a service may refuse, in words that a reader can act on.

`key` names the refusal for translation (`app/web/errors.py` and the catalogues hold the sentence),
`facts` fill its blanks. A service never writes a sentence for the reader itself.
"""

from typing import Any


class Refused(Exception):
    """The request is understood and cannot be carried out; nothing was changed."""

    status = 409

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class Invalid(Refused):
    """What was entered must be corrected; `field` says where."""

    status = 422

    def __init__(self, key: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(key, **facts)
        self.field = field


class NotFound(Refused):
    """There is no such thing for this reader."""

    status = 404

    def __init__(self, key: str = "not_found", **facts: Any) -> None:
        super().__init__(key, **facts)


class Forbidden(Refused):
    """The reader may not do this; `key` says who may."""

    status = 403


class Stale(Refused):
    """Somebody else was quicker: the expected state no longer holds."""

    status = 409


class Limited(Refused):
    """Too many tries; `retry_after` is in seconds."""

    status = 429

    def __init__(self, key: str, *, retry_after: int, **facts: Any) -> None:
        super().__init__(key, **facts)
        self.retry_after = retry_after
