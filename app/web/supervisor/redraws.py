"""Drawing a month again: one asks on the page of the draw, another decides there."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid, Stale
from app.core.tx import transaction
from app.spotchecks import queries, service
from app.web import access
from app.web.access import needs
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.forms import RedrawDecisionForm, RedrawForm
from app.web.supervisor.samples import SAMPLE, about


@blueprint.post("/spot-checks/<int:sample_id>/again")
@needs(Verb.SPOT_CHECK)
def ask_again(sample_id: int) -> ResponseReturnValue:
    """Ask for another draw of the month; nothing is drawn yet."""
    form, month = RedrawForm(), queries.sample(sample_id).month
    form.validate()
    try:
        with transaction():
            service.ask_again(
                month, reason=form.reason.data or "", by=access.actor(), now=clock.now()
            )
    except (Invalid, Stale) as error:
        form.refuse(error)
        return unfinished(SAMPLE, form=form, **about(sample_id) | {"ask_form": form})
    flash(_("Asked. Somebody else decides."))
    return redirect(url_for("supervisor.spot_sample", sample_id=sample_id), 303)


@blueprint.post("/spot-checks/<int:sample_id>/again/<int:redraw_id>")
@needs(Verb.SPOT_REDRAW)
def decide_again(sample_id: int, redraw_id: int) -> ResponseReturnValue:
    """Draw the month again, or let the draw stay."""
    form = RedrawDecisionForm()
    if not form.validate_on_submit():
        return unfinished(SAMPLE, form=form, **about(sample_id) | {"decide_form": form})
    try:
        with transaction():
            drawn = service.decide_again(
                redraw_id, approve=form.approve.data == "yes", answer=form.answer.data or "",
                by=access.actor(), now=clock.now(),
            )  # fmt: skip
    except (Invalid, Stale) as error:
        form.refuse(error)
        return unfinished(SAMPLE, form=form, **about(sample_id) | {"decide_form": form})
    flash(_("The sample is drawn; the second looks are given out.") if drawn
          else _("The draw stays."))  # fmt: skip
    return redirect(url_for("supervisor.spot_sample", sample_id=drawn or sample_id), 303)
