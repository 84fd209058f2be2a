"""W5: hand in for the check: facts, outcome, pictures afterwards, the four elements."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases.queries import CaseView
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.fieldwork import receipts, service
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.worker import own, pictures, scene, sending
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import FinishForm

TEMPLATE = "worker/finish.html"


@blueprint.route("/<number>/finish", methods=["GET", "POST"])
@needs(Verb.TASK_WORK)
def finish(number: str) -> ResponseReturnValue:
    """Hand a case in; it is closed only after another person has checked it."""
    after = url_for("worker.today")
    if request.method == "POST" and (again := sending.taken_before(FinishForm(), after)):
        return again
    case, task = own.to_work(number)
    before = scene.replies_of_round(case)
    form = FinishForm(**scene.first_words(case, before))
    if request.method == "GET":
        return render_template(TEMPLATE, form=form, **_context(case, form, sent=bool(before)))
    ids, refused = pictures.take(form.photos.data, form.album.data, key=form.idem_key.data or "")
    form.lacks(photo=case.on_site and not ids)
    form.photos.errors = [*refused, *form.photos.errors]
    if form.is_bad:
        return sending.refused(TEMPLATE, form, **_context(case, form, sent=bool(before)))
    try:
        with transaction():
            service.finish(task.id, form.finished(ids), by=access.actor(), now=clock.now())
            receipts.keep(form.idem_key.data or "", by=access.actor(), now=clock.now())
    except Invalid as error:
        form.refuse(error)
        return sending.refused(TEMPLATE, form, **_context(case, form, sent=bool(before)))
    return sending.taken(form, after, _("Handed in. Another person checks it; then it is closed."))


def _context(case: CaseView, form: FinishForm, *, sent: bool) -> dict[str, object]:
    return {
        "case": case,
        "sent": sent,
        "before": pictures.of_reports(case.id),
        "held": pictures.draft(form.idem_key.data or ""),
        "photo_needed": case.on_site,
    }
