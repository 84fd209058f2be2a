"""E3, first part: the measure taken, against whom, on which ground; and plain steps after it."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.enforcement import service
from app.enforcement.workflow import PenaltyState
from app.web import access
from app.web.access import needs
from app.web.enforcement.blueprint import blueprint
from app.web.enforcement.cases import asked_round, context, shown_round
from app.web.enforcement.forms import ConsequenceForm, FilingForm, StepForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _

TEMPLATE = "enforcement/file.html"


@blueprint.route("/<number>/file", methods=["GET", "POST"])
@needs(Verb.PENALTY_RECORD)
def file(number: str) -> ResponseReturnValue:
    """Record the measure; on the spot with its fine."""
    row = cases.by_number(number)
    form = FilingForm()
    if request.method == "GET":
        return render_template(TEMPLATE, form=form, **context(row))
    if not form.validate_on_submit():
        return unfinished(TEMPLATE, form=form, **context(row))
    try:
        with transaction():
            told = replace(form.filing(), turn=shown_round(row))
            service.file(row.id, told, by=access.actor(), now=clock.now())
    except Invalid as error:
        form.refuse(error)
        return unfinished(TEMPLATE, form=form, **context(row))
    flash(_("The measure is recorded."))
    return redirect(url_for("enforcement.case", number=number, round=asked_round()), 303)


@blueprint.post("/<number>/step")
@needs(Verb.PENALTY_RECORD)
def step(number: str) -> ResponseReturnValue:
    """Take a plain step of the record."""
    form = StepForm()
    new = form.step() if form.validate_on_submit() else None
    if new is None or new is PenaltyState.LEGAL_REVIEWED:
        raise Invalid("penalty_not_from_here")
    return _advance(number, new, form.note.data or "")


@blueprint.post("/<number>/review")
@needs(Verb.LEGAL_REVIEW)
def review(number: str) -> ResponseReturnValue:
    """Let a record pass legal review, or send it back: another person than who filed."""
    form = StepForm()
    new = form.step() if form.validate_on_submit() else None
    if new not in (PenaltyState.LEGAL_REVIEWED, PenaltyState.FILED):
        raise Invalid("penalty_not_from_here")
    return _advance(number, new, form.note.data or "")


def _advance(number: str, new: PenaltyState, note: str) -> ResponseReturnValue:
    row = cases.by_number(number)
    with transaction():
        service.advance(
            row.id, new, by=access.actor(), now=clock.now(), note=note, turn=asked_round()
        )
    flash(_("Recorded."))
    return redirect(url_for("enforcement.case", number=number, round=asked_round()), 303)


@blueprint.post("/<number>/consequence")
@needs(Verb.PENALTY_RECORD)
def consequence(number: str) -> ResponseReturnValue:
    """Add what police or court decided."""
    row, form = cases.by_number(number), ConsequenceForm()
    if not form.validate_on_submit():
        shown = context(row) | {"consequence_form": form, "form": form}
        return unfinished("enforcement/case.html", **shown)
    try:
        with transaction():
            service.add_consequence(
                row.id, form.chosen(), on=form.day(), by=access.actor(), now=clock.now(),
                turn=asked_round(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        shown = context(row) | {"consequence_form": form, "form": form}
        return unfinished("enforcement/case.html", **shown)
    flash(_("Recorded."))
    return redirect(url_for("enforcement.case", number=number, round=asked_round()), 303)
