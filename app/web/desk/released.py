"""The desk lets the public see a case, or takes it off the public list (C2, R-A10)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.cases import release as public
from app.cases.queries import CaseView
from app.core import clock
from app.core.tx import transaction
from app.places import queries as places
from app.web import access
from app.web.access import needs
from app.web.desk.blueprint import blueprint
from app.web.i18n import gettext as _
from app.web.released import Row, row


@blueprint.post("/<number>/release")
@needs(Verb.CASE_RELEASE)
def release(number: str) -> ResponseReturnValue:
    """Let the public see a case from tomorrow on."""
    case = cases.by_number(number)
    with transaction():
        public.release(case.id, by=access.actor(), now=clock.now())
    flash(_("On the public list, from the day after it was reported."))
    return redirect(url_for("desk.case", number=number), 303)


@blueprint.post("/<number>/release/back")
@needs(Verb.CASE_RELEASE)
def take_back(number: str) -> ResponseReturnValue:
    """Take a case off the public list."""
    case = cases.by_number(number)
    with transaction():
        public.take_back(case.id, by=access.actor(), now=clock.now())
    flash(_("Off the public list."))
    return redirect(url_for("desk.case", number=number), 303)


def seen(case: CaseView) -> Row | None:
    """Return what the public would read of a case; None where it may not be told."""
    if not public.may_be_told(case):
        return None
    code = case.township_code or ""
    return row(public.told(case), places.names([code]).get(code, ""))
