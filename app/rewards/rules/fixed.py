"""A fixed sum for an event: detention, arrest, verdict, a penalty at all."""

from app.core.money import yuan
from app.rewards.rules.document import Component
from app.rewards.rules.facts import Facts
from app.rewards.rules.lines import Part


def part(component: Component, _facts: Facts) -> Part:
    """Return the fixed sum."""
    amount = component.money("amount")
    return Part(
        rule="fixed", when=component.when, exact=amount, basis=f"{yuan(int(amount))}",
        facts={"amount_fen": int(amount)},
    )  # fmt: skip
