"""Cases that rest: the dispatcher asks, a leader decides, either lets them go on (move 18)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.core import clock
from app.core.errors import Invalid, Stale
from app.core.tx import transaction
from app.sla import suspensions
from app.web import access
from app.web.access import needs
from app.web.desk import limits, triage
from app.web.desk.blueprint import blueprint
from app.web.desk.forms import DecideForm
from app.web.forms import refused
from app.web.i18n import gettext as _
from app.web.resting import RestForm


@blueprint.post("/<number>/rest")
@needs(Verb.CASE_ASSIGN)
def rest(number: str) -> ResponseReturnValue:
    """Ask to let a case rest."""
    row, form = cases.by_number(number), RestForm()
    answer = triage.tried(number, "rest_form", form, lambda: suspensions.ask(
        row.id, form.wish(), by=access.actor(), now=clock.now()
    ))  # fmt: skip
    if answer is not None:
        return answer
    flash(_("Asked. Until it is granted every clock runs on."))
    return redirect(url_for("desk.case", number=number), 303)


@blueprint.post("/<number>/rest/back")
@needs(Verb.CASE_ASSIGN)
def rest_back(number: str) -> ResponseReturnValue:
    """Withdraw one's own request."""
    row = cases.by_number(number)
    with transaction():
        suspensions.take_back(row.id, by=access.actor(), now=clock.now())
    flash(_("Your request is taken back."))
    return redirect(url_for("desk.case", number=number), 303)


@blueprint.post("/<number>/rest/over")
@needs(Verb.CASE_ASSIGN, Verb.SUSPENSION_DECIDE)
def rest_over(number: str) -> ResponseReturnValue:
    """Let a case go on that rested."""
    row = cases.by_number(number)
    with transaction():
        suspensions.resume(row.id, by=access.actor().key, now=clock.now())
    flash(_("The case goes on; its clocks run again."))
    return redirect(url_for("desk.case", number=number), 303)


@blueprint.post("/limits/rest/<int:suspension_id>")
@needs(Verb.SUSPENSION_DECIDE)
def decide_rest(suspension_id: int) -> ResponseReturnValue:
    """Let a case rest or not, as another person than who asked."""
    form = DecideForm(prefix=f"s{suspension_id}-")
    status = 422
    if form.validate_on_submit():
        try:
            with transaction():
                suspensions.decide(
                    suspension_id, grant=form.agreed, answer=form.note.data or "",
                    by=access.actor(), now=clock.now(),
                )  # fmt: skip
        except (Invalid, Stale) as error:
            if isinstance(error, Invalid):
                error.field = "note"
            form.refuse(error)
            status = error.status
        else:
            flash(_("The case rests. The reporter is told.") if form.agreed else _("Decided."))
            return redirect(url_for("desk.limits"), 303)
    return refused(limits.PAGE, status, **limits.shown(form))
