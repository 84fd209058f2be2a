"""C8 and additions: words and photos that come after the report."""

from datetime import datetime
from uuid import uuid4

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app.cases import queries as cases
from app.cases import service as case_service
from app.cases.workflow import Move, State
from app.core import clock
from app.core.tx import transaction
from app.intake import queries as reports
from app.intake import service as intake
from app.intake.queries import ReportView
from app.web.forms import unfinished
from app.web.public import after, photos, visits
from app.web.public.case_forms import WordsForm
from app.web.public.site import blueprint


@blueprint.route("/t/<name>/add", methods=["GET", "POST"])
def add(name: str) -> str | Response:
    """Add words or photos to a report."""
    return _words(name, kind="addition", heading=_("Add photos or words"), question="")


@blueprint.route("/t/<name>/reply", methods=["GET", "POST"])
def answer(name: str) -> str | Response:
    """Answer the desk's question; a late answer counts as a note (C8)."""
    report = reports.by_id(visits.find(name, now=clock.now()).report_id)
    asked = after.question(report.id, cases.leading(report.case_id))
    return _words(name, kind="answer", heading=_("Answer the question"), question=asked)


@blueprint.post("/t/<name>/silent")
def silent(name: str) -> Response:
    """End the pause without an answer."""
    now = clock.now()
    report = reports.by_id(visits.find(name, now=now).report_id)
    with transaction():
        _go_on(report, now=now)
    return redirect(url_for("public.case", name=name), 303)


def _words(name: str, *, kind: str, heading: str, question: str) -> str | Response:
    now, form = clock.now(), WordsForm()
    visit = visits.find(name, now=now)
    here = url_for("public.answer" if kind == "answer" else "public.add", name=name)
    facts = {"name": name, "form": form, "heading": heading, "question": question, "action": here}
    if not form.is_submitted():
        return render_template("public/words.html", **facts)
    files = form.files()
    form.validate()
    if not files and not form.words.data:
        form.words.errors = [_("Please write something, or choose a photo")]
    if form.is_bad:
        return unfinished("public/words.html", **facts)
    report = reports.by_id(visit.report_id)
    refused = photos.give(files, kind="report", holder=report.id, key=str(uuid4()), now=now)
    if len(refused) == len(files) and not form.words.data:
        return unfinished("public/words.html", **facts, refused=refused)
    _keep(report, kind, form.words.data or _("Photos were added"), now=now)
    for one in refused:
        flash(_("Photo %(n)s was left out. %(why)s", n=one.n, why=one.words), "warn")
    done = "answered" if kind == "answer" else "added"
    return redirect(url_for("public.case", name=name, done=done), 303)


def _keep(report: ReportView, kind: str, words: str, *, now: datetime) -> None:
    with transaction():
        intake.add_note(report.id, kind, words, actor="reporter", now=now)
        if kind == "answer":
            _go_on(report, now=now)


def _go_on(report: ReportView, *, now: datetime) -> None:
    case = cases.leading(report.case_id)
    if case.state is State.WAITING_REPORTER:
        case_service.move(case.id, Move.ANSWERED, by="reporter", now=now)
