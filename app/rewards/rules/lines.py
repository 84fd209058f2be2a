"""What the arithmetic yields: parts that it weighs, lines that people read, the assessment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.core.money import fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One amount in exact fen that a rule yields, before rounding."""

    rule: str
    when: str = ""
    exact: Decimal
    basis: str
    capped_by: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the work sheet; `counted` says whether it enters the sum below it."""

    rule: str
    when: str
    basis: str
    amount_fen: int
    counted: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, part: Part, *, counted: bool = True) -> "Line":
        """Return the line of a part; its fen are rounded for reading only."""
        return cls(
            rule=part.rule, when=part.when, basis=part.basis, amount_fen=fen(part.exact),
            counted=counted, facts=part.facts,
        )  # fmt: skip

    def dump(self) -> dict[str, Any]:
        """Return the line as JSON."""
        return {
            "rule": self.rule, "when": self.when, "basis": self.basis,
            "amount_fen": self.amount_fen, "counted": self.counted, "facts": dict(self.facts),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a report is worth now.

    `total_fen` is the whole sum, `amount_fen` what is left of it after earlier stages (never
    negative), `overpaid_fen` what would have to come back; `shares` split `amount_fen`, the
    representative's first.
    """

    total_fen: int
    amount_fen: int
    overpaid_fen: int = 0
    lines: tuple[Line, ...] = ()
    excluded: str | None = None
    capped_by: str | None = None
    shares: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()

    def dump(self) -> dict[str, Any]:
        """Return what `rewards explain` writes."""
        lines = [
            {"rule": line.rule, "basis": line.basis, "amount_fen": line.amount_fen}
            for line in self.lines
        ]
        found: dict[str, Any] = {
            "amount_fen": self.amount_fen, "lines": lines, "excluded": self.excluded,
            "capped_by": self.capped_by,
        }  # fmt: skip
        if len(self.shares) > 1:
            found["shares"] = list(self.shares)
        if self.overpaid_fen:
            found["overpaid_fen"] = self.overpaid_fen
        return found
