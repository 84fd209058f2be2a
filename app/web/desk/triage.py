"""I3: the desk's decisions on one case; each is one post, one transaction, one redirect."""

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug import Response

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.cases import service, triage
from app.cases.queries import CaseView
from app.cases.workflow import Move
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.intake import queries as intake
from app.intake import service as intake_service
from app.places import queries as places
from app.web import access
from app.web.access import needs
from app.web.desk import inbox
from app.web.desk.blueprint import blueprint
from app.web.desk.forms import AskForm, DecideForm, MergeForm, RejectForm, TriageForm
from app.web.forms import BaseForm


def _again(row: CaseView, name: str, form: BaseForm) -> Response:
    """Return the case page with the form that was not accepted, status 422."""
    page = inbox.context(row) | {name: form, "form": form}
    return make_response(render_template("desk/case.html", **page), 422)


def _back(number: str) -> Response:
    return redirect(url_for("desk.case", number=number), 303)


@blueprint.post("/<number>/accept")
@needs(Verb.CASE_ACCEPT)
def accept(number: str) -> ResponseReturnValue:
    """Accept; with `and=assign`, hand it to the chosen worker in the same step."""
    row, who = cases.by_number(number), access.actor()
    usual = places.on_duty(row.grid_code) if row.grid_code else None
    form = inbox.fill(TriageForm(), usual)
    if not form.validate_on_submit():
        return _again(row, "triage_form", form)
    try:
        with transaction():
            triage.accept(row.id, form.triage(), by=who, now=clock.now(), version=form.version)
            if who.may(Verb.CASE_ASSIGN):
                triage.assign(
                    row.id, by=who, now=clock.now(), staff_id=form.staff_id.data or None,
                    reason=form.reason.data or "",
                )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return _again(row, "triage_form", form)
    flash(_("Case %(number)s is accepted.", number=number))
    return redirect(url_for("desk.inbox"), 303)


@blueprint.post("/<number>/assign")
@needs(Verb.CASE_ASSIGN)
def assign(number: str) -> ResponseReturnValue:
    """Give an accepted case to a worker."""
    row = cases.by_number(number)
    usual = places.on_duty(row.grid_code) if row.grid_code else None
    form = inbox.assign_form(usual, row.version)
    if not form.validate_on_submit():
        return _again(row, "assign_form", form)
    try:
        with transaction():
            triage.assign(
                row.id, by=access.actor(), now=clock.now(), staff_id=form.staff_id.data or None,
                reason=form.reason.data or "",
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return _again(row, "assign_form", form)
    flash(_("Case %(number)s is assigned.", number=number))
    return _back(number)


@blueprint.post("/<number>/reject")
@needs(Verb.CASE_REJECT_PROPOSE)
def reject(number: str) -> ResponseReturnValue:
    """Propose not to accept."""
    row, form = cases.by_number(number), RejectForm()
    if not form.validate_on_submit():
        return _again(row, "reject_form", form)
    with transaction():
        triage.propose_rejection(
            row.id, reason=form.reason.data, note=form.note.data or "", by=access.actor(),
            now=clock.now(),
        )  # fmt: skip
    flash(_("Proposed. A desk lead decides."))
    return _back(number)


@blueprint.post("/<number>/reject/decide")
@needs(Verb.CASE_REJECT_APPROVE)
def decide_reject(number: str) -> ResponseReturnValue:
    """Decide on a proposed rejection, as another person."""
    row, form = cases.by_number(number), DecideForm()
    if not form.validate_on_submit():
        return _again(row, "decide_form", form)
    try:
        with transaction():
            triage.decide_rejection(
                row.id, approve=form.agreed, note=form.note.data or "", by=access.actor(),
                now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return _again(row, "decide_form", form)
    return redirect(url_for("desk.approvals"), 303)


@blueprint.post("/<number>/merge")
@needs(Verb.CASE_MERGE)
def merge(number: str) -> ResponseReturnValue:
    """Merge into another case."""
    row, form = cases.by_number(number), MergeForm()
    if not form.validate_on_submit():
        return _again(row, "merge_form", form)
    try:
        with transaction():
            triage.merge(
                row.id,
                form.parent.data or "",
                by=access.actor(),
                note=form.note.data or "",
                now=clock.now(),
            )
    except Invalid as error:
        form.refuse(error)
        return _again(row, "merge_form", form)
    return _back(number)


@blueprint.post("/<number>/ask")
@needs(Verb.CASE_ASK)
def ask(number: str) -> ResponseReturnValue:
    """Ask the reporter one question; the clock pauses until the answer or five working days."""
    row, form = cases.by_number(number), AskForm()
    if not form.validate_on_submit():
        return _again(row, "ask_form", form)
    first, who, now = intake.of_case(row.id)[0], access.actor(), clock.now()
    with transaction():
        intake_service.add_note(
            first.id, "question", form.question.data or "", actor=who.key, now=now
        )
        service.move(row.id, Move.ASK_REPORTER, by=who.key, now=now, note=form.question.data or "")
    return _back(number)
