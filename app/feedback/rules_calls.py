"""Who is called back after closing, and when a call counts as made (domain.md §4.1); pure."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

SHARE = 30
"""Percent of the cases closed in a month (Ningbo 2019)."""
DAYS = 3
"""Different days on which nobody answered, before a reporter counts as not reached (screens I5)."""


class CallReason(StrEnum):
    """Why a reporter is called; an urgent case and a bad rating always are."""

    URGENT = "urgent"
    DISSATISFIED = "dissatisfied"
    SAMPLE = "sample"


class CallState(StrEnum):
    """How a call-back stands; `spared`: the reporter judged by code before anybody called."""

    OPEN = "open"
    ANSWERED = "answered"
    NOT_REACHED = "not_reached"
    DECLINED = "declined"
    SPARED = "spared"


class CallOutcome(StrEnum):
    """What one call brought."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    WRONG_NUMBER = "wrong_number"


def is_short(chosen: int, closed: int) -> bool:
    """Say whether fewer than 30 % of a month's closed cases are chosen so far."""
    return chosen * 100 < closed * SHARE


def state_after(outcome: CallOutcome, days: Collection[date]) -> CallState:
    """Return where a call-back stands after a call, given the days of all calls so far."""
    if outcome is CallOutcome.NO_ANSWER:
        return CallState.NOT_REACHED if len(set(days)) >= DAYS else CallState.OPEN
    return {
        CallOutcome.ANSWERED: CallState.ANSWERED,
        CallOutcome.DECLINED: CallState.DECLINED,
        CallOutcome.WRONG_NUMBER: CallState.NOT_REACHED,
    }[outcome]
