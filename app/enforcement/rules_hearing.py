"""When the party may ask for a hearing (行政处罚法 63; 生态环境行政处罚办法 46); pure."""

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
