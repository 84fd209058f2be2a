"""Words of a rating and the time in which it may be given (domain.md §3, decision 3); pure."""

from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(days=30)


class Solved(StrEnum):
    """Whether the matter is solved in the reporter's eyes."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Satisfaction(StrEnum):
    """Five answers, best first; the first three count as satisfied."""

    VERY = "very"
    SATISFIED = "satisfied"
    MOSTLY = "mostly"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"


SATISFIED = frozenset({Satisfaction.VERY, Satisfaction.SATISFIED, Satisfaction.MOSTLY})


class RatingReason(StrEnum):
    """Chips for the bad answers (screens.md C9)."""

    NOBODY_CAME = "nobody_came"
    NOT_SOLVED = "not_solved"
    CAME_BACK = "came_back"
    REPLY_UNCLEAR = "reply_unclear"
    PARTLY = "partly"


UNSOLVED = {Solved.PARTLY: RatingReason.PARTLY, Solved.NO: RatingReason.NOT_SOLVED}
"""Answers that ask for a reopening (issue 2), and its reason where nothing else was written."""


class RequestState(StrEnum):
    """How far a reopen request is."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


def window_ends(closed_at: datetime) -> datetime:
    """Return until when a closed case may be rated and contested: 30 days after its closing."""
    return closed_at + WINDOW


def may_rate(closed_at: datetime | None, now: datetime) -> bool:
    """Say whether a case that closed at `closed_at` may be rated now."""
    return closed_at is not None and closed_at <= now <= window_ends(closed_at)
