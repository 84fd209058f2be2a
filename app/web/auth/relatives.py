"""My near relatives: a member of staff declares who must not be paid, or takes it back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Refused
from app.core.tx import transaction
from app.identity import relatives as register
from app.identity.rules import Kinship
from app.web import access
from app.web.access import needs
from app.web.auth.forms import RelativeForm
from app.web.auth.views import blueprint
from app.web.forms import unfinished
from app.web.i18n import gettext as _


def _shown(form: RelativeForm) -> dict[str, object]:
    who = access.actor()
    counts = register.counts() if who.may(Verb.STAFF_READ) else None
    return {"form": form, "mine": register.own(who.staff_id), "counts": counts}


@blueprint.route("/relatives", methods=["GET", "POST"])
@needs(Verb.SELF)
def relatives() -> ResponseReturnValue:
    """Show the own declarations and take a new one; administrators see numbers of all, no more."""
    form = RelativeForm()
    if request.method == "GET":
        return render_template("auth/relatives.html", **_shown(form))
    if form.validate_on_submit():
        try:
            with transaction():
                register.declare(
                    access.actor().staff_id, kinship=Kinship(form.kinship.data), now=clock.now(),
                    identity_number=form.identity_number.data or "", phone=form.phone.data or "",
                )  # fmt: skip
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Declared. Only a fingerprint of the number was kept."))
            return redirect(url_for("auth.relatives"), 303)
    return unfinished("auth/relatives.html", **_shown(form))


@blueprint.post("/relatives/<int:relative_id>/withdraw")
@needs(Verb.SELF)
def withdraw_relative(relative_id: int) -> ResponseReturnValue:
    """Take an own declaration back."""
    with transaction():
        register.withdraw(relative_id, staff_id=access.actor().staff_id, now=clock.now())
    flash(_("Withdrawn. It still counts for what was reported before."))
    return redirect(url_for("auth.relatives"), 303)
