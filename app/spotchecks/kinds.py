"""The words of spot checks: how far one is, what was found, what followed; pure."""

from enum import StrEnum


class SpotState(StrEnum):
    """How far a spot check is. `overtaken`: the case was reopened before anybody went there."""

    OPEN = "open"
    DONE = "done"
    OVERTAKEN = "overtaken"
    DROPPED = "dropped"


class SpotResult(StrEnum):
    """What the second look found."""

    SOLVED = "solved"
    BACK = "back"
    NEVER = "never"
    UNSEEN = "unseen"


FAILED = frozenset({SpotResult.BACK, SpotResult.NEVER})
"""Results after which a supervisor decides whether the case is taken up again."""


class SpotAnswer(StrEnum):
    """What the supervisor decided on a failed spot check; a machine never reopens."""

    REOPENED = "reopened"
    LEFT = "left"
