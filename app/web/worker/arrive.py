"""W3: arrive with a picture; poor proof is said in words and never refused."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases.queries import CaseView
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.fieldwork import receipts, service
from app.fieldwork.queries import TaskView
from app.fieldwork.rules import LIMITS, Verdict
from app.web import access, filters
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.worker import own, pictures, scene, sending
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import ArriveForm

TEMPLATE = "worker/arrive.html"


@blueprint.get("/<number>/arrive")
@needs(Verb.TASK_WORK)
def arrive(number: str) -> ResponseReturnValue:
    """Show the page with a one-time challenge of its own."""
    case, task = own.to_work(number)
    form = ArriveForm(formdata=None)
    form.challenge.data = _challenge(task)
    return render_template(TEMPLATE, form=form, **_context(case, task, form))


@blueprint.post("/<number>/arrive")
@needs(Verb.TASK_WORK)
def check_in(number: str) -> ResponseReturnValue:
    """Store the arrival with its grade; a C without words comes back and asks for them."""
    form, after = ArriveForm(), url_for("worker.case", number=number)
    if again := sending.taken_before(form, after):
        return again
    case, task = own.to_work(number)
    ids, refused = pictures.take(form.photo.data, form.album.data, key=form.idem_key.data or "")
    form.validate()
    if not ids:
        form.photo.errors = refused
    if form.is_bad:
        return sending.refused(TEMPLATE, form, **_context(case, task, form))
    try:
        with transaction():
            verdict = service.check_in(task.id, form.told(ids), by=access.actor(), now=clock.now())
            receipts.keep(form.idem_key.data or "", by=access.actor(), now=clock.now())
    except Invalid as error:
        form.refuse(error)
        doubts = error.facts.get("reasons", [])
        return sending.refused(TEMPLATE, form, **_context(case, task, form), doubts=doubts)
    return sending.taken(form, after, _said(verdict))


def _challenge(task: TaskView) -> str:
    with transaction():
        return service.issue_challenge(task.id, by=access.actor(), now=clock.now())


def _context(case: CaseView, task: TaskView, form: ArriveForm) -> dict[str, object]:
    known = scene.about(case)
    return {
        "case": case,
        "task": task,
        "place": known["place"],
        "nearest": known["nearest"],
        "radius": int(LIMITS.radius_m),
        "held": pictures.draft(form.idem_key.data or ""),
        "asked": request.method == "POST",
    }


def _said(verdict: Verdict) -> str:
    at = filters.hm(clock.now())
    why = _("; ").join(str(label(reason)) for reason in verdict.reasons)
    if not verdict.counts:
        return _("%(at)s on site. It counts once the duty officer confirms it: %(why)s.",
                 at=at, why=why)  # fmt: skip
    if why:
        return _("%(at)s on site, grade %(grade)s: %(why)s.", at=at, grade=verdict.grade, why=why)
    return _("%(at)s on site, grade %(grade)s.", at=at, grade=verdict.grade)
