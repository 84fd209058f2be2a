"""The class of a verified report: by its code, or by what was done about it (R1 to R3)."""

from decimal import Decimal

from app.core.money import yuan
from app.rewards.rules.bounds import bounded
from app.rewards.rules.document import RewardClass, RuleDoc
from app.rewards.rules.facts import Facts, FactsFault
from app.rewards.rules.lines import Part

NOTHING = "R0"


def part(doc: RuleDoc, facts: Facts) -> Part | None:
    """Return the amount of the class; None when the rule set has no classes or none is named."""
    code = facts.class_code or _by_facts(doc, facts)
    if not doc.classes or code is None:
        return None
    found = next((item for item in doc.classes if item.code == code), None)
    if found is None:
        known = ", ".join(item.code for item in doc.classes)
        raise FactsFault(f"class_code: {code!r} is not one of {known}")
    return _amount(found, facts)


def _by_facts(doc: RuleDoc, facts: Facts) -> str | None:
    """Return the highest class whose fact holds; verified is at least R1 (decision 28)."""
    if not doc.graded:
        return None
    if not facts.verified:
        return NOTHING
    if facts.filed:
        return "R3"
    return "R2" if facts.order_to_correct else "R1"


def _amount(found: RewardClass, facts: Facts) -> Part:
    told = {"class_code": found.code, "text": found.text}
    if found.amount_fen is not None:
        exact, capped, basis = Decimal(found.amount_fen), None, found.code
    else:
        chosen = facts.picked(found.code)
        exact, capped = bounded(
            Decimal(chosen or 0), floor=found.min_fen, cap=found.max_fen, name="class"
        )
        low, high = yuan(found.min_fen or 0), yuan(found.max_fen or 0)
        basis = f"{found.code}: {low} – {high}; " + ("—" if chosen is None else yuan(chosen))
    return Part(rule="class", exact=exact, basis=basis, capped_by=capped, facts=told)
