"""Published months: what was said, what it would be now, and the cases between the two."""

from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.audit import service as audit
from app.core import clock
from app.core.errors import Invalid, Refused
from app.core.tx import transaction
from app.rates import published
from app.rates.published import Change, Frozen, Restated
from app.web import access
from app.web.access import needs
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.supervisor import figures
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.forms import MonthForm
from app.web.supervisor.period import month_over

SHOWN = 200
"""The most changed records on one page; the file has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rate of a published month in words."""

    rate: str
    was: str
    now: str
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One record that counts otherwise now."""

    rate: str
    number: str
    was: str
    now: str


@blueprint.get("/months")
@needs(Verb.RATES_READ)
def months() -> ResponseReturnValue:
    """Show the published months."""
    known, over = published.months(), month_over(clock.now())
    wanted = "" if over in {one.month for one in known} else over
    form = MonthForm(formdata=None, month=wanted)
    return render_template("supervisor/months.html", months=known, form=form)


@blueprint.post("/months")
@needs(Verb.BRIEFING_MAKE)
def publish() -> ResponseReturnValue:
    """Freeze a month."""
    form = MonthForm()
    known = published.months()
    if not form.validate_on_submit():
        return unfinished("supervisor/months.html", months=known, form=form)
    month = (form.month.data or "").strip()
    try:
        with transaction():
            published.publish(month, by=access.actor(), now=clock.now())
    except Refused as error:
        form.refuse(Invalid(error.key, field="month", **error.facts))
        return unfinished("supervisor/months.html", months=known, form=form)
    flash(_("%(month)s is published.", month=month))
    return redirect(url_for("supervisor.month", month=month), 303)


@blueprint.get("/months/<month>")
@needs(Verb.RATES_READ)
def month(month: str) -> ResponseReturnValue:
    """Show a published month beside what it would be now."""
    view, found = published.get(month), published.restated(month, now=clock.now())
    moved = [one for rate in found for one in rate.changes]
    return render_template(
        "supervisor/month.html", view=view, whole=published.is_whole(month),
        rows=[_row(one) for one in found], moved=[_moved(one) for one in moved[:SHOWN]],
        count=len(moved),
    )  # fmt: skip


@blueprint.get("/months/<month>.csv")
@needs(Verb.RATES_READ)
def month_csv(month: str) -> ResponseReturnValue:
    """Give the very file whose SHA-256 is the published digest."""
    view = published.get(month)
    with transaction():
        audit.record(
            actor=access.actor().key, action="rates.csv", subject=f"month:{month}",
            now=clock.now(), detail={"rows": view.count, "asked": request.args.to_dict()},
        )  # fmt: skip
    answer = Response(published.export(published.rows_of(month)).encode(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="rates-{view.month}.csv"'
    return answer


def _row(one: Restated) -> Row:
    return Row(
        rate=one.rate, changes=len(one.changes),
        was=f"{figures.value(one.published)} {one.published.top}/{one.published.bottom}",
        now=f"{figures.value(one.present)} {one.present.top}/{one.present.bottom}",
    )  # fmt: skip


def _moved(one: Change) -> Moved:
    return Moved(
        rate=str(label(one.rate, "Rate")), number=one.case_number, was=_said(one.was, one.rate),
        now=_said(one.now, one.rate),
    )  # fmt: skip


def _said(row: Frozen | None, rate: str) -> str:
    """Say how a record counted."""
    if row is None:
        return _("not counted")
    if row.excluded:
        return _("left out: %(why)s", why=label(row.excluded, "Exclusion"))
    if rate == "satisfaction":
        return _("Satisfied") if row.good else _("Not satisfied")
    return _("In time") if row.good else _("Not in time")
