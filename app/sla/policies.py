"""Which limits are in force: versions of the policy as data, each with the day it holds from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from app.sla.kinds import ClockKind, PauseReason
from app.worktime.calendar import local
from app.worktime.rules import Allowance

FOLDER = Path(__file__).parent / "data"
URGENCIES = ("red", "yellow", "blue")
ANYWHERE = "*"
CASE_UNIT = ""
"""Held by the unit that has the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The limits of one kind by urgency, then by kind of township (`*`: any)."""

    kind: ClockKind
    lengths: Mapping[str, Mapping[str, Allowance]]
    held_by: str = CASE_UNIT
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A reason that pauses some kinds of clocks, at most for so long."""

    reason: PauseReason
    cap: Allowance
    kinds: frozenset[ClockKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version; a running case keeps the one it began under."""

    key: str
    valid_from: date
    rows: Mapping[ClockKind, Row]
    pauses: Mapping[PauseReason, Pause]

    def allowance(
        self, kind: ClockKind, urgency: str, township_kind: str = ANYWHERE
    ) -> Allowance | None:
        """Return the limit, None where this urgency has none of the kind."""
        row = self.rows.get(kind)
        if row is None:
            return None
        places = row.lengths.get(urgency, {})
        return places.get(township_kind) or places.get(ANYWHERE)

    def depends_on_township(self, kind: ClockKind, urgency: str) -> bool:
        """Say whether the kind of township must be known for the limit."""
        row = self.rows.get(kind)
        return row is not None and len(row.lengths.get(urgency, {})) > 1

    def holder(self, kind: ClockKind) -> str:
        """Return the office that holds a kind, empty for the case's own unit."""
        row = self.rows.get(kind)
        return row.held_by if row else CASE_UNIT


def read(document: dict[str, Any]) -> Policy:
    """Read one policy file. Raises ValueError, KeyError on a wrong form."""
    rows = [_row(item) for item in document["allowances"]]
    pauses = [
        Pause(
            reason=PauseReason(item["reason"]),
            cap=Allowance.read(item["cap"]),
            kinds=frozenset(ClockKind(kind) for kind in item["kinds"]),
        )
        for item in document["pauses"]
    ]
    return Policy(
        key=document["key"],
        valid_from=date.fromisoformat(document["valid_from"]),
        rows={row.kind: row for row in rows},
        pauses={pause.reason: pause for pause in pauses},
    )


def _row(item: dict[str, Any]) -> Row:
    lengths: dict[str, dict[str, Allowance]] = {}
    for urgency in URGENCIES:
        told = item.get(urgency, item.get("all"))
        if told is None:
            continue
        places = told if isinstance(told, dict) else {ANYWHERE: told}
        lengths[urgency] = {place: Allowance.read(text) for place, text in places.items()}
    return Row(
        kind=ClockKind(item["kind"]),
        lengths=lengths,
        held_by=item.get("held_by", CASE_UNIT),
        source=item.get("source", ""),
    )


@cache
def versions() -> tuple[Policy, ...]:
    """Return every policy, the oldest first."""
    files = FOLDER.glob("allowances-*.json")
    found = [read(json.loads(path.read_text(encoding="utf-8"))) for path in files]
    return tuple(sorted(found, key=lambda policy: policy.valid_from))


def in_force(at: datetime) -> Policy:
    """Return the policy of the local day; what is older than the first keeps the first."""
    day = local(at).date()
    valid = [policy for policy in versions() if policy.valid_from <= day]
    return valid[-1] if valid else versions()[0]


def by_key(key: str) -> Policy:
    """Return the policy that a clock names. Raises KeyError."""
    return {policy.key: policy for policy in versions()}[key]
