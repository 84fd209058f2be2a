"""I3: the desk's decisions on one case; each is one post, one transaction, one redirect."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug import Response

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.cases import service, triage
from app.cases.queries import CaseView
from app.cases.workflow import Move
from app.core import clock
from app.core.errors import Forbidden, NotFound, Refused, Stale
from app.core.tx import transaction
from app.intake import queries as intake
from app.intake import service as intake_service
from app.web import access
from app.web.access import needs
from app.web.desk import inbox
from app.web.desk.blueprint import blueprint
from app.web.desk.forms import AskForm, MergeForm, RejectForm, TriageForm, UnmergeForm
from app.web.forms import StaffForm, refused


def tried(number: str, name: str, form: StaffForm, act: Callable[[], object]) -> Response | None:
    """Carry out a decision; return the page to be corrected where it was refused."""
    if not form.validate_on_submit():
        return _again(number, name, form, 422)
    try:
        with transaction():
            act()
    except (Forbidden, NotFound):
        raise
    except Refused as error:
        form.refuse(error)
        return _again(number, name, form, error.status, stale=isinstance(error, Stale))
    return None


def _again(
    number: str, name: str, form: StaffForm, status: int, *, stale: bool = False
) -> Response:
    """Return the case page with the form that was not accepted, beside the newest state."""
    row = cases.by_number(number)
    shown = inbox.context(row) | {name: form, "form": form, "stale": stale}
    if stale:
        form.base_version.data = str(row.version)
    return refused("desk/case.html", status, **shown)


def _back(number: str) -> Response:
    return redirect(url_for("desk.case", number=number), 303)


@blueprint.post("/<number>/accept")
@needs(Verb.CASE_ACCEPT)
def accept(number: str) -> ResponseReturnValue:
    """Accept; who may assign hands it out in the same step, unless `only` is pressed."""
    row, who = cases.by_number(number), access.actor()
    usual = inbox.usual_of(row)
    form = inbox.fill(TriageForm(), usual)
    assigns = who.may(Verb.CASE_ASSIGN) and "only" not in request.form

    def act() -> None:
        triage.accept(row.id, form.triage(), by=who, now=clock.now(), version=form.version)
        if assigns:
            triage.assign(
                row.id, by=who, now=clock.now(), staff_id=_chosen(form, row, usual),
                reason=form.reason.data or "",
            )  # fmt: skip

    answer = tried(number, "triage_form", form, act)
    if answer is not None:
        return answer
    said = _("Case %(number)s is accepted and assigned.", number=number) if assigns else None
    flash(said or _("Case %(number)s is accepted.", number=number))
    return redirect(url_for("desk.inbox"), 303)


def _chosen(form: TriageForm, row: CaseView, usual: int | None) -> int | None:
    """Return who was chosen; a suggestion for the old grid does not follow into another one."""
    moved = form.grid_code.data != (row.grid_code or "")
    return None if moved and form.staff_id.data == usual else form.staff_id.data or None


@blueprint.post("/<number>/assign")
@needs(Verb.CASE_ASSIGN)
def assign(number: str) -> ResponseReturnValue:
    """Give an accepted case to a worker."""
    row = cases.by_number(number)
    form = inbox.assign_form(inbox.usual_of(row), row.version)
    answer = tried(number, "assign_form", form, lambda: triage.assign(
        row.id, by=access.actor(), now=clock.now(), staff_id=form.staff_id.data or None,
        reason=form.reason.data or "", version=form.version,
    ))  # fmt: skip
    if answer is not None:
        return answer
    flash(_("Case %(number)s is assigned.", number=number))
    return _back(number)


@blueprint.post("/<number>/reject")
@needs(Verb.CASE_REJECT_PROPOSE)
def reject(number: str) -> ResponseReturnValue:
    """Propose not to accept."""
    row, form = cases.by_number(number), RejectForm()
    answer = tried(number, "reject_form", form, lambda: triage.propose_rejection(
        row.id, reason=form.reason.data, note=form.note.data or "", by=access.actor(),
        now=clock.now(), version=form.version,
    ))  # fmt: skip
    if answer is not None:
        return answer
    flash(_("Proposed. A desk lead decides."))
    return _back(number)


@blueprint.post("/<number>/merge")
@needs(Verb.CASE_MERGE)
def merge(number: str) -> ResponseReturnValue:
    """Merge into another case."""
    row, form = cases.by_number(number), MergeForm()
    answer = tried(number, "merge_form", form, lambda: triage.merge(
        row.id, form.parent.data or "", by=access.actor(), note=form.note.data or "",
        now=clock.now(), version=form.version,
    ))  # fmt: skip
    if answer is not None:
        return answer
    flash(_("Merged. The reporters keep their codes."))
    return _back(number)


@blueprint.post("/<number>/unmerge")
@needs(Verb.CASE_MERGE)
def unmerge(number: str) -> ResponseReturnValue:
    """Undo a merge before the other case closes."""
    row, form = cases.by_number(number), UnmergeForm()
    answer = tried(number, "unmerge_form", form, lambda: triage.unmerge(
        row.id, by=access.actor(), note=form.note.data or "", now=clock.now(),
        version=form.version,
    ))  # fmt: skip
    if answer is not None:
        return answer
    flash(_("The merge is undone. The reporters see their own case again."))
    return _back(number)


@blueprint.post("/<number>/ask")
@needs(Verb.CASE_ASK)
def ask(number: str) -> ResponseReturnValue:
    """Ask the reporter one question; the clock pauses until the answer or five working days."""
    row, form = cases.by_number(number), AskForm()
    first, who, now = intake.of_case(row.id)[0], access.actor(), clock.now()

    def act() -> None:
        words = form.question.data or ""
        service.move(
            row.id, Move.ASK_REPORTER, by=who.key, now=now, note=words, version=form.version
        )
        intake_service.add_note(first.id, "question", words, actor=who.key, now=now)

    answer = tried(number, "ask_form", form, act)
    if answer is not None:
        return answer
    flash(_("The question is sent. The clock pauses until the answer."))
    return _back(number)
