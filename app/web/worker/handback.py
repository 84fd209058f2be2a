"""W6: hand a case back with a reason; until it is granted the time stays the unit's."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases.workflow import State
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.fieldwork import queries as fieldwork
from app.fieldwork import service
from app.fieldwork.handback import until
from app.web import access
from app.web.access import needs
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.worker import own
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import HandBackForm

TEMPLATE = "worker/handback.html"


@blueprint.route("/<number>/handback", methods=["GET", "POST"])
@needs(Verb.TASK_WORK)
def handback(number: str) -> ResponseReturnValue:
    """Ask to hand a case back; while that waits, show the request."""
    case, task = own.to_work(number)
    form = HandBackForm()
    context = {
        "case": case,
        "asked": fieldwork.hand_backs_of(case.id),
        "waits": case.state is State.HANDBACK,
        "until": until(task.assigned_at, case.urgency),
    }
    if request.method == "GET":
        return render_template(TEMPLATE, form=form, **context)
    if not form.validate_on_submit():
        return unfinished(TEMPLATE, form=form, **context)
    try:
        with transaction():
            service.hand_back(
                task.id,
                reason=form.reason.data or "",
                suggested_unit=form.suggested_unit.data or "",
                by=access.actor(),
                now=clock.now(),
            )
    except Invalid as error:
        form.refuse(error)
        return unfinished(TEMPLATE, form=form, **context)
    flash(_("Asked. Until it is granted the time is yours."))
    return redirect(url_for("worker.case", number=number), 303)


@blueprint.post("/<number>/handback/back")
@needs(Verb.TASK_WORK)
def take_back(number: str) -> ResponseReturnValue:
    """Withdraw one's own request."""
    _case, task = own.to_work(number)
    with transaction():
        service.take_back(task.id, by=access.actor(), now=clock.now())
    flash(_("The request is withdrawn."))
    return redirect(url_for("worker.case", number=number), 303)
