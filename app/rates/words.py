"""Words of the rates: why a record is left out, and which rates a reason may touch; pure."""

from enum import StrEnum


class ExclusionState(StrEnum):
    """How far an exclusion by hand is."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    LIFTED = "lifted"


BY_HAND: dict[str, tuple[str, ...]] = {
    "test": ("arrival", "reply", "closure", "penalty", "satisfaction"),
    "natural_cause": ("penalty",),
    "other_department": ("penalty",),
    "abusive": ("satisfaction",),
}
"""Reasons that a person proposes and another approves, and the rates that they touch."""

OF_REPORT = frozenset({"abusive"})
"""Reasons that are about one report's rating, not about the case."""


def by_hand(rate: str) -> tuple[str, ...]:
    """Return the reasons by hand that leave a record out of a rate."""
    return tuple(reason for reason, rates in BY_HAND.items() if rate in rates)
