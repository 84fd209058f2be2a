"""V2: exactly the records behind one number of a rate, by township, and as a file."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.audit import service as audit
from app.core import clock
from app.core.errors import NotFound
from app.core.tx import transaction
from app.places import queries as places
from app.rates import BY_KEY
from app.rates import queries as rates
from app.rates.definition import DEFINITION_VERSION, Rate
from app.rates.queries import Group, Part
from app.rates.rules import Figure
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.supervisor import figures, listing, period
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.period import Chosen
from app.web.supervisor.sheet import csv_file

SIZE = 50
WHOLE = 100_000
"""The most rows of a file; far above a year of the county."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """How many records of the list lie in one township."""

    name: str
    count: int
    address: str


@blueprint.get("/rate/<key>", endpoint="rate")
@needs(Verb.RATES_READ)
def records(key: str) -> ResponseReturnValue:
    """Show the records that one number counts."""
    rate, part, chosen = _rate(key), _part(), period.chosen()
    now, number = clock.now(), max(1, request.args.get("page", 1, type=int))
    figure = rates.figure(rate, chosen.period, now=now, scope=chosen.scope)
    page = rates.records(
        rate, chosen.period, part, now=now, scope=chosen.scope, number=number, size=SIZE
    )
    grouped = request.args.get("by") == "township"
    return render_template(
        "supervisor/rate.html",
        rate=rate, part=part, chosen=chosen, figure=figure, value=figures.value(figure),
        numbers=numbers(figure), words=words(key), page=page,
        lines=listing.lines(rate, page.rows), grouped=grouped,
        towns=_towns(rate, part, chosen) if grouped else [], version=DEFINITION_VERSION,
    )  # fmt: skip


@blueprint.get("/rate/<key>.csv", endpoint="rate_csv")
@needs(Verb.RATES_READ)
def as_file(key: str) -> ResponseReturnValue:
    """Give the same records as a file; that it was taken is written down."""
    rate, part, chosen, now = _rate(key), _part(), period.chosen(), clock.now()
    page = rates.records(rate, chosen.period, part, now=now, scope=chosen.scope, size=WHOLE)
    with transaction():
        audit.record(
            actor=access.actor().key, action="rates.csv", subject=f"rate:{key}", now=now,
            detail={"part": str(part), "rows": page.total, "asked": chosen.args()},
        )  # fmt: skip
    name = f"{key}-{part}-{chosen.first:%Y%m%d}-{chosen.last:%Y%m%d}"
    return csv_file(listing.table(listing.lines(rate, page.rows)), name)


def _rate(key: str) -> Rate:
    if key not in BY_KEY:
        raise NotFound("not_found")
    return BY_KEY[key]


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
    return {
        Part.TOP: str(label(key, "RateGood")),
        Part.BOTTOM: str(label(key, "RateAll")),
        Part.MISSED: missed,
        Part.EXCLUDED: _("Left out"),
    }


def _towns(rate: Rate, part: Part, chosen: Chosen) -> list[Town]:
    found = rates.by_group(rate, chosen.period, Group.TOWNSHIP, now=clock.now(), scope=chosen.scope)
    names = places.names(found)
    rows = [
        Town(
            name=names.get(code or "", _("No township")), count=numbers(figure)[part],
            address=_leads(rate, part, chosen, code),
        )
        for code, figure in found.items()
    ]  # fmt: skip
    return sorted((row for row in rows if row.count), key=lambda row: (-row.count, row.name))


def _leads(rate: Rate, part: Part, chosen: Chosen, code: str | None) -> str:
    if not code:
        return ""
    args = chosen.args(township=code)
    return url_for("supervisor.rate", key=rate.key, part=str(part), **args)
