"""R3: another person's yes or no, the answer to an objection, the end of a claw-back."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Forbidden, Invalid
from app.core.tx import transaction
from app.rewards import service, sheets
from app.rewards.states import State
from app.web import access
from app.web.access import needs
from app.web.forms import StaffForm, unfinished
from app.web.i18n import gettext as _
from app.web.rewards.blueprint import blueprint
from app.web.rewards.forms import AnswerForm, ClawBackForm, DecideForm
from app.web.rewards.sheet import context


def _shown(award_id: int, form: StaffForm) -> dict[str, object]:
    return context(sheets.sheet(award_id, now=clock.now())) | {"form": form}


def _go_through(
    template: str, award_id: int, form: StaffForm, run: Callable[[], str]
) -> ResponseReturnValue:
    """Show a form, or carry it out and go back to the list; refusals stay on the page."""
    if request.method == "GET":
        return render_template(template, **_shown(award_id, form))
    if form.validate_on_submit():
        try:
            with transaction():
                said = run()
        except Invalid as error:
            form.refuse(error)
        else:
            flash(said)
            return redirect(url_for("rewards.approvals"), 303)
    return unfinished(template, **_shown(award_id, form))


@blueprint.route("/<int:award_id>/decide", methods=["GET", "POST"])
@needs(Verb.REWARD_APPROVE)
def decide(award_id: int) -> ResponseReturnValue:
    """Agree to an award or give it back; who had a hand in it sees no form."""
    found = sheets.sheet(award_id, now=clock.now())
    if access.actor().staff_id in found.people:
        raise Forbidden("second_person")
    form = DecideForm(base_version=found.award.version)
    return _go_through("rewards/decide.html", award_id, form, lambda: _decide(award_id, form))


def _chosen(*words: str) -> str:
    """Return which button was pressed; money never moves on a form that was sent without one."""
    pressed = request.form.get("decision", "")
    if pressed not in words:
        raise Invalid("decision_missing")
    return pressed


def _decide(award_id: int, form: DecideForm) -> str:
    who, now = access.actor().staff_id, clock.now()
    if _chosen("agree", "back") == "back":
        service.send_back(
            award_id, note=form.note.data or "", staff_id=who, now=now, version=form.version
        )
        return _("Given back to the clerk.")
    award = service.approve(
        award_id, staff_id=who, minutes_no=form.minutes_no.data or "", now=now,
        version=form.version,
    )  # fmt: skip
    if award.state is not State.APPROVED:
        return _("Your yes is noted. A second approver is needed.")
    return _("Approved.")


@blueprint.route("/<int:award_id>/appeal", methods=["GET", "POST"])
@needs(Verb.APPEAL_DECIDE)
def answer(award_id: int) -> ResponseReturnValue:
    """Answer a reporter's objection."""
    form = AnswerForm()
    return _go_through("rewards/appeal.html", award_id, form, lambda: _answer(award_id, form))


def _answer(award_id: int, form: AnswerForm) -> str:
    service.answer(
        award_id, upheld=form.upheld.data == "yes", words=form.words.data or "",
        staff_id=access.actor().staff_id, now=clock.now(),
    )  # fmt: skip
    return _("Answered. The reporter reads it on the tracking page.")


@blueprint.route("/<int:award_id>/claw-back", methods=["GET", "POST"])
@needs(Verb.REWARD_APPROVE)
def claw_back(award_id: int) -> ResponseReturnValue:
    """Say that overpaid money came back, or let it rest."""
    form = ClawBackForm()
    return _go_through("rewards/claw_back.html", award_id, form, lambda: _end(award_id, form))


def _end(award_id: int, form: ClawBackForm) -> str:
    waive = _chosen("recover", "waive") == "waive"
    end = service.waive if waive else service.recover
    end(award_id, reason=form.note.data or "", staff_id=access.actor().staff_id, now=clock.now())
    return _("It is let rest.") if waive else _("It has come back.")
