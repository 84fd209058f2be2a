"""Bands of fines, half open: a fine exactly on a bound belongs to the higher band."""

from decimal import Decimal

from app.core.money import yuan
from app.rewards.rules.document import RuleDoc, Tier
from app.rewards.rules.facts import Facts
from app.rewards.rules.lines import Part
from app.rewards.rules.percent import percent


def part(doc: RuleDoc, facts: Facts) -> Part | None:
    """Return the amount of the band that holds the fine (or the criminal fine, if higher)."""
    fine = facts.highest_fine_fen
    found = next((tier for tier in doc.tiers if tier.holds(fine)), None)
    if found is None:
        return None
    return Part(
        rule="tier", when="penalty_decision", exact=_exact(found, fine), basis=_basis(found, fine),
        facts={"base_fen": fine, "from_fen": found.min_fen, "to_fen": found.max_fen,
               "percent": None if found.rate is None else percent(found.rate)},
    )  # fmt: skip


def _exact(tier: Tier, fine: int) -> Decimal:
    return Decimal(tier.amount_fen or 0) if tier.rate is None else fine * tier.rate


def _basis(tier: Tier, fine: int) -> str:
    top = "∞" if tier.max_fen is None else yuan(tier.max_fen)
    band = f"{yuan(tier.min_fen)} ≤ {yuan(fine)} < {top}"
    return band if tier.rate is None else f"{band}; {yuan(fine)} × {percent(tier.rate)}"
