"""Object to a rejection from one's own page: once, within 30 days; words are kept on any error."""

from datetime import datetime
from functools import partial

from flask import render_template
from werkzeug import Response

from app.cases import queries as cases
from app.cases.queries import CaseView
from app.core import clock
from app.feedback import objections
from app.feedback.objections import ObjectionView
from app.intake import queries as reports
from app.web.public import visits, wishes
from app.web.public.case_forms import ObjectForm
from app.web.public.site import blueprint

TEMPLATE = "public/objection.html"


@blueprint.get("/t/<name>/objection")
def objection(name: str) -> str:
    """Show why the report was not taken up, and ask what is wrong with that."""
    return render_template(TEMPLATE, form=ObjectForm(formdata=None), **_shown(name))


def _shown(name: str) -> dict[str, object]:
    now = clock.now()
    report = reports.by_id(visits.find(name, now=now).report_id)
    case = cases.leading(report.case_id)
    return {
        "name": name,
        "note": case.reject_note,
        "reason": case.reject_reason,
        "until": objections.until(case),
        "open": objections.may_object(report.id, case, now=now),
    }


@blueprint.post("/t/<name>/objection")
def object_to(name: str) -> Response:
    """Keep the objection."""
    now = clock.now()
    report_id = visits.find(name, now=now).report_id
    return wishes.keep(
        TEMPLATE, ObjectForm(), partial(_object, report_id, now=now), done="objected",
        shown=_shown(name) | {"open": True},
    )  # fmt: skip


def _object(report_id: int, words: str, *, now: datetime) -> None:
    objections.raise_objection(report_id, reason=words, now=now)


def mine(report_id: int) -> ObjectionView | None:
    """Return the objection of a report, with its answer."""
    return objections.of_report(report_id)


def is_open(report_id: int, case: CaseView, *, now: datetime) -> bool:
    """Say whether the case page offers to object."""
    return objections.may_object(report_id, case, now=now)
