"""The answer to an objection against a rejection; its form stands on the page of what is late."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid, Stale
from app.core.tx import transaction
from app.feedback import objections
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.supervisor import overdue
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.forms import ObjectionForm


@blueprint.post("/objection/<int:objection_id>")
@needs(Verb.OBJECTION_DECIDE)
def objection(objection_id: int) -> ResponseReturnValue:
    """Uphold an objection or refuse it, with words that the reporter reads."""
    form = ObjectionForm(prefix=f"o{objection_id}-")
    if not form.validate_on_submit():
        return overdue.again(objected=form)
    answer = form.decision()
    try:
        with transaction():
            objections.decide(
                objection_id, uphold=answer.grant, answer=answer.words, by=access.actor(),
                now=clock.now(),
            )  # fmt: skip
    except (Invalid, Stale) as error:
        form.refuse(error)
        return overdue.again(objected=form, status=error.status)
    flash(_("The report is taken up again.") if answer.grant else _("The objection is answered."))
    return redirect(url_for("supervisor.overdue"), 303)
