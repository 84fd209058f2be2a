"""The words of second looks: why, how far one is, what was found, what followed; pure."""

from enum import StrEnum

from app.sla.kinds import ClockKind


class Occasion(StrEnum):
    """Why a closed case is looked at again: drawn by lot, or so many days after closing."""

    DRAWN = "drawn"
    AFTER_30 = "after_30"
    AFTER_90 = "after_90"


CLOCKS = {
    Occasion.DRAWN: ClockKind.RECHECK_30,
    Occasion.AFTER_30: ClockKind.RECHECK_30,
    Occasion.AFTER_90: ClockKind.RECHECK_90,
}
"""Which clock ends with the look; its subject tells a drawn one from a watch."""


class SpotState(StrEnum):
    """How far a second look is. `overtaken`: the case was reopened before anybody went there."""

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


RESULTS_AFTER = (SpotResult.SOLVED, SpotResult.BACK, SpotResult.UNSEEN)
"""What a look after closing may find: whether it ever was solved was checked before it closed."""


class RedrawState(StrEnum):
    """How far a wish to draw a month again is."""

    ASKED = "asked"
    DRAWN = "drawn"
    REFUSED = "refused"


class SpotAnswer(StrEnum):
    """What the supervisor decided on a failed spot check; a machine never reopens."""

    REOPENED = "reopened"
    LEFT = "left"
