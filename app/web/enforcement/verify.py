"""E2: propose a finding; the checker sets it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.cases.queries import CaseView
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.enforcement import queries, service
from app.web import access
from app.web.access import needs
from app.web.enforcement.blueprint import blueprint
from app.web.enforcement.cases import asked_round, context
from app.web.enforcement.forms import FindingForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _

TEMPLATE = "enforcement/verify.html"


@blueprint.route("/<number>/verify", methods=["GET", "POST"])
@needs(Verb.FINDING_PROPOSE)
def verify(number: str) -> ResponseReturnValue:
    """Write down what was found and on what grounds."""
    row = cases.by_number(number)
    form = _form(row)
    if request.method == "GET":
        return render_template(TEMPLATE, form=form, **context(row))
    if not form.validate_on_submit():
        return unfinished(TEMPLATE, form=form, **context(row))
    try:
        with transaction():
            service.propose_finding(row.id, form.found(), by=access.actor(), now=clock.now())
    except Invalid as error:
        form.refuse(error)
        return unfinished(TEMPLATE, form=form, **context(row))
    flash(_("Proposed. The checker sets the finding."))
    return redirect(url_for("enforcement.case", number=number, round=asked_round()), 303)


def _form(row: CaseView) -> FindingForm:
    found = queries.finding(row.id, round_=row.round)
    if found is None:
        return FindingForm(our_jurisdiction=True)
    return FindingForm(
        kind=str(found.kind),
        grounds=found.grounds,
        punishable=found.punishable,
        our_jurisdiction=found.our_jurisdiction,
        offender_known=found.offender_known,
        order_to_correct=found.order_to_correct,
        on_spot_corrected=found.on_spot_corrected,
        officers="，".join(found.officers),
    )
