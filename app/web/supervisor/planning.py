"""Plans of patrols: who patrols how often this week and the next, and the change of one by hand."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.fieldwork import patrol_plans, rules_patrol
from app.fieldwork.attendance import Week
from app.fieldwork.patrol_plans import Planned
from app.places import queries as places
from app.web import access
from app.web.access import needs
from app.web.forms import picks, unfinished
from app.web.i18n import gettext as _
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.forms import PlanForm

TEMPLATE = "supervisor/plans.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One worker with this week and the next; None: not planned yet."""

    name: str
    town: str
    this: Week | None
    coming: Week | None


@blueprint.get("/patrol-plans")
@needs(Verb.PATROL_PLAN)
def plans() -> ResponseReturnValue:
    """Show who patrols how often, and the form that changes one plan."""
    return render_template(TEMPLATE, **_context(PlanForm(formdata=None)))


@blueprint.post("/patrol-plans")
@needs(Verb.PATROL_PLAN)
def set_plan() -> ResponseReturnValue:
    """Change the plan of one worker and week."""
    form = PlanForm()
    if not form.validate():
        return unfinished(TEMPLATE, **_context(form))
    try:
        with transaction():
            patrol_plans.set_plan(
                _number(form.worker.data) or 0, _day(form.week.data), _number(form.planned.data),
                reason=form.reason.data or "", by=access.actor(), now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return unfinished(TEMPLATE, **_context(form))
    flash(_("The plan is changed."))
    return redirect(url_for("supervisor.plans"), 303)


def _number(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return date.min


def _context(form: PlanForm) -> dict[str, object]:
    this, coming = patrol_plans.open_weeks(clock.now())
    now, later = patrol_plans.plans(this), patrol_plans.plans(coming)
    names = places.names(one.worker.area_code for one in now)
    form.worker.choices = picks(
        (one.worker.staff_id, f"{one.worker.name} {names.get(one.worker.area_code, '')}")
        for one in now
    )
    form.week.choices = picks((f"{week}", f"{week}") for week in (this, coming))
    return {
        "form": form,
        "this": this,
        "coming": coming,
        "lines": [_line(one, two, names) for one, two in zip(now, later, strict=True)],
        "rule": rules_patrol.in_force(this),
    }


def _line(one: Planned, two: Planned, names: dict[str, str]) -> Line:
    return Line(
        name=one.worker.name, town=names.get(one.worker.area_code, ""), this=one.week,
        coming=two.week,
    )  # fmt: skip
