"""C9: the reporter's own judgement; only a POST counts, for 30 days it may be changed."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app.cases.queries import CaseView
from app.cases.workflow import State
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.feedback import queries as feedback
from app.feedback import service
from app.feedback.queries import RatingView, RequestView
from app.feedback.rules import UNSOLVED, may_rate
from app.web.forms import unfinished
from app.web.public import visits
from app.web.public.site import blueprint
from app.web.rating import RateForm


@blueprint.get("/t/<name>/rate")
def rate(name: str) -> str:
    """Show the questions, with the answers given before; the address may suggest the first."""
    visit = visits.find(name, now=clock.now())
    form, before = RateForm(formdata=None), mine(visit.report_id)
    if before is not None:
        for field in ("solved", "satisfaction", "attitude", "reasons", "words"):
            form[field].data = getattr(before, field)
    else:
        form.solved.data = request.args.get("solved")
    return render_template("public/rate.html", form=form, name=name)


@blueprint.post("/t/<name>/rate")
def give(name: str) -> Response:
    """Keep the rating."""
    now, form = clock.now(), RateForm()
    visit = visits.find(name, now=now)
    if not form.validate():
        return unfinished("public/rate.html", form=form, name=name)
    told = form.rating()
    try:
        with transaction():
            service.rate(visit.report_id, told, now=now)
    except Invalid as refusal:
        form.refuse(refusal)
        return unfinished("public/rate.html", form=form, name=name)
    done = "reopen" if told.solved in UNSOLVED else "rated"
    return redirect(url_for("public.case", name=name, done=done), 303)


def mine(report_id: int) -> RatingView | None:
    """Return the rating of a report."""
    return feedback.rating(report_id)


def last_request(report_id: int) -> RequestView | None:
    """Return the newest wish for a reopening, with its answer."""
    found = feedback.requests_of_report(report_id)
    return found[0] if found else None


def is_open(report_id: int, case: CaseView, *, now: datetime) -> bool:
    """Say whether the case page asks for a rating now."""
    open_now = case.state is State.CLOSED and may_rate(case.closed_at, now)
    return open_now and mine(report_id) is None
