"""The facts that a rule set reads (domain.md §7), and which event each of them proves."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

VERIFIED = frozenset({"true", "mostly", "partly"})
"""Findings that count as verified (domain.md §6)."""
FINDINGS = {
    "属实": "true", "部分属实": "partly", "基本属实": "mostly", "不属实": "untrue",
    "无法核实": "unverifiable",
}  # fmt: skip
"""The findings as people write them; JSON's own true and false are understood too."""
EVENTS = {
    "administrative_detention": "detention",
    "arrest_approved": "arrest",
    "guilty_verdict": "verdict",
    "environmental_crime": "crime",
    "major_environmental_impact": "major_impact",
    "transferred_to_police": "police_transfer",
    "no_penalty_by_discretion": "no_penalty",
    "ownerless_radioactive_source_found": "ownerless_radioactive_source_found",
    "special_major_case": "special_major_case",
    "public_bounty": "public_bounty",
}
"""Event named by a component → the fact that proves it; `penalty_decision` is proved by a fine."""
CRIMINAL = frozenset({"administrative_detention", "arrest_approved", "guilty_verdict"})


class FactsFault(ValueError):
    """The facts cannot be read; the message names the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was found; all money in fen. `finding` None means that no check was made.

    `picked_amount` is what the deciding person chose within a range, for all or by event;
    `earlier_fen` was awarded for the same report before; `person_month_fen` was paid to the same
    person this month.
    """

    finding: str | None = None
    on_spot_corrected: bool = False
    order_to_correct: bool = False
    filed: bool = False
    penalty_decision: bool = False
    fine_fen: int = 0
    criminal_fine_fen: int = 0
    max_fine_fen: int = 0
    detention: bool = False
    arrest: bool = False
    verdict: bool = False
    crime: bool = False
    major_impact: bool = False
    police_transfer: bool = False
    no_penalty: bool = False
    ownerless_radioactive_source_found: bool = False
    special_major_case: bool = False
    public_bounty: bool = False
    class_code: str | None = None
    picked_amount: int | Mapping[str, int] | None = None
    severity: str | None = None
    contribution: str | None = None
    insider: bool = False
    joint_reporters: int = 1
    already_known: bool = False
    not_first: bool = False
    staff_or_relative: bool = False
    on_duty: bool = False
    other_scheme_paid: bool = False
    in_media: bool = False
    anonymous: bool = False
    claim_secret: bool = False
    earlier_fen: int = 0
    person_month_fen: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verified(self) -> bool:
        """Say whether the finding counts; an unstated one does where an event proves it."""
        if self.finding is not None:
            return self.finding in VERIFIED
        proofs = (self.class_code, self.severity, self.filed, self.order_to_correct)
        return any((*proofs, self.on_spot_corrected, *map(self.holds, ALL_EVENTS)))

    @property
    def highest_fine_fen(self) -> int:
        """Return the fine of the decision or the criminal fine, whichever is higher."""
        return max(self.fine_fen, self.criminal_fine_fen)

    def holds(self, event: str) -> bool:
        """Say whether an event of a rule set took place; an unknown one never did."""
        if event == "penalty_decision":
            return self.penalty_decision or self.fine_fen > 0
        name = EVENTS.get(event)
        if name is None:
            return bool(self.extra.get(event, False))
        return bool(getattr(self, name))

    def picked(self, event: str) -> int | None:
        """Return the amount in fen that was chosen for an event, None when nobody chose."""
        if isinstance(self.picked_amount, Mapping):
            return self.picked_amount.get(event)
        return self.picked_amount

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Facts":
        """Read facts from JSON; null means unknown. Raises FactsFault naming the field."""
        known: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for name, value in given.items():
            if name not in KINDS or name == "extra":
                extra[name] = value
            elif value is not None:
                known[name] = _checked(name, value)
        return cls(**known, extra=extra)

    def dump(self) -> dict[str, Any]:
        """Return what differs from the default, as JSON."""
        found = {name: getattr(self, name) for name in KINDS if name != "extra"}
        stated = {name: value for name, value in found.items() if value != DEFAULTS[name]}
        if isinstance(self.picked_amount, Mapping):
            stated["picked_amount"] = dict(self.picked_amount)
        return {**self.extra, **stated}


ALL_EVENTS = ("penalty_decision", *EVENTS)
KINDS: dict[str, Any] = {item.name: item.type for item in fields(Facts)}
DEFAULTS: dict[str, Any] = {
    item.name: item.default for item in fields(Facts) if item.default is not MISSING
}
MOST_FEN = 10**13


def _checked(name: str, value: Any) -> Any:
    kind = KINDS[name]
    if name == "finding":
        return _finding(value)
    if kind is bool:
        return _flag(name, value)
    if kind is int:
        return _count(name, value)
    if name == "picked_amount":
        if isinstance(value, Mapping):
            return {str(event): _count(name, fen) for event, fen in value.items()}
        return _count(name, value)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise FactsFault(f"{name}: a word is expected, not {value!r}")
    return str(value)


def _finding(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "untrue"
    word = FINDINGS.get(value, value) if isinstance(value, str) else ""
    if word not in FINDINGS.values():
        known = ", ".join(FINDINGS.values())
        raise FactsFault(f"finding: {value!r} is not one of {known}")
    return str(word)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise FactsFault(f"{name}: true or false is expected, not {value!r}")
    return value


def _count(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_FEN:
        raise FactsFault(f"{name}: a whole number from 0 to {MOST_FEN} is expected, not {value!r}")
    if name == "joint_reporters" and not 1 <= value <= 1000:
        raise FactsFault("joint_reporters: 1 to 1000 are expected")
    return value
