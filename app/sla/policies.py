"""Policies of time limits: versions as data, each with the day it holds from; pure."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from app.intake.kinds import CATEGORIES
from app.sla.kinds import ClockKind, PauseReason
from app.worktime.calendar import local
from app.worktime.rules import Allowance

FOLDER = Path(__file__).parent / "data"
URGENCIES = ("red", "yellow", "blue")
ANYWHERE = "*"
OWN = "county-"
"""So begins the key of a version that the county set, before its number."""
CODES = frozenset(CATEGORIES) | {code[0] for code in CATEGORIES}
SPECIAL_KEYS = frozenset({"kind", "category", "source", "all", *URGENCIES})
CASE_UNIT = ""
"""Held by the unit that has the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The limits of one kind by urgency, then by kind of township (`*`: any)."""

    kind: ClockKind
    lengths: Mapping[str, Mapping[str, Allowance]]
    held_by: str = CASE_UNIT
    source: str = ""
    category: str = ""
    """A code of the catalogue, or the letter of its group; empty: every category."""


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
    special: Mapping[tuple[ClockKind, str], Row] = field(default_factory=dict)
    """Rows of single categories, which go before the general one where they have the urgency."""

    def allowance(
        self, kind: ClockKind, urgency: str, township_kind: str = ANYWHERE, category: str = ""
    ) -> Allowance | None:
        """Return the limit, None where this urgency has none of the kind."""
        places = self._places(kind, urgency, category)
        return places.get(township_kind) or places.get(ANYWHERE)

    def depends_on_township(self, kind: ClockKind, urgency: str, category: str = "") -> bool:
        """Say whether the kind of township must be known for the limit."""
        return len(self._places(kind, urgency, category)) > 1

    def _places(self, kind: ClockKind, urgency: str, category: str) -> Mapping[str, Allowance]:
        """Return the limits by township: of the very category, else its group, else of all."""
        rows = (
            self.special.get((kind, category)), self.special.get((kind, category[:1])),
            self.rows.get(kind),
        )  # fmt: skip
        found = (row.lengths.get(urgency) for row in rows if row is not None)
        return next((places for places in found if places), {})

    def holder(self, kind: ClockKind) -> str:
        """Return the office that holds a kind, empty for the case's own unit."""
        row = self.rows.get(kind)
        return row.held_by if row else CASE_UNIT


def read(document: dict[str, Any]) -> Policy:
    """Read one policy file. Raises ValueError, KeyError on a wrong form."""
    rows = [_row(item) for item in document["allowances"]]
    special = [_special(item, rows) for item in document.get("by_category", ())]
    _must_be_once([(row.kind, "") for row in rows])
    _must_be_once([(row.kind, row.category) for row in special])
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
        special={(row.kind, row.category): row for row in special},
    )


def _special(item: dict[str, Any], rows: Sequence[Row]) -> Row:
    """Read a row of one category; it changes a limit that exists, and names one that exists."""
    row = replace(_row(item), category=str(item["category"]))
    if row.category not in CODES:
        raise ValueError(f"no such category: {row.category[:40]!r}")
    general = {one.kind: one for one in rows}.get(row.kind)
    if general is None:
        raise ValueError(f"no general limit of the kind: {row.kind}")
    unknown = [key for key in item if key not in SPECIAL_KEYS]
    if unknown or not row.lengths:
        raise ValueError(f"not a row of limits: {row.kind} {row.category} {unknown}")
    for urgency, places in row.lengths.items():
        if ANYWHERE not in places:
            raise ValueError(f"no limit for other townships: {row.kind} {row.category} {urgency}")
    return replace(row, held_by=general.held_by)


def _must_be_once(keys: Sequence[tuple[ClockKind, str]]) -> None:
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ValueError(f"limits given twice: {twice}")


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
def shipped() -> tuple[Policy, ...]:
    """Return the policies that come with the service, the oldest first."""
    files = FOLDER.glob("allowances-*.json")
    found = [read(json.loads(path.read_text(encoding="utf-8"))) for path in files]
    return tuple(sorted(found, key=lambda policy: policy.valid_from))


def valid(versions: Sequence[Policy], at: datetime) -> Policy:
    """Return the one that holds on the local day, of those of one first day the last.

    What is older than the first keeps the first.
    """
    day = local(at).date()
    held = [policy for policy in versions if policy.valid_from <= day]
    return max(reversed(held), key=lambda policy: policy.valid_from) if held else versions[0]
