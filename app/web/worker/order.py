"""Answer a supervision order (督办单) for one's unit, within its two working days."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.supervision import queries, service
from app.supervision.rules import OrderState
from app.web import access
from app.web.access import needs
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.worker import own
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import OrderForm

TEMPLATE = "worker/order.html"


@blueprint.route("/<number>/order", methods=["GET", "POST"])
@needs(Verb.TASK_WORK)
def order(number: str) -> ResponseReturnValue:
    """Show the order that waits on a case of the township, and answer it."""
    case = own.find(number).case
    rows = queries.orders(case_id=case.id).rows
    waiting = [row for row in rows if row.state is OrderState.OPEN]
    form = OrderForm()
    context = {"case": case, "orders": rows, "waiting": waiting}
    if request.method == "GET" or not waiting:
        return render_template(TEMPLATE, form=form, **context)
    if not form.validate_on_submit():
        return unfinished(TEMPLATE, form=form, **context)
    try:
        with transaction():
            service.answer(
                waiting[0].id, reply=form.reply.data or "", by=access.actor(), now=clock.now()
            )
    except Invalid as error:
        form.refuse(error)
        return unfinished(TEMPLATE, form=form, **context)
    flash(_("Answered."))
    return redirect(url_for("worker.case", number=number), 303)
