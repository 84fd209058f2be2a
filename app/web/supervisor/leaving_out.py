"""Exclusions by hand: asked by one person, decided by another, each with its words."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.core import clock
from app.core.errors import Invalid, Refused
from app.core.tx import transaction
from app.rates import exclusions
from app.rates.exclusions import ExclusionRow
from app.web import access
from app.web.access import needs
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.forms import DecideForm, ExcludeForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One exclusion with the names of its two persons and its form."""

    row: ExclusionRow
    asked_by: str
    decided_by: str
    form: DecideForm


def _lines(failed: tuple[int, DecideForm] | None = None) -> list[Line]:
    rows = exclusions.listed()
    ids = {row.proposed_by for row in rows} | {row.decided_by for row in rows if row.decided_by}
    names = {staff_id: person.name for staff_id, person in accounts.by_ids(ids).items()}
    bad = dict([failed]) if failed else {}
    return [
        Line(
            row=row, asked_by=names.get(row.proposed_by, ""),
            decided_by=names.get(row.decided_by or 0, ""),
            form=bad.get(row.id) or DecideForm(formdata=None, prefix=f"e{row.id}"),
        )
        for row in rows
    ]  # fmt: skip


@blueprint.get("/left-out")
@needs(Verb.RATES_READ, Verb.EXCLUDE_PROPOSE)
def left_out() -> ResponseReturnValue:
    """Show what was left out by hand and what waits for a second person."""
    form = ExcludeForm(formdata=None, number=request.args.get("number", ""))
    return render_template("supervisor/left_out.html", lines=_lines(), form=form, bad=None)


@blueprint.post("/left-out")
@needs(Verb.EXCLUDE_PROPOSE)
def leave_out() -> ResponseReturnValue:
    """Ask to leave a case out."""
    form = ExcludeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                case = cases.by_number((form.number.data or "").strip().upper())
                exclusions.propose(
                    case.id, str(form.reason.data), note=form.note.data or "", by=access.actor(),
                    now=clock.now(),
                )  # fmt: skip
        except Refused as error:
            form.refuse(Invalid(error.key, field="number", **error.facts))
        else:
            flash(_("A second person decides now."))
            return redirect(url_for("supervisor.left_out"), 303)
    return unfinished("supervisor/left_out.html", lines=_lines(), form=form, bad=form)


@blueprint.post("/left-out/<int:exclusion_id>/<act>")
@needs(Verb.EXCLUDE)
def decide_left_out(exclusion_id: int, act: str) -> ResponseReturnValue:
    """Approve, refuse or lift an exclusion."""
    form = DecideForm(prefix=f"e{exclusion_id}")
    words, by, now = form.answer.data or "", access.actor(), clock.now()
    if form.validate_on_submit():
        try:
            with transaction():
                if act == "lift":
                    exclusions.lift(exclusion_id, reason=words, by=by, now=now)
                else:
                    exclusions.decide(
                        exclusion_id, approve=act == "approve", answer=words, by=by, now=now
                    )
        except Refused as error:
            form.refuse(Invalid(error.key, field="answer", **error.facts))
        else:
            flash(_("This is decided."))
            return redirect(url_for("supervisor.left_out"), 303)
    lines = _lines((exclusion_id, form))
    asked = ExcludeForm(formdata=None)
    return unfinished("supervisor/left_out.html", lines=lines, form=asked, bad=form)
