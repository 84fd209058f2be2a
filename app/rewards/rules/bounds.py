"""Keep an exact amount between a floor and a cap, and remember which one held it."""

from decimal import Decimal


def bounded(
    exact: Decimal, *, floor: int | None, cap: int | None, name: str
) -> tuple[Decimal, str | None]:
    """Return the amount within its bounds (fen) and the name of the cap that cut it, if one did."""
    if floor is not None and exact < floor:
        return Decimal(floor), None
    if cap is not None and exact > cap:
        return Decimal(cap), name
    return exact, None
