"""What a county's own limits may say, and what they change; pure.

They are the limits that came with the service, shorter or longer, with rows for single
categories. A limit of the law may be made shorter and keeps its unit; what is somebody's right
stays as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.sla.kinds import ClockKind, PauseReason
from app.sla.policies import ANYWHERE, CODES, Policy, Row
from app.worktime.rules import Allowance

K = ClockKind
LAW: Final = frozenset({
    K.ACCEPT_OUTER, K.CLOSURE_OUTER, K.DECISION, K.SERVE, K.WITHDRAW_PUBLICATION, K.REVIEW,
})  # fmt: skip
"""Limits of a law or regulation, named in the row's source (domain.md §4.1)."""
FIXED: Final = frozenset({K.HEARING})
"""行政处罚法 64: within five working days the party may ask for a hearing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where one limit stands: a kind of clock, at one urgency, for one category and townships.

    `category` is empty for all, `place` is `*` for any kind of township.
    """

    kind: ClockKind
    urgency: str
    category: str = ""
    place: str = ANYWHERE


Place = Cell | PauseReason


class FaultKind(StrEnum):
    """What is wrong with one limit."""

    FORM = "form"
    MISSING = "missing"
    LONGER = "longer"
    FIXED = "fixed"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One limit that cannot be so; `bound` is what the law says."""

    kind: FaultKind
    place: Place
    bound: Allowance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One limit, or cap of a pause, that is another; None where there is none."""

    place: Place
    old: Allowance | None
    new: Allowance | None


def limits(policy: Policy) -> dict[Place, Allowance]:
    """Return every limit and every cap of a pause, in the order in which they are declared."""
    order = {kind: number for number, kind in enumerate(ClockKind)}
    rows = sorted((*policy.rows.values(), *policy.special.values()),
                  key=lambda row: (order[row.kind], row.category))  # fmt: skip
    found: dict[Place, Allowance] = {
        Cell(kind=row.kind, category=row.category, urgency=urgency, place=place): allowance
        for row in rows
        for urgency, places in row.lengths.items()
        for place, allowance in sorted(places.items())
    }
    return found | {pause.reason: pause.cap for pause in policy.pauses.values()}


def changes(old: Policy, new: Policy) -> list[Change]:
    """Return the limits in which two policies differ."""
    before, after = limits(old), limits(new)
    return [
        Change(place=place, old=before.get(place), new=after.get(place))
        for place in before | after
        if before.get(place) != after.get(place)
    ]


def read(told: Mapping[Place, str], base: Policy) -> tuple[dict[Place, Allowance], list[Fault]]:
    """Read what was written for each limit, and say what cannot be so.

    `base` came with the service: what it limits must have a limit, an empty line of a category or
    of some townships falls back to the general one.
    """
    found: dict[Place, Allowance] = {}
    wrong = [Fault(kind=FaultKind.CATEGORY, place=place) for place in told if _is_strange(place)]
    for place, text in told.items():
        if not text.strip():
            continue
        try:
            found[place] = Allowance.read(text)
        except ValueError:
            wrong.append(Fault(kind=FaultKind.FORM, place=place))
    named = {fault.place for fault in wrong}
    wrong += [
        Fault(kind=FaultKind.MISSING, place=place)
        for place in limits(base)
        if _is_general(place) and place not in found and place not in named
    ]
    return found, [*wrong, *_against_law(found, base)]


def _is_strange(place: Place) -> bool:
    return isinstance(place, Cell) and bool(place.category) and place.category not in CODES


def _is_general(place: Place) -> bool:
    return not isinstance(place, Cell) or (not place.category and place.place == ANYWHERE)


def _against_law(found: Mapping[Place, Allowance], base: Policy) -> Iterator[Fault]:
    for place, allowance in found.items():
        if not isinstance(place, Cell):
            continue
        bound = base.allowance(place.kind, place.urgency, place.place)
        if bound is None or allowance == bound:
            continue
        if place.kind in FIXED:
            yield Fault(kind=FaultKind.FIXED, place=place, bound=bound)
        elif place.kind in LAW and (
            allowance.unit is not bound.unit or allowance.length > bound.length
        ):
            yield Fault(kind=FaultKind.LONGER, place=place, bound=bound)


def document(found: Mapping[Place, Allowance], base: Policy) -> dict[str, Any]:
    """Return limits as the document of a policy; holders, sources and pauses are `base`'s own."""
    rows: dict[tuple[ClockKind, str], dict[str, dict[str, str]]] = {}
    for place, allowance in found.items():
        if isinstance(place, Cell):
            row = rows.setdefault((place.kind, place.category), {})
            row.setdefault(place.urgency, {})[place.place] = str(allowance)
    general = [
        _general(row, rows[kind, ""]) for kind, row in base.rows.items() if (kind, "") in rows
    ]
    special = [
        {"kind": str(kind), "category": category, **lengths}
        for (kind, category), lengths in rows.items()
        if category
    ]
    pauses = [
        {"reason": str(pause.reason), "cap": str(found[pause.reason]),
         "kinds": sorted(map(str, pause.kinds))}
        for pause in base.pauses.values()
    ]  # fmt: skip
    return {"allowances": general, "by_category": special, "pauses": pauses}


def _general(row: Row, lengths: dict[str, dict[str, str]]) -> dict[str, Any]:
    told = {"held_by": row.held_by, "source": row.source}
    return {"kind": str(row.kind), **lengths, **{name: said for name, said in told.items() if said}}
