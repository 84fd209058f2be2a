"""W8: a patrol in the own villages: begin, a point a tap, end; each with the phone's position."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.fieldwork import attendance, patrols
from app.places import queries as places
from app.web import access
from app.web.access import needs
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import PatrolForm

TEMPLATE = "worker/patrol.html"
SHOWN = 5


@blueprint.get("/patrol")
@needs(Verb.PATROL)
def patrol() -> ResponseReturnValue:
    """Show the running patrol or the way to begin one, and what the week asks for."""
    return render_template(TEMPLATE, form=PatrolForm(formdata=None), **_context())


@blueprint.post("/patrol/start")
@needs(Verb.PATROL)
def start_patrol() -> ResponseReturnValue:
    """Begin a patrol."""
    form = PatrolForm()
    with transaction():
        patrols.start(form.here(), by=access.actor(), now=clock.now())
    flash(_("The patrol has begun."))
    return redirect(url_for("worker.patrol"), 303)


@blueprint.post("/patrol/point")
@needs(Verb.PATROL)
def patrol_point() -> ResponseReturnValue:
    """Note one place: all normal by one tap, or a problem with words."""
    form = PatrolForm()
    problem = form.what.data == "problem"
    try:
        with transaction():
            patrols.point(
                form.here(), problem=problem, words=form.words.data or "", by=access.actor(),
                now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return unfinished(TEMPLATE, form=form, **_context())
    flash(_("Noted. Please report the pollution as well, so that a case is opened.")
          if problem else _("Noted: all normal."))  # fmt: skip
    return redirect(url_for("worker.patrol"), 303)


@blueprint.post("/patrol/end")
@needs(Verb.PATROL)
def end_patrol() -> ResponseReturnValue:
    """End the patrol."""
    form = PatrolForm()
    with transaction():
        proven = patrols.finish(form.here(), by=access.actor(), now=clock.now())
    counts = _("The patrol is over and counts.")
    lost = _(
        "The patrol is over. No position in your villages was told: "
        "the duty officer decides whether it counts."
    )
    flash(counts if proven else lost)
    return redirect(url_for("worker.patrol"), 303)


def _context() -> dict[str, object]:
    who, now = access.actor(), clock.now()
    running = patrols.running(who.staff_id)
    noted = attendance.points(running.id) if running else []
    grids = places.names(places.grids_of(who.staff_id)) | places.names(
        one.grid_code for one in noted
    )
    return {
        "since": running.started_at if running else None,
        "noted": noted,
        "grids": grids,
        "week": attendance.this_week(who.staff_id, now=now),
        "before": attendance.patrols(staff_id=who.staff_id, size=SHOWN).rows,
    }
