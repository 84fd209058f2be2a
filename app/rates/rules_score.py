"""The township score of domain.md §8: five weighted rates, less what was done badly; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from app.rates.rules import FEW, Figure

WEIGHTS = {"arrival": 20, "reply": 15, "closure": 25, "penalty": 15, "satisfaction": 25}
"""Points of each rate; they add up to 100."""

EARLY, LATE, LATE_FROM = Fraction(2, 10), Fraction(5, 10), 3
"""Points for the first two times that a case was sent back, and for each time from the third."""

FALSIFIED = Fraction(1)
"""Points for a falsified disposal or a groundless refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What was done badly on one case; `weighty` doubles it (leader-assigned, media)."""

    reworks: int = 0
    falsified: int = 0
    weighty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A score and its parts; `ranked` is False below five closures due."""

    points: Decimal | None
    parts: dict[str, Decimal]
    deducted: Decimal
    ranked: bool


def deduction(fault: Fault) -> Fraction:
    """Return the points that one case costs."""
    early = min(fault.reworks, LATE_FROM - 1)
    points = early * EARLY + (fault.reworks - early) * LATE + fault.falsified * FALSIFIED
    return points * 2 if fault.weighty else points


def score(figures: Mapping[str, Figure], faults: tuple[Fault, ...] = ()) -> Score:
    """Return the score from exact fractions, rounded once; "—" drops out, the rest is scaled."""
    known = {key: weight for key, weight in WEIGHTS.items() if figures[key].bottom}
    shares = {
        key: Fraction(weight * figures[key].top, figures[key].bottom)
        for key, weight in known.items()
    }
    lost = sum((deduction(fault) for fault in faults), Fraction())
    points = None
    if known:
        whole = sum(shares.values(), Fraction()) * 100 / sum(known.values())
        points = max(Fraction(), whole - lost)
    return Score(
        points=None if points is None else _rounded(points),
        parts={key: _rounded(share) for key, share in shares.items()},
        deducted=_rounded(lost),
        ranked=figures["closure"].bottom >= FEW,
    )


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
