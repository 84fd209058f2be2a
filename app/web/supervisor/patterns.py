"""Patterns that make a rate look better than the work is, each with its cases."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import NotFound
from app.places import queries as places
from app.rates import detectors
from app.rates.detectors import Hit
from app.web.access import needs
from app.web.labels import label
from app.web.supervisor import period
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.case import who


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One hit in words."""

    hit: Hit
    town: str
    by: str
    about: str


@blueprint.get("/patterns")
@needs(Verb.RATES_READ)
def patterns() -> ResponseReturnValue:
    """Show how often each pattern was found."""
    chosen = period.chosen()
    found = detectors.counts(chosen.period, now=clock.now())
    return render_template("supervisor/patterns.html", chosen=chosen, found=found)


@blueprint.get("/patterns/<key>")
@needs(Verb.RATES_READ)
def pattern(key: str) -> ResponseReturnValue:
    """Show the cases of one pattern."""
    if key not in detectors.DETECTORS:
        raise NotFound("not_found")
    chosen, number = period.chosen(), max(1, request.args.get("page", 1, type=int))
    page = detectors.hits(key, chosen.period, now=clock.now(), number=number)
    return render_template(
        "supervisor/pattern.html", chosen=chosen, key=key, page=page, lines=_lines(list(page.rows))
    )


def _lines(rows: list[Hit]) -> list[Line]:
    names = places.names(row.township_code for row in rows)
    ids = {int(row.actor[6:]) for row in rows if row.actor.startswith("staff:")}
    people = {staff_id: one.name for staff_id, one in accounts.by_ids(ids).items()}
    return [
        Line(
            hit=row, town=names.get(row.township_code or "", ""), by=who(row.actor, people),
            about="" if row.about == "urgency" else str(label(row.about, "PauseReason")),
        )
        for row in rows
    ]  # fmt: skip
