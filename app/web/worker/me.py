"""W10: who I am here, how much waits, and the way out."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.briefings import queue
from app.places import queries as places
from app.web import access
from app.web.access import needs
from app.web.worker.blueprint import blueprint


@blueprint.get("/me")
@needs(Verb.TASK_READ)
def me() -> ResponseReturnValue:
    """Show name, unit, duty, grids and open tasks."""
    who = access.actor()
    grids = places.grids_of(who.staff_id)
    names = places.names((who.area_code, *grids))
    return render_template(
        "worker/me.html",
        who=who,
        unit=names.get(who.area_code, who.area_code),
        grids=[names.get(code, code) for code in grids],
        counts_of=queue.counts(who.staff_id),
    )
