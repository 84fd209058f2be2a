"""E3, second part: the decision, its amount read back in capitals before it is stored; revoking."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.cases.queries import CaseView
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.enforcement import decision as rules
from app.enforcement import service
from app.web import access
from app.web.access import needs
from app.web.enforcement.blueprint import blueprint
from app.web.enforcement.cases import asked_round, context
from app.web.enforcement.forms import DecisionForm, RevokeForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.labels import label

TEMPLATE, READ_BACK = "enforcement/decide.html", "enforcement/read_back.html"


@blueprint.route("/<number>/decide", methods=["GET", "POST"])
@needs(Verb.PENALTY_RECORD)
def decide(number: str) -> ResponseReturnValue:
    """Take the decision in, read it back in capitals, store it once that is confirmed."""
    row = cases.by_number(number)
    form = DecisionForm()
    hearing = service.hearing_of(row.id, now=clock.now(), turn=asked_round())
    shown = context(row) | {"hearing": hearing}
    if request.method == "GET":
        return render_template(TEMPLATE, form=form, **shown)
    if not form.validate_on_submit():
        return unfinished(TEMPLATE, form=form, **shown)
    try:
        stored = _take(row, form)
    except Invalid as error:
        form.refuse(error)
        return unfinished(TEMPLATE, form=form, **shown)
    if not stored:
        return render_template(READ_BACK, form=form, **_read_back(form), **context(row))
    flash(_("The decision is recorded."))
    return redirect(url_for("enforcement.case", number=number, round=asked_round()), 303)


def _take(row: CaseView, form: DecisionForm) -> bool:
    """Store a confirmed decision; of an unconfirmed one only see whether it is whole."""
    told, now = form.decision(), clock.now()
    rules.check(told, now=now)
    rules.check_hearing(row.id, told, now=now, turn=asked_round())
    if form.confirmed.data != str(told.amount_fen):
        return False
    with transaction():
        service.decide(row.id, told, by=access.actor(), now=now, turn=asked_round())
    return True


def _read_back(form: DecisionForm) -> dict[str, object]:
    told = form.decision()
    chosen = [label(kind) for kind in told.kinds]
    return {"told": told, "chosen": chosen}


@blueprint.post("/<number>/revoke")
@needs(Verb.PENALTY_RECORD)
def revoke(number: str) -> ResponseReturnValue:
    """Revoke the decision with a reason."""
    row, form = cases.by_number(number), RevokeForm()
    if not form.validate_on_submit():
        return _revoke_again(row, form)
    try:
        with transaction():
            service.revoke(
                row.id, reason=form.reason.data or "", by=access.actor(), now=clock.now(),
                turn=asked_round(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return _revoke_again(row, form)
    flash(_("The decision is revoked. Rewards paid on it are looked at again."))
    return redirect(url_for("enforcement.case", number=number, round=asked_round()), 303)


def _revoke_again(row: CaseView, form: RevokeForm) -> ResponseReturnValue:
    return unfinished("enforcement/case.html", **context(row) | {"revoke_form": form, "form": form})
