"""A9: which years' notices are published, and a warning where one is missing."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.web import access
from app.web.access import needs
from app.web.admin.blueprint import blueprint
from app.web.admin.forms import NoticeForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.worktime import queries as worktime
from app.worktime import service


@blueprint.route("/calendar", methods=["GET", "POST"])
@needs(Verb.CALENDAR_ADMIN)
def calendar() -> ResponseReturnValue:
    """Show the years, load a notice."""
    form = NoticeForm()
    if request.method == "GET":
        return render_template("admin/calendar.html", form=form, **_shown())
    try:
        if not form.validate():
            return unfinished("admin/calendar.html", form=form, **_shown())
        text = _text(form.file.data.read())
        with transaction():
            years = service.load_csv(
                text, doc_no=form.doc_no.data or "", by=access.actor().key, now=clock.now()
            )
    except Invalid as error:
        form.refuse(error)
        return unfinished("admin/calendar.html", form=form, **_shown())
    flash(_("Loaded. Years published by it: %(years)s.", years=", ".join(map(str, years)) or "—"))
    return redirect(url_for("admin.calendar"), 303)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("calendar_columns", field="file") from error


def _shown() -> dict[str, object]:
    now = clock.now()
    years = worktime.years()
    chosen = request.args.get("year", clock.local(now).year, type=int)
    known = {row.year for row in years}
    return {
        "years": years,
        "year": chosen,
        "days": worktime.days_of(chosen) if chosen in known else [],
        "missing": worktime.missing_year(now),
        "next_unknown": clock.local(now).year + 1 not in known,
        "next_year": clock.local(now).year + 1,
    }
