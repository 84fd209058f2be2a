"""A9: which years' notices are published, a warning where one is missing, a day changed by hand.

A notice is tried first: the page says which days it changes and how many running limits reach
into its years, and keeps the lines for the confirmation.
"""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.sla import queries as sla
from app.web import access
from app.web.access import needs
from app.web.admin.blueprint import blueprint
from app.web.admin.forms import DayForm, NoticeForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.worktime import queries as worktime
from app.worktime import service

PAGE = "admin/calendar.html"


@blueprint.route("/calendar", methods=["GET", "POST"])
@needs(Verb.CALENDAR_ADMIN)
def calendar() -> ResponseReturnValue:
    """Show the years; try a notice, or load it."""
    form = NoticeForm()
    if request.method == "GET":
        return render_template(PAGE, form=form, **_shown())
    try:
        if not form.validate():
            return unfinished(PAGE, form=form, **_shown())
        text = form.text()
        if request.form.get("step") == "try":
            return _tried(form, text)
        with transaction():
            years = service.load(
                text, doc_no=form.doc_no.data or "", by=access.actor().key, now=clock.now()
            )
    except Invalid as error:
        form.refuse(error)
        return unfinished(PAGE, form=form, **_shown())
    flash(_("Loaded. Years published by it: %(years)s.", years=", ".join(map(str, years)) or "—"))
    return redirect(url_for("admin.calendar"), 303)


def _tried(form: NoticeForm, text: str) -> str:
    found = service.plan(text)
    first = min([*found.years, *(change.day.year for change in found.changes)], default=None)
    form.lines.data = text
    tried = {"plan": found, "touched": sla.reaching(first) if first else 0}
    return render_template(PAGE, form=form, **(_shown() | tried))


@blueprint.post("/calendar/day")
@needs(Verb.CALENDAR_ADMIN)
def calendar_day() -> ResponseReturnValue:
    """Change one day by the document that says so."""
    form = DayForm()
    shown = _shown() | {"day_form": form}
    try:
        if not form.validate():
            return unfinished(PAGE, form=NoticeForm(formdata=None), **shown)
        day = form.day.data
        assert isinstance(day, date)
        with transaction():
            service.set_day(
                day, form.chosen(), doc_no=form.doc_no.data or "", by=access.actor().key,
                now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return unfinished(PAGE, form=NoticeForm(formdata=None), **shown)
    flash(_("Changed. Running limits are counted anew."))
    return redirect(url_for("admin.calendar", year=day.year), 303)


def _shown() -> dict[str, object]:
    now = clock.now()
    years = worktime.years()
    chosen = request.args.get("year", clock.local(now).year, type=int)
    known = {row.year for row in years}
    return {
        "years": years,
        "year": chosen,
        "days": worktime.days_of(chosen) if 1 <= chosen <= 9999 else [],
        "is_known": chosen in known,
        "missing": worktime.missing_year(now),
        "next_unknown": clock.local(now).year + 1 not in known,
        "next_year": clock.local(now).year + 1,
        "provisional": sla.provisional(),
        "day_form": DayForm(formdata=None),
        "plan": None,
    }
