"""E3, third part: the notice, a hearing asked for, the service, the publication taken down."""

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.core import clock
from app.core.errors import Refused
from app.core.tx import transaction
from app.enforcement import service
from app.web import access
from app.web.access import needs
from app.web.enforcement.blueprint import blueprint
from app.web.enforcement.cases import asked_round, context
from app.web.enforcement.forms import DayForm, NoticeForm, ServeForm
from app.web.forms import StaffForm, refused
from app.web.i18n import gettext as _


def _tried(
    number: str, name: str, form: StaffForm, act: Callable[[int], object], said: str
) -> ResponseReturnValue:
    """Record something, or show the page again with what was entered."""
    row, status = cases.by_number(number), 422
    if form.validate_on_submit():
        try:
            with transaction():
                act(row.id)
        except Refused as error:
            form.refuse(error)
            status = error.status
        else:
            flash(said)
            return redirect(url_for("enforcement.case", number=number, round=asked_round()), 303)
    return refused("enforcement/case.html", status, **context(row) | {name: form, "form": form})


@blueprint.post("/<number>/notify")
@needs(Verb.PENALTY_RECORD)
def notify(number: str) -> ResponseReturnValue:
    """Record what the party was told; the rule proposes whether it may be heard."""
    form = NoticeForm(prefix="n")
    return _tried(number, "notice_form", form, lambda case_id: service.notify(
        case_id, form.notice(), by=access.actor(), now=clock.now(), turn=asked_round(),
    ), _("The notice is recorded."))  # fmt: skip


@blueprint.post("/<number>/serve")
@needs(Verb.PENALTY_RECORD)
def serve(number: str) -> ResponseReturnValue:
    """Record the service of the decision, with its day and its way."""
    form = ServeForm(prefix="s")
    return _tried(number, "serve_form", form, lambda case_id: service.serve(
        case_id, way=form.chosen(), on=form.on.data, by=access.actor(), now=clock.now(),
        turn=asked_round(),
    ), _("The service is recorded."))  # fmt: skip


@blueprint.post("/<number>/hearing")
@needs(Verb.PENALTY_RECORD)
def hearing(number: str) -> ResponseReturnValue:
    """Record that the party asked for a hearing."""
    form = DayForm(prefix="h")
    return _tried(number, "hearing_form", form, lambda case_id: service.ask_hearing(
        case_id, on=form.on.data, by=access.actor(), now=clock.now(),
        turn=asked_round(),
    ), _("Recorded: the party asks for a hearing."))  # fmt: skip


@blueprint.post("/<number>/withdraw-publication")
@needs(Verb.PENALTY_RECORD)
def withdraw_publication(number: str) -> ResponseReturnValue:
    """Record that what was published is taken down."""
    form = DayForm(prefix="w")
    return _tried(number, "withdraw_form", form, lambda case_id: service.withdraw_publication(
        case_id, on=form.on.data, by=access.actor(), now=clock.now(),
        turn=asked_round(),
    ), _("Recorded: the publication is taken down."))  # fmt: skip
