"""I7: what waits for a second person, and checked cases that wait for their final reply."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.cases import triage
from app.cases.workflow import State, Urgency
from app.core import clock
from app.core.errors import Forbidden, Invalid
from app.core.tx import transaction
from app.fieldwork import queries as fieldwork
from app.fieldwork import service as fieldwork_service
from app.web import access
from app.web.access import needs
from app.web.desk import inbox, lists
from app.web.desk.blueprint import blueprint
from app.web.desk.forms import CloseForm, ConfirmForm, DecideForm, HandBackForm
from app.web.forms import picks, unfinished


@blueprint.get("/approvals")
@needs(Verb.APPROVALS_READ)
def approvals() -> ResponseReturnValue:
    """List rejections, grade C arrivals, hand-backs and checked cases."""
    new = cases.in_states((State.SUBMITTED,), size=500).rows
    return render_template(
        "desk/approvals.html",
        rejections=lists.rows([row for row in new if row.reject_proposed_by]),
        arrivals=fieldwork.pending_arrivals(),
        handbacks=fieldwork.hand_backs(),
        checked=lists.rows(cases.in_states((State.CHECKED,), size=200).rows),
        form=DecideForm(formdata=None),
        confirm_form=ConfirmForm(formdata=None),
        hand_back_form=_hand_back_form(),
    )


def _hand_back_form() -> HandBackForm:
    form = HandBackForm()
    form.new_staff_id.choices = picks([(0, "—"), *lists.worker_choices(usual=None)])
    return form


@blueprint.route("/<number>/close", methods=["GET", "POST"])
@needs(Verb.CASE_CLOSE, Verb.CASE_CLOSE_URGENT)
def close(number: str) -> ResponseReturnValue:
    """Send the final reply and close; a leader closes urgent and supervised cases."""
    row, who = cases.by_number(number), access.actor()
    for_leader = row.urgency is Urgency.RED or row.supervised
    if not who.may(Verb.CASE_CLOSE_URGENT if for_leader else Verb.CASE_CLOSE):
        raise Forbidden("leader_closes")
    form = CloseForm(base_version=row.version)
    shown = inbox.context(row) | {"replies": fieldwork.replies([row.id]).get(row.id, [])}
    if not form.validate_on_submit():
        page = render_template("desk/close.html", form=form, **shown)
        return unfinished("desk/close.html", form=form, **shown) if form.is_submitted() else page
    try:
        with transaction():
            triage.close(
                row.id, reply=form.reply.data or "", by=who, now=clock.now(), version=form.version
            )
    except Invalid as error:
        form.refuse(error)
        return unfinished("desk/close.html", form=form, **shown)
    flash(_("Case %(number)s is closed. The reporter is asked to rate it.", number=number))
    return redirect(url_for("desk.approvals"), 303)


@blueprint.post("/arrivals/<int:check_in_id>")
@needs(Verb.ARRIVAL_CONFIRM)
def confirm_arrival(check_in_id: int) -> ResponseReturnValue:
    """Let a grade C arrival count, with a reason (decision 5)."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        raise Invalid("reason_missing", field="note")
    with transaction():
        fieldwork_service.confirm_arrival(
            check_in_id, reason=form.note.data or "", by=access.actor(), now=clock.now()
        )
    return redirect(url_for("desk.approvals"), 303)


@blueprint.post("/handbacks/<int:hand_back_id>")
@needs(Verb.HANDBACK_DECIDE)
def decide_hand_back(hand_back_id: int) -> ResponseReturnValue:
    """Grant or refuse a hand-back."""
    form = _hand_back_form()
    if not form.validate_on_submit():
        raise Invalid("reason_missing", field="note")
    with transaction():
        fieldwork_service.decide_hand_back(
            hand_back_id, grant=form.agreed, answer=form.note.data or "", by=access.actor(),
            now=clock.now(), new_staff_id=form.new_staff_id.data or None,
        )  # fmt: skip
    return redirect(url_for("desk.approvals"), 303)
