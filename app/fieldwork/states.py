"""The words of tasks, replies and hand-backs; pure."""

from enum import StrEnum


class TaskKind(StrEnum):
    """What a task asks for."""

    VISIT = "visit"
    CHECK = "check"
    SPOT_CHECK = "spot_check"
    RECHECK = "recheck"
    PATROL = "patrol"


class TaskState(StrEnum):
    """How far a task is."""

    OPEN = "open"
    SIGNED = "signed"
    ARRIVED = "arrived"
    DONE = "done"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What the worker says of the matter when he is done; the finding is the checker's."""

    RESOLVED = "resolved"
    PARTLY = "partly"
    UNABLE = "unable"
    NO_POLLUTION = "no_pollution"


class ReplyKind(StrEnum):
    """The first substantive reply of a round, a later one, and the one proposed for the end."""

    FIRST = "first"
    PROGRESS = "progress"
    FINAL = "final"


class PointKind(StrEnum):
    """What a point of a patrol is."""

    START = "start"
    NORMAL = "normal"
    PROBLEM = "problem"
    END = "end"


class HandBackState(StrEnum):
    """How far a hand-back is."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
