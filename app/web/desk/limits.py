"""Time limits that a person may move: more time on request, and clocks that a storm stops."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.places import queries as places
from app.sla import extensions, storm, suspensions
from app.web import access
from app.web.access import needs
from app.web.desk.blueprint import blueprint
from app.web.desk.forms import DecideForm, StormForm
from app.web.forms import picks, unfinished
from app.web.i18n import gettext as _

PAGE = "desk/limits.html"


@blueprint.get("/limits")
@needs(Verb.APPROVALS_READ)
def limits() -> ResponseReturnValue:
    """List requests for more time and for rest, and which townships a storm holds."""
    return render_template(PAGE, **shown())


def shown(bad: DecideForm | None = None) -> dict[str, object]:
    """Return what the page shows, with the form that was not accepted."""
    waiting, rests = extensions.waiting(), suspensions.waiting()
    people = accounts.by_ids({row.asked_by for row in waiting} | {row.asked_by for row in rests})
    return {
        "storm_form": _storm_form(),
        "waiting": waiting,
        "rests": rests,
        "resting": suspensions.resting(),
        "rest_forms": {row.id: _decide_form(row.id, bad, letter="s") for row in rests},
        "people": {staff_id: person.name for staff_id, person in people.items()},
        "stopped": storm.stopped_by_township(clock.now()),
        "forms": {row.id: _decide_form(row.id, bad) for row in waiting},
        "bad": bad,
        "names": {area.code: area.name for area in places.townships()},
    }


def _decide_form(key: int, bad: DecideForm | None = None, letter: str = "e") -> DecideForm:
    prefix = f"{letter}{key}-"
    if bad is not None and bad._prefix == prefix:  # noqa: SLF001 - WTForms has no other name
        return bad
    return DecideForm(formdata=None, prefix=prefix)


def _storm_form() -> StormForm:
    form = StormForm()
    form.townships.choices = picks((area.code, area.name) for area in places.townships())
    return form


@blueprint.post("/limits/<int:extension_id>")
@needs(Verb.EXTENSION_DECIDE)
def decide_extension(extension_id: int) -> ResponseReturnValue:
    """Grant or refuse more time, before the limit is over and never to oneself."""
    form = DecideForm(prefix=f"e{extension_id}-")
    if not form.validate_on_submit():
        return unfinished(PAGE, **shown(form))
    try:
        with transaction():
            extensions.decide(
                extension_id, grant=form.agreed, answer=form.note.data or "",
                by=access.actor(), now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        error.field = "note"
        form.refuse(error)
        return unfinished(PAGE, **shown(form))
    flash(_("Decided. The reporter is told.") if form.agreed else _("Decided."))
    return redirect(url_for("desk.limits"), 303)


@blueprint.post("/limits/storm")
@needs(Verb.STORM_SUSPEND)
def begin_storm() -> ResponseReturnValue:
    """Stop the clocks of the chosen townships on a warning's number."""
    form = _storm_form()
    if not form.validate_on_submit():
        return unfinished(PAGE, **shown() | {"storm_form": form})
    with transaction():
        count = storm.begin(
            form.townships.data or [], warning=form.warning.data or "", by=access.actor(),
            now=clock.now(),
        )  # fmt: skip
    flash(_("%(n)s clocks stand still.", n=count))
    return redirect(url_for("desk.limits"), 303)


@blueprint.post("/limits/storm/<code>/over")
@needs(Verb.STORM_SUSPEND)
def end_storm(code: str) -> ResponseReturnValue:
    """Let the clocks of a township run again."""
    with transaction():
        count = storm.end([code], by=access.actor(), now=clock.now())
    flash(_("%(n)s clocks run again.", n=count))
    return redirect(url_for("desk.limits"), 303)
