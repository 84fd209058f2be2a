"""R4: the counter checks a voucher: amount and state, no name, no case."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core.errors import Invalid
from app.rewards import payouts
from app.web.access import needs
from app.web.forms import unfinished
from app.web.rewards import lists
from app.web.rewards.blueprint import blueprint
from app.web.rewards.forms import VoucherForm


@blueprint.route("/voucher", methods=["GET", "POST"])
@needs(Verb.VOUCHER_CHECK)
def voucher() -> ResponseReturnValue:
    """Look a voucher up by the number that was typed."""
    form = VoucherForm()
    shown = {"form": form, "found": None, "counts": lists.counts()}
    if request.method == "GET":
        return render_template("rewards/voucher.html", **shown)
    if form.validate_on_submit():
        found = payouts.by_voucher(form.number.data or "")
        if found is not None:
            return render_template("rewards/voucher.html", **shown | {"found": found})
        form.refuse(Invalid("no_such_award", field="number"))
    return unfinished("rewards/voucher.html", **shown)
