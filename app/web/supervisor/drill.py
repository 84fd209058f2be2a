"""V2: exactly the records behind one number of a rate, by township, and as a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.audit import service as audit
from app.core import clock
from app.core.errors import NotFound
from app.core.tx import transaction
from app.places import queries as places
from app.rates import BY_KEY
from app.rates import queries as rates
from app.rates.beside import BESIDE_BY_KEY
from app.rates.definition import DEFINITION_VERSION, Rate
from app.rates.queries import Group, Part
from app.rates.rules import Figure
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.requests import page_number
from app.web.supervisor import beside, figures, listing, period
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.period import Chosen
from app.web.supervisor.sheet import FORMATS, as_file

SIZE = 50

GROUPS = {
    "township": Group.TOWNSHIP, "grid": Group.GRID, "person": Group.STAFF, "unit": Group.UNIT,
    "category": Group.CATEGORY, "channel": Group.CHANNEL, "level": Group.URGENCY,
}  # fmt: skip
"""By what a list is grouped: the parameter of the address, and the column."""

LABELLED = {Group.CATEGORY: "Category", Group.CHANNEL: "Source", Group.URGENCY: "Urgency"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """How many records of the list lie in one township, with one person, or are of one kind."""

    name: str
    count: int
    figure: str
    address: str


@blueprint.get("/rate/<key>", endpoint="rate")
@needs(Verb.RATES_READ)
def records(key: str) -> ResponseReturnValue:
    """Show the records that one number counts."""
    rate, part, chosen = _rate(key), _part(), period.chosen()
    now, number = clock.now(), page_number()
    figure = rates.figure(rate, chosen.period, now=now, scope=chosen.scope)
    page = rates.records(
        rate, chosen.period, part, now=now, scope=chosen.scope, number=number, size=SIZE
    )
    by = request.args.get("by", "")
    return render_template(
        "supervisor/rate.html",
        rate=rate, part=part, chosen=chosen, figure=figure, value=figures.value(figure),
        numbers=numbers(figure), words=words(key), page=page, happened=listing.is_rated(key),
        lines=listing.lines(rate, page.rows), by=by if by in GROUPS else "", groups=GROUPS,
        towns=_towns(rate, part, chosen, by) if by in GROUPS else [], version=DEFINITION_VERSION,
        means=beside.means(key, chosen),
    )  # fmt: skip


@blueprint.get("/rate/<key>.<kind>", endpoint="rate_file")
@needs(Verb.RATES_READ)
def rate_file(key: str, kind: str) -> ResponseReturnValue:
    """Give the same records as a file; that it was taken is written down."""
    if kind not in FORMATS:
        raise NotFound("not_found")
    rate, part, chosen, now = _rate(key), _part(), period.chosen(), clock.now()
    rows = rates.how_many(rate, chosen.period, part, now=now, scope=chosen.scope)
    with transaction():
        audit.record(
            actor=access.actor().key, action=f"rates.{kind}", subject=f"rate:{key}", now=now,
            detail={"part": str(part), "rows": rows, "asked": chosen.args()},
        )  # fmt: skip
    found = rates.stream(rate, chosen.period, part, now=now, scope=chosen.scope, most=rows)
    name = f"{key}-{part}-{chosen.first:%Y%m%d}-{chosen.last:%Y%m%d}"
    return as_file(kind, listing.table(rate, found), name, count=rows)


def _rate(key: str) -> Rate:
    found = (BY_KEY | BESIDE_BY_KEY).get(key)
    if found is None:
        raise NotFound("not_found")
    return found


def _part() -> Part:
    asked = request.args.get("part", "")
    return Part(asked) if asked in tuple(Part) else Part.BOTTOM


def numbers(figure: Figure) -> dict[Part, int]:
    """Return how many records each list of a figure holds."""
    return {
        Part.TOP: figure.top,
        Part.BOTTOM: figure.bottom,
        Part.MISSED: figure.bottom - figure.top,
        Part.EXCLUDED: figure.excluded,
    }


def words(key: str) -> dict[Part, str]:
    """Return what the lists of a rate are called."""
    missed = _("Not satisfied") if key == "satisfaction" else _("Not in time")
    if key in BESIDE_BY_KEY:
        missed = _("The others")
    return {
        Part.TOP: str(label(key, "RateGood")),
        Part.BOTTOM: str(label(key, "RateAll")),
        Part.MISSED: missed,
        Part.EXCLUDED: _("Left out"),
    }


def _towns(rate: Rate, part: Part, chosen: Chosen, by: str) -> list[Town]:
    group = GROUPS[by]
    found = rates.by_group(rate, chosen.period, group, now=clock.now(), scope=chosen.scope)
    names = _names(group, found)
    rows = [
        Town(
            name=names.get(code) or _("None named"), count=numbers(figure)[part],
            figure=figures.value(figure), address=_leads(rate, part, chosen, by, code),
        )
        for code, figure in found.items()
    ]  # fmt: skip
    return sorted((row for row in rows if row.count), key=lambda row: (-row.count, row.name))


def _names(group: Group, found: Iterable[Any]) -> dict[Any, str]:
    """Name what a figure was broken down by."""
    codes = [code for code in found if code]
    if group is Group.STAFF:
        return {code: person.name for code, person in accounts.by_ids(codes).items()}
    if group in LABELLED:
        return {code: str(label(code, LABELLED[group])) for code in codes}
    known = places.names(codes)
    return {code: known.get(code) or str(label(code, "Office")) for code in codes}


def _leads(rate: Rate, part: Part, chosen: Chosen, by: str, code: Any) -> str:
    if not code or by == "unit":
        return ""
    args = chosen.args(**{by: code})
    return url_for("supervisor.rate", key=rate.key, part=str(part), **args)
