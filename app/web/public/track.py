"""C6: from a query code to a visit; one answer and one delay for everything that is wrong."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app.core import clock
from app.core.errors import Limited
from app.identity import service as identity
from app.web.forms import unfinished
from app.web.messages import sentence
from app.web.public import throttle, visits
from app.web.public.case_forms import CodeForm
from app.web.public.site import blueprint
from app.web.public.visits import VisitOver


@blueprint.get("/t")
def track() -> str:
    """Ask for the code."""
    return render_template("public/track.html", form=CodeForm(formdata=None))


@blueprint.post("/t")
def enter() -> Response:
    """Check digit first, then the look-up; what is wrong is never told apart (R-T2, R-T3)."""
    form, now = CodeForm(), clock.now()
    try:
        throttle.code(now=now)
    except Limited as limited:
        form.code.errors = [sentence(limited.key, limited.facts)]
        response = unfinished("public/track.html", form=form)
        response.status_code = limited.status
        response.headers["Retry-After"] = str(limited.retry_after)
        return response
    code = form.digits()
    report_id = identity.find_report(code) if identity.valid_check_digit(code) else None
    if report_id is None:
        throttle.pause()
        form.code.errors = [_("This code does not fit. Please compare it with your receipt.")]
        return unfinished("public/track.html", form=form)
    throttle.code_was_right(now=now)
    name = visits.begin(report_id, now=now)
    return redirect(url_for("public.case", name=name), 303)


@blueprint.post("/t/<name>/leave")
def leave(name: str) -> Response:
    """End the visit and let the browser forget what it showed (R-T4)."""
    visits.end(name, now=clock.now())
    response = redirect(url_for("public.home"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.errorhandler(VisitOver)
def over(_error: VisitOver) -> Response:
    """Ask for the code again; a posted text stays on the page, so that it is not lost."""
    form = CodeForm(formdata=None)
    kept = request.form.get("words", "") if request.method == "POST" else ""
    return unfinished("public/track.html", form=form, over=True, kept=kept)
