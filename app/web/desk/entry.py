"""I2: a call, a visitor, a letter, typed by the desk beside the open cases that it may be about."""

from dataclasses import replace
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug import Response

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.tx import transaction
from app.intake import alike
from app.intake import service as intake
from app.web import access
from app.web.access import needs
from app.web.desk import lists, throttle, unfinished
from app.web.desk.blueprint import blueprint
from app.web.desk.forms import EntryForm
from app.web.forms import picks
from app.web.forms import unfinished as again


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Verb.REPORT_ENTER)
def new() -> ResponseReturnValue:
    """Enter a report for somebody; the answer shows the code once, to be read back."""
    if request.method == "GET":
        return _empty()
    form = _form()
    if "later" in request.form:
        return _set_aside(form)
    if not form.validate():
        return again("desk/new.html", **_page(form))
    join = request.form.get("join", "")
    if not join and not form.looked.data:
        beside = _beside(form)
        if beside.count:  # without scripts nobody has seen them yet
            form.looked.data = "1"
            return render_template("desk/new.html", **_page(form, beside), check=True)
    return _enter(form, join)


def _form(**fields: Any) -> EntryForm:
    form = EntryForm(formdata=None, **fields) if request.method == "GET" else EntryForm()
    form.grid_code.choices = picks([("", "—"), *lists.grid_choices()])
    return form


def _empty() -> str:
    """Return the page for another call, or one's own unfinished one."""
    name = request.args.get("draft", "")
    kept = unfinished.load(name) if name else None
    if name and kept is None:
        flash(_("This unfinished call is not kept any more."), "warn")
    form = _form(**kept or {})
    return render_template("desk/new.html", **_page(form), waiting=[] if kept else unfinished.own())


def _page(form: EntryForm, beside: alike.Alike | None = None) -> dict[str, Any]:
    return {"form": form, "beside": beside or _beside(form)}


def _beside(form: EntryForm) -> alike.Alike:
    told = form.told()
    if told == alike.Told():
        return alike.Alike()
    by, now = access.actor(), clock.now()
    left_out = not throttle.may_compare(told.phone, by=by, now=now)
    if left_out:
        told = replace(told, phone="")
    with transaction():  # a number that is compared is written down
        return replace(alike.find(told, by=by, now=now), left_out=left_out)


def _set_aside(form: EntryForm) -> Response:
    with transaction():
        kept = unfinished.keep(form, now=clock.now())
    flash(_("Kept as unfinished, for a day.") if kept else _("There was nothing to keep."))
    return redirect(url_for("desk.new"), 303)


def _enter(form: EntryForm, join: str) -> ResponseReturnValue:
    """Take the report in, or show the page with what is missing."""
    told = form.submission(actor=access.actor().key, join=join.strip())
    try:
        with transaction():
            receipt = intake.submit(told, now=clock.now())
            unfinished.drop(str(form.draft.data))
    except Invalid as error:
        form.refuse(error)
        return again("desk/new.html", **_page(form))
    except NotFound:
        form.form_errors.append(_("There is no such case. Please choose one of the list."))
        return again("desk/new.html", **_page(form))
    return render_template("desk/entered.html", receipt=receipt, join=join)


@blueprint.post("/new/beside")
@needs(Verb.REPORT_ENTER)
def beside() -> ResponseReturnValue:
    """Return the open cases beside what is typed so far: part of the page, for its script."""
    return render_template("desk/_beside.html", beside=_beside(_form()))


@blueprint.post("/new/draft")
@needs(Verb.REPORT_ENTER)
def keep_draft() -> ResponseReturnValue:
    """Keep what is typed so far, for the page's script: every two seconds."""
    with transaction():
        unfinished.keep(_form(), now=clock.now())
    return make_response("", 204)


@blueprint.post("/new/drop")
@needs(Verb.REPORT_ENTER)
def drop_draft() -> ResponseReturnValue:
    """Delete an unfinished call."""
    with transaction():
        unfinished.drop(request.form.get("draft", ""))
    flash(_("Deleted."))
    return redirect(url_for("desk.new"), 303)
