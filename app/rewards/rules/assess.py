"""The order of computing (domain.md §7): parts, stacking, insider, caps, one rounding, split."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from app.core.money import fen, yuan
from app.rewards.rules import classes, exclusions, fixed, grid, percent, picked, tiers
from app.rewards.rules.bounds import bounded
from app.rewards.rules.document import Component, RuleDoc, RuleFault, Stacking
from app.rewards.rules.facts import CRIMINAL, Facts
from app.rewards.rules.lines import Assessment, Line, Part
from app.rewards.rules.split import shares

KINDS: dict[str, Callable[[Component, Facts], Part]] = {
    "fixed": fixed.part,
    "percent_of_fine": percent.of_fine,
    "percent_of_max_fine": percent.of_max_fine,
    "range": picked.within,
    "up_to": picked.up_to,
}


def assess(rule_set: RuleDoc, facts: Facts) -> Assessment:
    """Return what the facts are worth under a rule set, with every step of the arithmetic.

    Raises FactsFault for a class or field that the rule set does not have.
    """
    reason = exclusions.excluded(rule_set, facts)
    if reason is not None:
        line = Line(rule="excluded", when=reason, basis=reason, amount_fen=0)
        return _finish(Decimal(0), [line], facts, excluded=reason, capped_by=None, needs=())
    base, criminal = _parts(rule_set, facts)
    exact, lines, capped = _stack(rule_set.stacking, base, criminal, rule_set, facts)
    exact, lines, capped = _cap(rule_set, facts, exact, lines, capped)
    return _finish(
        exact, lines, facts, excluded=None, capped_by=capped, needs=_needs(rule_set, facts)
    )


def _parts(doc: RuleDoc, facts: Facts) -> tuple[list[Part], list[Part]]:
    """Return what enters the base, and what criminal events add to it."""
    found = (classes.part(doc, facts), grid.part(doc, facts), tiers.part(doc, facts))
    base = [part for part in found if part is not None]
    criminal: list[Part] = []
    for component in doc.components:
        if component.kind not in KINDS:
            raise RuleFault(f"{component.when}: kind {component.kind!r} is unknown")
        if facts.holds(component.when):
            side = criminal if component.when in CRIMINAL else base
            side.append(KINDS[component.kind](component, facts))
    return base, criminal


def _stack(
    mode: Stacking, base: list[Part], criminal: list[Part], doc: RuleDoc, facts: Facts
) -> tuple[Decimal, list[Line], str | None]:
    if mode is Stacking.HIGHEST:
        base, criminal = base + criminal, []
    if mode is Stacking.SUM:
        exact, lines, capped = _sum(base)
    else:
        exact, lines, capped = _highest(base)
    exact, lines, capped = _double(doc, facts, exact, lines, capped)
    added, more, capped_too = _sum(criminal)
    return exact + added, lines + more, capped or capped_too


def _sum(parts: Sequence[Part]) -> tuple[Decimal, list[Line], str | None]:
    capped = next((part.capped_by for part in parts if part.capped_by), None)
    total = sum((part.exact for part in parts), Decimal(0))
    return total, [Line.of(part) for part in parts], capped


def _highest(parts: Sequence[Part]) -> tuple[Decimal, list[Line], str | None]:
    if not parts:
        return Decimal(0), [], None
    best = max(parts, key=lambda part: part.exact)
    lines = [Line.of(part, counted=part is best) for part in parts]
    if len(parts) > 1:
        lines.append(
            Line(
                rule="highest",
                when="",
                basis=" | ".join(part.rule for part in parts),
                amount_fen=fen(best.exact),
                counted=False,
            )
        )
    return best.exact, lines, best.capped_by


def _double(
    doc: RuleDoc, facts: Facts, exact: Decimal, lines: list[Line], capped: str | None
) -> tuple[Decimal, list[Line], str | None]:
    if doc.insider is None or not facts.insider or not exact:
        return exact, lines, capped
    rule = doc.insider
    doubled, cut = bounded(exact * rule.multiplier, floor=None, cap=rule.cap_fen, name="insider")
    basis = f"{yuan(fen(exact))} × {rule.multiplier.normalize():f}"
    basis += "" if rule.cap_fen is None else f", ≤ {yuan(rule.cap_fen)}"
    line = Line(
        rule="insider", when="", basis=basis, amount_fen=fen(doubled) - fen(exact),
        facts={"multiplier": str(rule.multiplier), "cap_fen": rule.cap_fen,
               "result_fen": fen(doubled)},
    )  # fmt: skip
    return doubled, [*lines, line], cut or capped


def _cap(
    doc: RuleDoc, facts: Facts, exact: Decimal, lines: list[Line], capped: str | None
) -> tuple[Decimal, list[Line], str | None]:
    """Apply the caps of the case, then of the person and month."""
    left = doc.cap_person_month_fen
    left = None if left is None else max(0, left - facts.person_month_fen)
    for name, cap in (("cap_total", doc.cap_total_fen), ("cap_person_month", left)):
        cut, by = bounded(exact, floor=None, cap=cap, name=name)
        if by is not None:
            lines = [
                *lines,
                Line(rule=name, when="", basis=f"{yuan(fen(exact))}, ≤ {yuan(cap or 0)}",
                     amount_fen=fen(cut) - fen(exact), facts={"cap_fen": cap}),
            ]  # fmt: skip
            exact, capped = cut, by
    return exact, lines, capped


def _needs(doc: RuleDoc, facts: Facts) -> tuple[str, ...]:
    """Return whose consent the picked parts need."""
    return tuple(c.needs for c in doc.components if c.needs and facts.holds(c.when))


def _finish(
    exact: Decimal, lines: list[Line], facts: Facts, *, excluded: str | None,
    capped_by: str | None, needs: tuple[str, ...],
) -> Assessment:  # fmt: skip
    """Round once, take earlier stages off, split."""
    total = fen(exact)
    rest = total - facts.earlier_fen
    if facts.earlier_fen:
        lines = [
            *lines,
            Line(rule="total", when="", basis="", amount_fen=total, counted=False),
            Line(rule="earlier", when="", basis=yuan(facts.earlier_fen),
                 amount_fen=-facts.earlier_fen),
        ]  # fmt: skip
    amount = max(0, rest)
    parts = shares(amount, facts.joint_reporters)
    if len(parts) > 1:
        lines = [
            *lines,
            Line(rule="split", when="", basis=f"{yuan(amount)} ÷ {len(parts)}",
                 amount_fen=parts[0], counted=False,
                 facts={"people": len(parts), "others_fen": parts[-1]}),
        ]  # fmt: skip
    return Assessment(
        total_fen=total, amount_fen=amount, overpaid_fen=max(0, -rest), lines=tuple(lines),
        excluded=excluded, capped_by=capped_by, shares=parts, needs=needs,
    )  # fmt: skip
