"""I5: reporters are called after closing; nobody here sees a number (screens.md §5.3)."""

from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.core import clock
from app.core.errors import Invalid, Refused
from app.core.tx import transaction
from app.feedback import call_queries, calls
from app.feedback import queries as feedback
from app.feedback.call_queries import CallBackView
from app.feedback.rules_calls import DAYS, CallOutcome, CallState
from app.feedback.service import RatingData
from app.feedback.wishes import MAX_WORDS
from app.fieldwork import queries as fieldwork
from app.sla import queries as sla
from app.sla.kinds import ClockKind
from app.sla.queries import ClockView
from app.web import access
from app.web.access import needs
from app.web.desk import lists
from app.web.desk.blueprint import blueprint
from app.web.forms import StaffForm, refused
from app.web.i18n import gettext as _
from app.web.labels import choices
from app.web.rating import RateForm

PAGE = "desk/callback.html"
ASKED = ("solved", "satisfaction", "attitude", "reasons")
NOTHING = RatingData(solved=None, satisfaction=None)
VAIN = (CallOutcome.NO_ANSWER, CallOutcome.DECLINED, CallOutcome.WRONG_NUMBER)


class AnsweredForm(StaffForm, RateForm):
    """What the reporter says: the questions of the page, and whether it is to be taken up again."""

    reopen = BooleanField(_l("The reporter wants the case taken up again"))


class NotAnsweredForm(StaffForm):
    """Why a call brought nothing."""

    outcome = RadioField(
        _l("What happened?"), [InputRequired(_l("Please say what happened."))],
        choices=choices(CallOutcome, only=VAIN),
    )  # fmt: skip
    note = TextAreaField(_l("Note"), [Optional(), Length(max=MAX_WORDS)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A line of the list: who is to be called, and by when."""

    view: CallBackView
    place: str
    clock: ClockView | None


@blueprint.get("/callbacks")
@needs(Verb.CALL_BACK)
def callbacks() -> ResponseReturnValue:
    """List who is to be called, the nearest limit first, and the last calls."""
    return render_template(
        "desk/callbacks.html", waiting=_lines(call_queries.waiting()),
        ended=_lines(call_queries.ended(limit=20)), days=DAYS,
    )  # fmt: skip


def _lines(views: list[CallBackView]) -> list[Waiting]:
    subjects = {view.id: f"call:{view.id}" for view in views}
    clocks = sla.by_subject(ClockKind.CALL_BACK, tuple(subjects.values()))
    return [
        Waiting(
            view=view, place=view.place_words or view.number, clock=clocks.get(subjects[view.id])
        )
        for view in views
    ]


@blueprint.get("/callbacks/<int:call_back_id>")
@needs(Verb.CALL_BACK)
def callback(call_back_id: int) -> ResponseReturnValue:
    """Show what to say and what was done; the questions open once the call is through."""
    return render_template(PAGE, **_shown(call_back_id, AnsweredForm(formdata=None),
                                          NotAnsweredForm(formdata=None)))  # fmt: skip


def _shown(
    call_back_id: int, answered: AnsweredForm, missed: NotAnsweredForm, bad: StaffForm | None = None
) -> dict[str, object]:
    view, who = call_queries.call_back(call_back_id), access.actor()
    case = cases.by_number(view.number)
    return {
        "view": view, "case": case, "place": lists.place_of(case), "area": lists.area_of(case),
        "line": _lines([view])[0], "answered": answered, "missed": missed, "bad": bad,
        "open": view.state is CallState.OPEN, "under_way": view.under_way(who.staff_id),
        "own": feedback.own_rating(view.report_id), "days": DAYS,
        "replies": fieldwork.replies([case.id]).get(case.id, []),
        "final": [step.facts.get("reply", "") for step in cases.steps(case.id)][-1],
    }  # fmt: skip


@blueprint.post("/callbacks/<int:call_back_id>/connect")
@needs(Verb.CALL_BACK)
def connect(call_back_id: int) -> ResponseReturnValue:
    """Let the telephone bridge ring the desk and the reporter."""
    with transaction():
        calls.connect(call_back_id, by=access.actor(), now=clock.now())
    flash(_("Your telephone rings first; then the reporter is called."))
    return redirect(url_for("desk.callback", call_back_id=call_back_id), 303)


@blueprint.post("/callbacks/<int:call_back_id>/answered")
@needs(Verb.CALL_BACK)
def call_answered(call_back_id: int) -> ResponseReturnValue:
    """Keep what the reporter said."""
    form, missed = AnsweredForm(), NotAnsweredForm(formdata=None)
    own = feedback.own_rating(call_queries.call_back(call_back_id).report_id)
    if own is not None:
        for name in ASKED:
            delattr(form, name)
    if not form.validate():
        return refused(PAGE, 422, **_shown(call_back_id, form, missed, form))
    told = form.rating() if own is None else replace(NOTHING, words=form.words.data or "")
    try:
        with transaction():
            calls.answered(
                call_back_id, told, reopen=form.reopen.data, by=access.actor(),
                now=clock.now(),
            )  # fmt: skip
    except Refused as error:
        form.refuse(error)
        return refused(PAGE, error.status, **_shown(call_back_id, form, missed, form))
    flash(_("Stored. Thank you for calling."))
    return redirect(url_for("desk.callbacks"), 303)


@blueprint.post("/callbacks/<int:call_back_id>/missed")
@needs(Verb.CALL_BACK)
def call_missed(call_back_id: int) -> ResponseReturnValue:
    """Keep that a call brought nothing."""
    form, answered = NotAnsweredForm(), AnsweredForm(formdata=None)
    if not form.validate():
        return refused(PAGE, 422, **_shown(call_back_id, answered, form, form))
    try:
        with transaction():
            state = calls.not_answered(
                call_back_id, CallOutcome(form.outcome.data), words=form.note.data or "",
                by=access.actor(), now=clock.now(),
            )  # fmt: skip
    except (Invalid, Refused) as error:
        form.refuse(error)
        return refused(PAGE, error.status, **_shown(call_back_id, answered, form, form))
    again = state is CallState.OPEN
    flash(_("Please try again on another day.") if again else _("Stored. Nobody calls again."))
    return redirect(url_for("desk.callbacks"), 303)
