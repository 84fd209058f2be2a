"""Arithmetic of a figure: percentages, intervals, small samples; pure (domain.md §3)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

FEW = 5
INTERVAL_BELOW = 100
Z = 1.959963984540054


def percent(top: int, bottom: int) -> Decimal | None:
    """Return top/bottom in per cent, half up to two places; None when nothing was due."""
    if bottom == 0:
        return None
    exact = Decimal(top) * 100 / Decimal(bottom)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def wilson(top: int, bottom: int) -> tuple[float, float] | None:
    """Return the 95 % Wilson interval in per cent, None when nothing was due or n ≥ 100."""
    if not 0 < bottom < INTERVAL_BELOW:
        return None
    share, spread = top / bottom, Z * Z / bottom
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / bottom + spread / (4 * bottom))
    return max(0.0, (middle - half) * 100), min(100.0, (middle + half) * 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A rate's numerator and denominator (after exclusions) and how many were excluded."""

    top: int
    bottom: int
    excluded: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Per cent, half up to two places; None is written "—"."""
        return percent(self.top, self.bottom)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson interval in per cent for fewer than a hundred."""
        return wilson(self.top, self.bottom)

    @property
    def few(self) -> bool:
        """Whether the sample is too small to be ranked (样本不足)."""
        return 0 < self.bottom < FEW

    def missed(self, target: int | None) -> bool:
        """Whether a target is set and not reached, judged on the exact fraction."""
        return target is not None and self.bottom > 0 and self.top * 100 < target * self.bottom
