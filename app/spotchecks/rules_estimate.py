"""What a stratified sample says of all closed cases: estimate and interval; pure.

Every stratum weighs what it has of the list. The interval is Wilson's with the effective number
of looks (Kish: square of the sum of weights by the sum of squares), which grows as the looks come
near the whole list (finite population): who has looked at everything need not estimate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A part of the list: how many cases, how many looked at, how many of these solved."""

    cases: int
    seen: int
    good: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Shares in per cent; `seen` looks speak for `covered` of all `cases`."""

    share: float
    low: float
    high: float
    seen: int
    covered: int
    cases: int


def estimate(strata: Iterable[Stratum]) -> Estimate | None:
    """Return the estimate over the strata that were looked at; None where nobody looked yet."""
    known = list(strata)
    told = [one for one in known if one.seen]
    covered, seen = sum(one.cases for one in told), sum(one.seen for one in told)
    if not seen:
        return None
    share = sum(one.cases * one.good / one.seen for one in told) / covered
    squares = sum(one.cases * one.cases / one.seen for one in told)
    looks = covered * covered / squares
    left = 1 - seen / covered
    low, high = (share, share) if left <= 0 else _wilson(share, looks / left)
    return Estimate(
        share=share * 100, low=low * 100, high=high * 100, seen=seen, covered=covered,
        cases=sum(one.cases for one in known),
    )  # fmt: skip


def _wilson(share: float, looks: float) -> tuple[float, float]:
    spread = Z * Z / looks
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / looks + spread / (4 * looks))
    return max(0.0, middle - half), min(1.0, middle + half)
