"""A sum by how serious the matter is and how much the report contributed."""

from decimal import Decimal

from app.rewards.rules.document import RuleDoc
from app.rewards.rules.facts import Facts, FactsFault
from app.rewards.rules.lines import Part


def part(doc: RuleDoc, facts: Facts) -> Part | None:
    """Return the sum of the field; None when the rule set has no grid or a side is not stated."""
    if not doc.grid or facts.severity is None or facts.contribution is None:
        return None
    row = doc.grid.get(facts.severity)
    if row is None:
        raise FactsFault(f"severity: {facts.severity!r} is not one of {', '.join(doc.grid)}")
    if facts.contribution not in row:
        raise FactsFault(f"contribution: {facts.contribution!r} is not one of {', '.join(row)}")
    return Part(
        rule="grid", exact=Decimal(row[facts.contribution]),
        basis=f"{facts.severity} × {facts.contribution}",
        facts={"severity": facts.severity, "contribution": facts.contribution},
    )  # fmt: skip
