"""K2: finance records what it has paid, once, by voucher number; it sees no case."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid, NotFound, Stale
from app.core.tx import transaction
from app.rewards import payouts as rewards
from app.rewards import queries as awards
from app.rewards import service
from app.rewards.payouts import PayoutRow
from app.rewards.states import State
from app.web import access
from app.web.access import needs
from app.web.custody.blueprint import blueprint
from app.web.custody.forms import DecideForm, PayForm, ReturnForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.requests import page_number

OPEN = (State.CLAIMED, State.INSTRUCTED)


@blueprint.get("/payouts")
@needs(Verb.PAYOUT_READ)
def payouts() -> ResponseReturnValue:
    """List what is claimed and not yet paid, what was paid last, and the last daily close."""
    number = page_number()
    paid = rewards.payouts((State.PAID, State.ARCHIVED), size=20, newest_first=True)
    return render_template(
        "custody/payouts.html", page=rewards.payouts(OPEN, number=max(1, number)), paid=paid,
        close=awards.last_close(), form=DecideForm(formdata=None),
    )  # fmt: skip


@blueprint.post("/close")
@needs(Verb.REWARD_PAY)
def close() -> ResponseReturnValue:
    """Compare ledger, payments and awards now; a difference stops payment."""
    form = DecideForm()
    if not form.validate_on_submit():
        raise Invalid("form_incomplete")
    with transaction():
        found = service.close_day(by=access.actor().key, now=clock.now())
    flash(_("All agree.") if found.ok else _("They differ: payment is stopped."))
    return redirect(url_for("custody.payouts"), 303)


def _row(voucher: str) -> PayoutRow:
    found = rewards.payout(voucher)
    if found is None:
        raise NotFound("no_such_award")
    return found


def _shown(row: PayoutRow, form: PayForm) -> dict[str, object]:
    return {"row": row, "form": form, "return_form": ReturnForm(formdata=None)}


@blueprint.route("/payouts/<voucher>", methods=["GET", "POST"])
@needs(Verb.REWARD_PAY)
def payout(voucher: str) -> ResponseReturnValue:
    """Record that a voucher was paid, with the number of the payment; a repeat changes nothing."""
    row, form = _row(voucher), PayForm()
    if request.method == "GET":
        return render_template("custody/payout.html", **_shown(row, form))
    if not form.validate_on_submit():
        return unfinished("custody/payout.html", **_shown(row, form))
    try:
        with transaction():
            service.pay(
                row.award_id, reference=form.reference.data or "", now=clock.now(),
                idem_key=form.idem_key.data or "", staff_id=access.actor().staff_id,
            )  # fmt: skip
    except Stale as error:
        if error.key != "reference_used":
            raise
        form.refuse(Invalid(error.key, field="reference", **error.facts))
        return unfinished("custody/payout.html", **_shown(row, form))
    flash(_("Recorded as paid: %(voucher)s", voucher=row.voucher_no))
    return redirect(url_for("custody.payouts"), 303)


@blueprint.post("/payouts/<voucher>/return")
@needs(Verb.REWARD_PAY)
def give_back(voucher: str) -> ResponseReturnValue:
    """Note that a payment did not arrive."""
    row, form = _row(voucher), ReturnForm()
    if not form.validate_on_submit():
        raise Invalid("reason_missing", field="note")
    with transaction():
        service.give_back(
            row.award_id, reason=form.note.data or "", staff_id=access.actor().staff_id,
            now=clock.now(),
        )  # fmt: skip
    return redirect(url_for("custody.payouts"), 303)


@blueprint.post("/payouts/<voucher>/instruct")
@needs(Verb.REWARD_PAY)
def instruct(voucher: str) -> ResponseReturnValue:
    """Note that a payment is on its way outside this service."""
    row, form = _row(voucher), DecideForm()
    if not form.validate_on_submit():
        raise Invalid("form_incomplete")
    with transaction():
        service.instruct(row.award_id, staff_id=access.actor().staff_id, now=clock.now())
    flash(_("Noted as ordered: %(voucher)s", voucher=row.voucher_no))
    return redirect(url_for("custody.payouts"), 303)
