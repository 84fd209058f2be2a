"""An amount that a person picks: within a range, or up to a cap with consent from above."""

from decimal import Decimal

from app.core.money import yuan
from app.rewards.rules.bounds import bounded
from app.rewards.rules.document import Component
from app.rewards.rules.facts import Facts
from app.rewards.rules.lines import Part


def within(component: Component, facts: Facts) -> Part:
    """Return the picked amount inside the range; its lower end while nobody has picked."""
    return _picked("range", component, facts, floor=component.fen("min"), cap=component.fen("max"))


def up_to(component: Component, facts: Facts) -> Part:
    """Return the picked amount up to the cap; nothing while nobody has picked."""
    return _picked("up_to", component, facts, floor=None, cap=component.fen("cap"))


def _picked(
    rule: str, component: Component, facts: Facts, *, floor: int | None, cap: int | None
) -> Part:
    chosen = facts.picked(component.when)
    exact, capped = bounded(Decimal(chosen or 0), floor=floor, cap=cap, name=component.when)
    low = f"{yuan(floor)} – " if floor is not None else "≤ "
    basis = f"{low}{yuan(cap or 0)}; " + ("—" if chosen is None else yuan(chosen))
    return Part(
        rule=rule, when=component.when, exact=exact, basis=basis, capped_by=capped,
        facts={"picked_fen": chosen, "floor_fen": floor, "cap_fen": cap},
    )  # fmt: skip
