"""W4: what the reporters are told: four elements, shown as they will read them."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.fieldwork import receipts, service
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.worker import own, scene, sending
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import ReplyForm

TEMPLATE = "worker/reply.html"


@blueprint.route("/<number>/reply", methods=["GET", "POST"])
@needs(Verb.TASK_WORK)
def reply(number: str) -> ResponseReturnValue:
    """Write and send a reply; the first of a round stops the reply clocks."""
    after = url_for("worker.case", number=number)
    if request.method == "POST" and (again := sending.taken_before(ReplyForm(), after)):
        return again
    case, task = own.to_work(number)
    before = scene.replies_of_round(case)
    form = ReplyForm(**scene.first_words(case, before))
    context = {"case": case, "before": before}
    if request.method == "GET":
        return render_template(TEMPLATE, form=form, **context)
    if not form.validate_on_submit():
        return sending.refused(TEMPLATE, form, **context)
    try:
        with transaction():
            service.reply(task.id, form.reply(), by=access.actor(), now=clock.now())
            receipts.keep(form.idem_key.data or "", by=access.actor(), now=clock.now())
    except Invalid as error:
        form.refuse(error)
        return sending.refused(TEMPLATE, form, **context)
    return sending.taken(form, after, _("Sent. It stands on the reporter's page."))
