"""Whether a member of staff can be sent out; pure."""

from enum import StrEnum


class Status(StrEnum):
    """Whether a member of staff can be sent out today (domain.md §11)."""

    WORKING = "working"
    DETACHED = "detached"
    LEAVE = "leave"
    OTHER = "other"
