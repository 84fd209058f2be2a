"""Filters of the inbox: what a list can be cut down to, with how many cases each choice leaves."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.cases.queries import CaseView
from app.intake import queries as intake
from app.intake.kinds import medium
from app.places import queries as places
from app.sla import queries as sla
from app.web.i18n import gettext as _
from app.web.labels import label

GROUPS = ("source", "kind", "township", "clock", "dup", "photos")
"""Names of the query parameters, in the order of the page."""
YES, NO, NONE = "1", "0", "none"
LONGEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the filters ask of one case: a value for each group."""

    case: CaseView
    values: Mapping[str, str]
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One link of a filter; pressed again the chosen one is given up."""

    value: str
    words: str
    count: int
    chosen: bool


def facts(rows: Sequence[CaseView], now: datetime) -> list[Facts]:
    """Return the cases with their values, nearest clock first, in a fixed number of statements."""
    ids = [row.id for row in rows]
    told, clocks = intake.summaries(ids), sla.next_clock_for(ids)
    found = []
    for row in rows:
        sums, clock = told.get(row.id), clocks.get(row.id)
        values = {
            "source": str(sums.source) if sums else NONE,
            "kind": str(medium(row.category)),
            "township": row.township_code or NONE,
            "clock": str(clock.mood(now)) if clock else NONE,
            "dup": YES if sums and sums.reports > 1 else NO,
            "photos": YES if sums and sums.photos else NO,
        }
        found.append(Facts(case=row, values=values, due_at=clock.due_at if clock else None))
    return sorted(found, key=_nearest)


def _nearest(row: Facts) -> tuple[bool, float]:
    return row.due_at is None, row.due_at.timestamp() if row.due_at else row.case.id


def chosen(args: Mapping[str, str]) -> dict[str, str]:
    """Return the filters that an address asks for; a value that no case has leaves none."""
    return {name: args[name][:LONGEST] for name in GROUPS if args.get(name)}


def keep(rows: Sequence[Facts], wanted: Mapping[str, str]) -> list[Facts]:
    """Return the rows that meet every filter."""
    return [row for row in rows if all(row.values[name] == wanted[name] for name in wanted)]


def choices(rows: Sequence[Facts], wanted: Mapping[str, str]) -> dict[str, list[Choice]]:
    """Return the links of each group; a count says what is left with the other filters as is."""
    found = {}
    for name in GROUPS:
        others = {other: value for other, value in wanted.items() if other != name}
        counts = Counter(row.values[name] for row in keep(rows, others))
        if name in wanted:
            counts.setdefault(wanted[name], 0)
        found[name] = [
            Choice(value=value, words=words(name, value), count=counts[value],
                   chosen=wanted.get(name) == value)
            for value in sorted(counts, key=lambda value: (-counts[value], value))
            if value != NO or wanted.get(name) == NO
        ]  # fmt: skip
    return found


def words(name: str, value: str) -> str:
    """Return how a choice is called."""
    if value == NONE:
        return _("No clock") if name == "clock" else _("Not known")
    if name == "township":
        return places.names([value]).get(value, value)
    if name in ("dup", "photos"):
        return {
            ("dup", YES): _("With duplicates"), ("dup", NO): _("Without duplicates"),
            ("photos", YES): _("With photos"), ("photos", NO): _("Without photos"),
        }.get((name, value), value)  # fmt: skip
    return str(label(value, {"source": "Source", "kind": "Medium", "clock": "Mood"}[name]))
