"""K3: payout batches: finance draws them and reads the bank's answers, custodians make the file."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid, Refused
from app.core.tx import transaction
from app.identity import openings as vault
from app.rewards import answers, payouts
from app.rewards import batches as service
from app.rewards.states import AnswerOutcome
from app.web import access
from app.web.access import needs
from app.web.custody.blueprint import blueprint
from app.web.custody.forms import DecideForm, ResultForm, ReturnForm, RevealForm
from app.web.forms import StaffForm, unfinished
from app.web.i18n import gettext as _


@blueprint.get("/batches")
@needs(Verb.PAYOUT_READ, Verb.IDENTITY_READ)
def batches() -> ResponseReturnValue:
    """List the batches; of each its number, sum and how far it is."""
    return render_template("custody/batches.html", **_listed(DecideForm(formdata=None)))


def _listed(form: StaffForm) -> dict[str, object]:
    number = max(1, request.args.get("page", 1, type=int))
    return {"page": payouts.batches(number=number), "form": form}


@blueprint.post("/batches")
@needs(Verb.REWARD_PAY)
def draw() -> ResponseReturnValue:
    """Gather what is claimed for an account into a new batch."""
    form = DecideForm()
    _valid(form)
    try:
        with transaction():
            number = service.draw(staff_id=access.actor().staff_id, now=clock.now()).number
    except Refused as error:
        form.refuse(Invalid(error.key, **error.facts))
        return unfinished("custody/batches.html", **_listed(form))
    flash(_("Batch %(number)s is made. Custodians make its file.", number=number))
    return redirect(url_for("custody.batch", number=number), 303)


def _shown(number: str, form: StaffForm) -> dict[str, object]:
    return {
        "batch": payouts.batch(number, me=access.actor().staff_id, now=clock.now()), "form": form,
        "settle_form": ReturnForm(formdata=None), "reveal_form": RevealForm(formdata=None),
        "against": payouts.contradictions(number, me=access.actor().staff_id),
    }  # fmt: skip


@blueprint.get("/batches/<number>")
@needs(Verb.PAYOUT_READ, Verb.IDENTITY_READ)
def batch(number: str) -> ResponseReturnValue:
    """Show the payments of a batch: keys, amounts and states; no name, no case."""
    return render_template("custody/batch.html", **_shown(number, ResultForm(formdata=None)))


@blueprint.post("/batches/<number>/ask")
@needs(Verb.IDENTITY_REQUEST)
def ask_batch(number: str) -> ResponseReturnValue:
    """Ask another custodian for leave to open the payees of a batch."""
    _valid(DecideForm())
    with transaction():
        service.ask(number, by=access.actor().staff_id, now=clock.now())
    flash(_("Asked. Another custodian decides."))
    return redirect(url_for("custody.batch", number=number), 303)


@blueprint.post("/batches/<number>/decide")
@needs(Verb.IDENTITY_APPROVE)
def decide_batch(number: str) -> ResponseReturnValue:
    """Agree to the opening of a batch as another custodian, or refuse it."""
    _valid(DecideForm())
    approve = request.form.get("decision") == "approve"
    with transaction():
        service.decide(number, approve=approve, by=access.actor().staff_id, now=clock.now())
    flash(_("Approved for fifteen minutes.") if approve else _("Refused."))
    return redirect(url_for("custody.batch", number=number), 303)


@blueprint.post("/batches/<number>/file")
@needs(Verb.IDENTITY_OPEN)
def batch_file(number: str) -> ResponseReturnValue:
    """Make the file for the bank: logged before it is opened, its digest before it leaves."""
    form, who = RevealForm(), access.actor().staff_id
    _valid(form)
    passphrase = form.passphrase.data or ""
    vault.try_key(passphrase)
    with transaction():
        lines = service.use(number, by=who, now=clock.now())
    raw = service.content(lines, passphrase=passphrase)
    with transaction():
        service.made(number, raw, by=who, now=clock.now())
    answer = Response(raw, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/batches/<number>/result")
@needs(Verb.REWARD_PAY)
def result(number: str) -> ResponseReturnValue:
    """Read the bank's result file; reading it again changes nothing."""
    form = ResultForm()
    try:
        if not form.validate():
            return unfinished("custody/batch.html", **_shown(number, form))
        raw = form.file.data.read()
        with transaction():
            counts = answers.read(
                number, raw, staff_id=access.actor().staff_id, now=clock.now()
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return unfinished("custody/batch.html", **_shown(number, form))
    new, old, bad = (
        counts[word]
        for word in (AnswerOutcome.APPLIED, AnswerOutcome.REPEATED, AnswerOutcome.CONTRADICTION)
    )
    flash(_("Read: %(new)s new, %(old)s known, %(bad)s contradict.", new=new, old=old, bad=bad))
    return redirect(url_for("custody.batch", number=number), 303)


@blueprint.post("/batches/<number>/settle/<int:answer_id>")
@needs(Verb.REWARD_PAY)
def settle(number: str, answer_id: int) -> ResponseReturnValue:
    """Note what was found out about a contradiction."""
    form = ReturnForm()
    _valid(form)
    with transaction():
        answers.settle(
            answer_id, note=form.note.data or "", staff_id=access.actor().staff_id, now=clock.now()
        )
    flash(_("Noted. Another person has to confirm it."))
    return redirect(url_for("custody.batch", number=number), 303)


@blueprint.post("/batches/<number>/confirm/<int:answer_id>")
@needs(Verb.REWARD_PAY, Verb.IDENTITY_APPROVE)
def confirm(number: str, answer_id: int) -> ResponseReturnValue:
    """Confirm what another person found out about a contradiction, or give it back."""
    form = DecideForm()
    _valid(form)
    agree = request.form.get("decision") == "approve"
    if not agree and request.form.get("decision") != "refuse":
        raise Invalid("decision_missing")
    with transaction():
        answers.confirm(answer_id, agree=agree, staff_id=access.actor().staff_id, now=clock.now())
    flash(_("Settled. Compare once more before the next payment.") if agree else _("Given back."))
    return redirect(url_for("custody.batch", number=number), 303)


def _valid(form: StaffForm) -> None:
    if not form.validate_on_submit():
        raise Invalid("form_incomplete")
