"""When the party may ask for a hearing, what its notice covers (行政处罚法 44, 45, 63); pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.enforcement.workflow import PenaltyKind


class Ground(StrEnum):
    """Why the rule grants a hearing."""

    FINE = "fine"
    CONFISCATION = "confiscation"
    SHUTDOWN = "shutdown"
    LICENCE = "licence"


class Heavier(StrEnum):
    """In what a decision goes beyond what the party was told."""

    AMOUNT = "amount"
    KINDS = "kinds"


LIGHTEST = frozenset({PenaltyKind.WARNING})
"""A warning alone is below whatever was planned (行政处罚法 9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version: fines of so many fen or more, and the kinds that always grant a hearing.

    `source` says by language where it stands. The value of what is confiscated stands in no field,
    so each confiscation counts as large.
    """

    key: str
    valid_from: date
    source: Mapping[str, str]
    citizen_fen: int
    organisation_fen: int
    kinds: tuple[PenaltyKind, ...]


def ground(
    policy: Policy, *, kinds: Collection[PenaltyKind], amount_fen: int, organisation: bool
) -> Ground | None:
    """Return the first ground on which a planned penalty grants a hearing, None for none."""
    least = policy.organisation_fen if organisation else policy.citizen_fen
    if PenaltyKind.FINE in kinds and amount_fen >= least:
        return Ground.FINE
    return next((Ground(kind) for kind in policy.kinds if kind in kinds), None)


def heavier(
    *,
    planned: Collection[PenaltyKind],
    planned_fen: int,
    kinds: Collection[PenaltyKind],
    amount_fen: int,
) -> Heavier | None:
    """Return in what a decision goes beyond its notice, None where the notice covers it.

    The party must have been told what the penalty is (行政处罚法 44), and to speak up must not
    cost it more (45): a higher fine or a kind that was not planned needs a new notice.
    """
    if amount_fen > planned_fen:
        return Heavier.AMOUNT
    untold = set(kinds) - set(planned)
    return Heavier.KINDS if untold and set(kinds) != LIGHTEST else None
