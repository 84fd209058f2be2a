"""A share of a fine with floor and cap: of the fine decided, or of the highest possible one."""

from decimal import Decimal

from app.core.money import yuan
from app.rewards.rules.bounds import bounded
from app.rewards.rules.document import Component
from app.rewards.rules.facts import Facts
from app.rewards.rules.lines import Part


def of_fine(component: Component, facts: Facts) -> Part:
    """Return the share of the fine in the decision."""
    return _share("percent_of_fine", component, facts.fine_fen)


def of_max_fine(component: Component, facts: Facts) -> Part:
    """Return the share of the highest fine that the law provides (case went to the police)."""
    return _share("percent_of_max_fine", component, facts.max_fine_fen)


def _share(rule: str, component: Component, base_fen: int) -> Part:
    rate = component.decimal("rate")
    floor, cap = component.fen("floor"), component.fen("cap")
    exact, capped = bounded(base_fen * rate, floor=floor, cap=cap, name=component.when)
    said = [f"{yuan(base_fen)} × {percent(rate)}"]
    said += [f"≥ {yuan(floor)}"] if floor is not None else []
    said += [f"≤ {yuan(cap)}"] if cap is not None else []
    return Part(
        rule=rule, when=component.when, exact=exact, basis=", ".join(said), capped_by=capped,
        facts={"base_fen": base_fen, "rate": str(rate), "percent": percent(rate),
               "floor_fen": floor, "cap_fen": cap},
    )  # fmt: skip


def percent(rate: Decimal) -> str:
    """Write a rate as people read it: 0.05 → 5%."""
    return f"{(rate * 100).normalize():f}%"
