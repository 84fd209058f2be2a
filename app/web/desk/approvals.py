"""I7: what waits for a second person, and checked cases that wait for their final reply."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.cases import triage
from app.cases.queries import CaseView
from app.cases.workflow import State, Urgency
from app.core import clock
from app.core.errors import Forbidden, Invalid, Stale
from app.core.tx import transaction
from app.fieldwork import attendance, patrol_words
from app.fieldwork import queries as fieldwork
from app.fieldwork import service as fieldwork_service
from app.fieldwork.states import ReplyKind
from app.intake import queries as intake
from app.intake.queries import ReportView
from app.intake.submission import Source
from app.media import queries as media
from app.supervision import queries as supervision
from app.web import access
from app.web.access import needs
from app.web.desk import inbox, lists, preview
from app.web.desk.blueprint import blueprint
from app.web.desk.forms import ArrivalWordForm, CloseForm, DecideForm, HandBackForm, PatrolWordForm
from app.web.forms import StaffForm, picks, refused

FORMS: dict[str, type[StaffForm]] = {
    "r": DecideForm, "a": ArrivalWordForm, "h": HandBackForm, "p": PatrolWordForm
}  # fmt: skip
"""The form of a row: rejection, arrival, hand-back, patrol; letter and row's id are its prefix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A form of the list that was not accepted."""

    prefix: str
    form: StaffForm
    stale: bool = False


@blueprint.get("/approvals")
@needs(Verb.APPROVALS_READ)
def approvals() -> ResponseReturnValue:
    """List rejections, grade C arrivals, hand-backs, patrols without proof and checked cases."""
    return render_template("desk/approvals.html", **_context())


def _context(bad: Refusal | None = None) -> dict[str, object]:
    """Return what this person may decide; each row has a form of its own."""
    who = access.actor()
    rejections = cases.proposed_rejections() if who.may(Verb.CASE_REJECT_APPROVE) else []
    arrivals = fieldwork.pending_arrivals() if who.may(Verb.ARRIVAL_CONFIRM) else []
    handbacks = fieldwork.hand_backs() if who.may(Verb.HANDBACK_DECIDE) else []
    known = {row.reject_proposed_by or 0 for row in rejections}
    rounds = attendance.to_judge().rows if who.may(Verb.ARRIVAL_CONFIRM) else ()
    known |= {row.staff_id for row in rounds}
    known |= {row.check_in.staff_id for row in arrivals} | {row.asked_by for row in handbacks}
    return {
        "rejections": lists.rows(rejections),
        "arrivals": arrivals,
        "handbacks": handbacks,
        "patrols": rounds,
        "noted": attendance.said([row.id for row in rounds]) if rounds else {},
        "checked": lists.rows(closable()),
        "people": accounts.by_ids(known),
        "pictures": media.for_holder("check_in", [row.check_in.id for row in arrivals]),
        "reject_forms": _forms("r", (row.id for row in rejections), bad),
        "confirm_forms": _forms("a", (row.check_in.id for row in arrivals), bad),
        "hand_back_forms": _forms("h", (row.id for row in handbacks), bad),
        "patrol_forms": _forms("p", (row.id for row in rounds), bad),
        "form": bad.form if bad else None,
        "stale": bad is not None and bad.stale,
    }


def closable() -> list[CaseView]:
    """Return the checked cases that this person closes; a leader closes urgent ones."""
    checked = cases.in_states((State.CHECKED,), size=lists.MOST).rows
    told = intake.of_cases([row.id for row in checked])
    return [row for row in checked if access.actor().may(_closes(row, told.get(row.id, [])))]


def _closes(row: CaseView, told: Sequence[ReportView]) -> Verb:
    from_media = any(report.source is Source.MEDIA for report in told)
    for_leader = row.urgency is Urgency.RED or row.supervised or from_media
    return Verb.CASE_CLOSE_URGENT if for_leader else Verb.CASE_CLOSE


def _forms(letter: str, ids: Iterable[int], bad: Refusal | None) -> dict[int, StaffForm]:
    return {
        key: bad.form if bad and bad.prefix == f"{letter}{key}" else _form(letter, key, empty=True)
        for key in ids
    }


def _form(letter: str, key: int, *, empty: bool = False) -> StaffForm:
    prefix, kind = f"{letter}{key}", FORMS[letter]
    form = kind(formdata=None, prefix=prefix) if empty else kind(prefix=prefix)
    if isinstance(form, HandBackForm):
        form.new_staff_id.choices = picks([(0, "—"), *lists.worker_choices(usual=None)])
    return form


def _decided(
    letter: str, key: int, form: StaffForm, act: Callable[[], object], said: Callable[[], str]
) -> ResponseReturnValue:
    """Carry out a decision, or show the list again with its form."""
    stale = False
    if form.validate_on_submit():
        try:
            with transaction():
                act()
        except (Invalid, Stale) as error:
            form.refuse(error)
            stale = isinstance(error, Stale)
        else:
            flash(said())
            return redirect(url_for("desk.approvals"), 303)
    bad = Refusal(prefix=f"{letter}{key}", form=form, stale=stale)
    return refused("desk/approvals.html", 409 if stale else 422, **_context(bad))


@blueprint.post("/<number>/reject/decide")
@needs(Verb.CASE_REJECT_APPROVE)
def decide_reject(number: str) -> ResponseReturnValue:
    """Decide on a proposed rejection, as another person."""
    case_id = cases.by_number(number).id
    form = _form("r", case_id)
    assert isinstance(form, DecideForm)
    return _decided("r", case_id, form, lambda: triage.decide_rejection(
        case_id, approve=form.agreed, note=form.note.data or "", by=access.actor(),
        now=clock.now(),
    ), lambda: _("The report is not accepted; the reporter is told why.") if form.agreed
        else _("Case %(number)s stays in the inbox.", number=number))  # fmt: skip


@blueprint.post("/arrivals/<int:check_in_id>")
@needs(Verb.ARRIVAL_CONFIRM)
def judge_arrival(check_in_id: int) -> ResponseReturnValue:
    """Let a grade C arrival count, or not, with a reason (decision 5)."""
    form = _form("a", check_in_id)
    assert isinstance(form, ArrivalWordForm)
    agreed = form.agreed
    act = fieldwork_service.confirm_arrival if agreed else fieldwork_service.refuse_arrival
    return _decided("a", check_in_id, form, lambda: act(
        check_in_id, reason=form.reason.data or "", by=access.actor(), now=clock.now()
    ), lambda: _("The arrival counts.") if agreed
        else _("It is no arrival. The worker is told and arrives again."))  # fmt: skip


@blueprint.post("/patrols/<int:patrol_id>")
@needs(Verb.ARRIVAL_CONFIRM)
def judge_patrol(patrol_id: int) -> ResponseReturnValue:
    """Let a patrol without a position count, or not, with a reason."""
    form = _form("p", patrol_id)
    assert isinstance(form, PatrolWordForm)
    return _decided("p", patrol_id, form, lambda: patrol_words.judge(
        patrol_id, accept=form.agreed, reason=form.reason.data or "", by=access.actor(),
        now=clock.now(),
    ), lambda: _("The patrol counts.") if form.agreed
        else _("The patrol does not count."))  # fmt: skip


@blueprint.post("/handbacks/<int:hand_back_id>")
@needs(Verb.HANDBACK_DECIDE)
def decide_hand_back(hand_back_id: int) -> ResponseReturnValue:
    """Grant or refuse a hand-back."""
    form = _form("h", hand_back_id)
    assert isinstance(form, HandBackForm)
    return _decided("h", hand_back_id, form, lambda: fieldwork_service.decide_hand_back(
        hand_back_id, grant=form.agreed, answer=form.answer.data or "", by=access.actor(),
        now=clock.now(), new_staff_id=form.new_staff_id.data or None,
    ), lambda: _("The case goes to the new worker.") if form.agreed
        else _("The case stays with its worker."))  # fmt: skip


@blueprint.route("/<number>/close", methods=["GET", "POST"])
@needs(Verb.CASE_CLOSE, Verb.CASE_CLOSE_URGENT)
def close(number: str) -> ResponseReturnValue:
    """Send the final reply and close; a leader closes urgent and supervised cases."""
    row, who = cases.by_number(number), access.actor()
    if not who.may(_closes(row, intake.of_case(row.id))):
        raise Forbidden("leader_closes")
    form = CloseForm(base_version=row.version, reply=_drafted(row))
    if "preview" in request.form:
        look = preview.once(row, State.CLOSED, now=clock.now(), reply=form.reply.data or "")
        return render_template("desk/close.html", form=form, preview=look, **inbox.context(row))
    if form.validate_on_submit():
        try:
            with transaction():
                triage.close(
                    row.id, reply=form.reply.data or "", by=who, now=clock.now(),
                    version=form.version,
                )  # fmt: skip
        except (Invalid, Stale) as error:
            form.refuse(error)
            return _not_closed(number, form, stale=isinstance(error, Stale))
        flash(_("Case %(number)s is closed. The reporter is asked to rate it.", number=number))
        return redirect(url_for("desk.approvals"), 303)
    if form.is_submitted():
        return _not_closed(number, form)
    if row.state is not State.CHECKED:
        raise Stale("move_not_allowed", number=number)
    return render_template("desk/close.html", form=form, **inbox.context(row))


def _drafted(row: CaseView) -> str:
    """Return what worker or department would answer; the lead goes on from it."""
    drafts = fieldwork.replies([row.id], round_=row.round).get(row.id, [])
    found = next((one.words for one in reversed(drafts) if one.kind is ReplyKind.FINAL), "")
    return found or next((one.words for one in reversed(supervision.hand_overs_of(row.id))), "")


def _not_closed(number: str, form: CloseForm, *, stale: bool = False) -> ResponseReturnValue:
    row = cases.by_number(number)
    if stale:
        form.base_version.data = str(row.version)
    shown = inbox.context(row) | {"form": form, "stale": stale}
    return refused("desk/close.html", 409 if stale else 422, **shown)
