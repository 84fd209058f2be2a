"""Ask for a review of the outcome from one's own page, in two stages, each within 30 days."""

from datetime import datetime
from functools import partial

from flask import render_template
from werkzeug import Response

from app.cases import queries as cases
from app.cases.queries import CaseView
from app.core import clock
from app.feedback import reviews
from app.feedback.reviews import Offer, ReviewView
from app.feedback.rules import RequestState
from app.intake import queries as reports
from app.web.public import after, visits, wishes
from app.web.public.case_forms import ReviewForm
from app.web.public.site import blueprint

TEMPLATE = "public/review.html"


@blueprint.get("/t/<name>/review")
def review(name: str) -> str:
    """Show what was answered, and ask what the reporter does not agree with."""
    return render_template(TEMPLATE, form=ReviewForm(formdata=None), **_shown(name))


def _shown(name: str) -> dict[str, object]:
    now = clock.now()
    report = reports.by_id(visits.find(name, now=now).report_id)
    case, last = cases.leading(report.case_id), mine(report.id)
    told = last is not None and last.state is RequestState.REFUSED and last.round == case.round
    return {
        "name": name,
        "outcome": after.replies(case.id)[-1:],
        "first": last if told else None,
        "offer": offer(report.id, case, now=now),
    }


@blueprint.post("/t/<name>/review")
def ask_review(name: str) -> Response:
    """Keep the request."""
    now = clock.now()
    report_id = visits.find(name, now=now).report_id
    return wishes.keep(
        TEMPLATE, ReviewForm(), partial(_ask, report_id, now=now), done="reviewed",
        shown=_shown(name) | {"again": True},
    )  # fmt: skip


def _ask(report_id: int, words: str, *, now: datetime) -> None:
    reviews.ask(report_id, reason=words, now=now)


def mine(report_id: int) -> ReviewView | None:
    """Return the newest review of a report, with its answer."""
    found = reviews.of_report(report_id)
    return found[-1] if found else None


def offer(report_id: int, case: CaseView, *, now: datetime) -> Offer | None:
    """Return the stage that the case page offers."""
    return reviews.may_ask(report_id, case, now=now)
