"""V9: draw a sample of closed cases, see what the second looks found, decide on what failed."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.audit import service as audit
from app.core import clock
from app.core.errors import Invalid, Refused
from app.core.tx import transaction
from app.places import queries as places
from app.spotchecks import policy, proof, queries, redrawing, service
from app.spotchecks.queries import Progress, SampleView, SpotView
from app.web import access
from app.web.access import needs
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.forms import RedrawDecisionForm, RedrawForm, SampleForm, SpotAnswerForm
from app.web.supervisor.period import month_over
from app.web.supervisor.sheet import csv_file

NONE = Progress(drawn=0, looked=0, solved=0, to_answer=0)
CHECK, SAMPLE = "supervisor/spot_check.html", "supervisor/spot_sample.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One draw with how far it is; `counts`: its month's last; `asked`: somebody wants another."""

    view: SampleView
    progress: Progress
    counts: bool
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One second look in words."""

    row: SpotView
    town: str
    who: str
    result: str
    bad: bool


@blueprint.get("/spot-checks")
@needs(Verb.RATES_READ)
def spot_checks() -> ResponseReturnValue:
    """Show the draws, newest first, and the form of the next one."""
    rows, over = _rows(), month_over(clock.now())
    wanted = "" if over in {row.view.month for row in rows} else over
    return render_template(
        "supervisor/spot_checks.html", rows=rows, form=SampleForm(formdata=None, month=wanted),
        policy=policy.in_force(clock.local(clock.now()).date()),
    )  # fmt: skip


@blueprint.post("/spot-checks")
@needs(Verb.SPOT_CHECK)
def draw() -> ResponseReturnValue:
    """Draw a month."""
    form = SampleForm()
    known = policy.in_force(clock.local(clock.now()).date())
    if form.validate_on_submit():
        try:
            with transaction():
                sample_id = service.draw(
                    (form.month.data or "").strip(), by=access.actor(), now=clock.now()
                )
        except Refused as error:
            form.refuse(Invalid(error.key, field="month", **error.facts))
        else:
            flash(_("The sample is drawn; the second looks are given out."))
            return redirect(url_for("supervisor.spot_sample", sample_id=sample_id), 303)
    return unfinished("supervisor/spot_checks.html", rows=_rows(), form=form, policy=known)


@blueprint.get("/spot-checks/<int:sample_id>")
@needs(Verb.RATES_READ)
def spot_sample(sample_id: int) -> ResponseReturnValue:
    """Show one draw: how anybody can draw it again, and every second look."""
    return render_template(SAMPLE, **about(sample_id))


def about(sample_id: int) -> dict[str, object]:
    """Return what the page of a draw shows; its forms come beside it."""
    view = queries.sample(sample_id)
    return {
        "view": view,
        "lines": lines(queries.checks(sample_id)),
        "by": _name(view.drawn_by),
        "progress": queries.progress([sample_id]).get(sample_id, NONE),
        "policy": policy.by_key(view.policy),
        "whole": proof.is_whole(sample_id),
        "is_last": queries.newest(queries.samples()) >= {sample_id},
        "redraws": [(one, _name(one.asked_by)) for one in redrawing.waiting(view.month)],
        "ask_form": RedrawForm(formdata=None),
        "decide_form": RedrawDecisionForm(formdata=None),
    }


@blueprint.get("/spot-checks/<int:sample_id>.csv")
@needs(Verb.RATES_READ)
def spot_file(sample_id: int) -> ResponseReturnValue:
    """Give the list that was drawn from, with every ticket."""
    view = queries.sample(sample_id)
    with transaction():
        audit.record(
            actor=access.actor().key, action="spot.csv", subject=f"sample:{view.month}",
            now=clock.now(), detail={"turn": view.turn, "rows": view.frame_size},
        )  # fmt: skip
    return csv_file(proof.export(sample_id), f"spot-{view.month}-{view.turn}")


@blueprint.get("/spot-check/<int:check_id>")
@needs(Verb.RATES_READ)
def spot_check(check_id: int) -> ResponseReturnValue:
    """Show one second look, and the decision that it asks for."""
    return render_template(CHECK, form=SpotAnswerForm(formdata=None), **_context(check_id))


@blueprint.post("/spot-check/<int:check_id>")
@needs(Verb.SPOT_CHECK)
def answer_spot_check(check_id: int) -> ResponseReturnValue:
    """Decide whether a case that failed is taken up again."""
    form = SpotAnswerForm()
    if not form.validate_on_submit():
        return unfinished(CHECK, form=form, **_context(check_id))
    try:
        with transaction():
            service.answer(
                check_id, reopen=form.reopen.data == "yes", falsified=bool(form.falsified.data),
                words=form.words.data or "", by=access.actor(), now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return unfinished(CHECK, form=form, **_context(check_id))
    flash(_("Decided."))
    return redirect(url_for("supervisor.spot_check", check_id=check_id), 303)


@blueprint.post("/spot-check/<int:check_id>/confirm")
@needs(Verb.SPOT_CHECK)
def confirm_spot_check(check_id: int) -> ResponseReturnValue:
    """Let a poor proof count, with a reason."""
    form = SpotAnswerForm()
    try:
        with transaction():
            service.confirm(
                check_id, reason=form.words.data or "", by=access.actor(), now=clock.now()
            )
    except Invalid as error:
        form.refuse(error)
        return unfinished(CHECK, form=form, **_context(check_id))
    flash(_("The result counts now."))
    return redirect(url_for("supervisor.spot_check", check_id=check_id), 303)


def in_words(row: SpotView) -> str:
    """Say what was found, or how far the look is."""
    if row.result is None:
        return str(label(row.state))
    return str(label(row.result, None if row.drawn else "ResultAfter"))


def _context(check_id: int) -> dict[str, object]:
    row = queries.check(check_id)
    return {
        "row": row,
        "line": lines([row])[0],
        "sample": queries.sample(row.sample_id) if row.sample_id else None,
        "answered_by": _name(row.answered_by),
        "confirmed_by": _name(row.confirmed_by),
    }


def _rows() -> list[Row]:
    found = queries.samples()
    far, newest = queries.progress(one.id for one in found), queries.newest(found)
    asked = {one.month for one in redrawing.waiting()}
    return [
        Row(
            view=one, progress=far.get(one.id, NONE), counts=one.id in newest,
            asked=one.id in newest and one.month in asked,
        )
        for one in found
    ]  # fmt: skip


def _name(staff_id: int | None) -> str:
    found = accounts.get(staff_id) if staff_id else None
    return found.name if found else ""


def lines(rows: Sequence[SpotView]) -> list[Line]:
    """Return second looks in words, names looked up once."""
    names = places.names(row.township_code for row in rows)
    people = accounts.by_ids(row.inspector_id for row in rows if row.inspector_id)
    return [
        Line(
            row=row, town=names.get(row.township_code or "", ""),
            who=people[row.inspector_id].name if row.inspector_id in people else "",
            result=in_words(row), bad=row.failed,
        )
        for row in rows
    ]  # fmt: skip
