"""V1: the five rates of a time and an area, what must be dealt with today, the ranking."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Role, Verb
from app.briefings import watch
from app.core import clock
from app.places import queries as places
from app.rates import BY_KEY, RATES
from app.rates import queries as rates
from app.rates.beside import BESIDE_BY_KEY
from app.rates.definition import DEFINITION_VERSION
from app.rates.queries import Group
from app.sla import queries as sla
from app.web.access import needs
from app.web.forms import picks
from app.web.i18n import gettext as _
from app.web.labels import LABELS
from app.web.supervisor import beside, figures, period
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.figures import Drawn, League
from app.web.supervisor.forms import ScopeForm
from app.web.supervisor.period import Chosen

Must = tuple[int, str, str, bool]


@blueprint.get("", endpoint="rates")
@needs(Verb.RATES_READ)
def five() -> ResponseReturnValue:
    """Show the five rates."""
    chosen, ranked = period.chosen(), request.args.get("rank", "")
    if ranked not in BY_KEY:
        ranked = RATES[0].key
    return render_template(
        "supervisor/rates.html",
        chosen=chosen,
        rows=drawn(chosen),
        compared=figures.compared(chosen),
        must=must(),
        ranked=ranked,
        keys=[rate.key for rate in RATES],
        league=league(ranked, chosen),
        form=scope_form(chosen),
        small=beside.small(chosen),
        audited=beside.claimed_and_audited(chosen),
        version=DEFINITION_VERSION,
    )


def drawn(chosen: Chosen) -> list[Drawn]:
    """Return the five rates as the page draws them."""
    now = clock.now()
    rated = rates.figure(BESIDE_BY_KEY["response"], chosen.period, now=now, scope=chosen.scope)
    return [
        figures.drawn(row, chosen, rated if row.rate.key == "satisfaction" else None)
        for row in rates.five(chosen.period, now=now, scope=chosen.scope)
    ]


def must() -> list[Must]:
    """Return what must be dealt with today, each number with its list."""
    now = clock.now()
    numbers = watch.counts(now=now)
    late = sla.overdue(now=now, size=1).total
    words = {
        watch.Watch.NEAR: _("Nearly late"), watch.Watch.CHECK: _("To check"),
        watch.Watch.REWORK: _("Sent back"), watch.Watch.BAD: _("Rated badly"),
    }  # fmt: skip
    rows: list[Must] = [(late, _("Late"), url_for("supervisor.overdue"), True)]
    return rows + [
        (numbers[what], said, url_for("supervisor.watch", what=str(what)), False)
        for what, said in words.items()
    ]


def league(key: str, chosen: Chosen) -> League | None:
    """Return the ranking of what lies below the chosen area, over twelve weeks; none for a grid."""
    if chosen.scope.grid_code or chosen.scope.staff_id:
        return None
    town = chosen.scope.township_code
    group, level = (Group.GRID, "grid") if town else (Group.TOWNSHIP, "township")
    long = chosen.twelve_weeks()
    found = rates.by_group(BY_KEY[key], long.period, group, now=clock.now(), scope=long.scope)
    names = places.names(found)
    return figures.league(key, found, names, long, level=level)


def scope_form(chosen: Chosen) -> ScopeForm:
    """Return the form of own days and areas, as it is chosen now."""
    scope = chosen.scope
    form = ScopeForm(
        formdata=None, first=chosen.first, last=chosen.last, township=scope.township_code or "",
        grid=scope.grid_code or "", person=str(scope.staff_id or ""),
        category=scope.category or "", channel=scope.source or "", level=scope.urgency or "",
    )  # fmt: skip
    everywhere = [("", _("All"))]
    for field, table in ((form.category, "Category"), (form.channel, "Source"),
                         (form.level, "Urgency")):  # fmt: skip
        field.choices = picks(everywhere + list(LABELS[table].items()))
    town = scope.township_code
    form.township.choices = picks(
        everywhere + [(area.code, area.name) for area in places.townships()]
    )
    form.grid.choices = picks(
        everywhere + [(area.code, area.name) for area in (places.children(town) if town else ())]
    )
    people = accounts.holding(Role.GRID_WORKER, area=town) if town else []
    form.person.choices = picks(
        everywhere + [(str(person.staff_id), person.name) for person in people]
    )
    return form
