"""C7: a citizen's own case: promise beside fact, pictures, the answer, what can be done now."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app.cases import queries as cases
from app.cases import release
from app.cases.queries import CaseView
from app.cases.workflow import State
from app.core import clock
from app.core.tx import transaction
from app.identity import openings
from app.identity import service as identity
from app.intake import queries as reports
from app.intake import service as intake
from app.intake.queries import ReportView
from app.media import queries as photos
from app.web import filters
from app.web.i18n import gettext as _
from app.web.public import after, award, objection, rate, review, shown, visits
from app.web.public.site import blueprint

OVER = (State.CLOSED, State.REJECTED, State.WITHDRAWN)
DONE = {
    "secret": "The claim secret is set.",
    "phone": "The number is kept.",
    "rated": "Thank you, your rating is kept.",
    "reopen": "Your rating is kept, and reopening is asked for. You hear within 2 working days.",
    "objected": "Your objection is in. You hear within 2 working days.",
    "reviewed": "Your request for a review is in. You hear within 30 days.",
    "added": "It is added to your report.",
    "answered": "Your answer has arrived.",
    "withdrawn": "The report is withdrawn.",
    "claimed": "The reward is claimed.",
    "given": "Noted. Thank you.",
}


@blueprint.get("/t/<name>")
def case(name: str) -> str:
    """Show the case of a visit."""
    now = clock.now()
    visit = visits.find(name, now=now)
    report = reports.by_id(visit.report_id)
    found = cases.leading(report.case_id)
    mine = photos.for_holder("report", [report.id])[report.id]
    return render_template(
        "public/case.html", name=name, view=shown.head(report, found, now=now),
        rows=shown.rows(found, report, now=now), replies=after.replies(found.id),
        before=_picture(mine[0].id, _("Before the work"), mine[0].received_at) if mine else None,
        after=_after(found.id), photos=[_strip(photo.id, n) for n, photo in enumerate(mine, 1)],
        notes=[note for note in reports.notes(report.id) if note.kind != "question"],
        asked=rate.last_request(report.id), objected=objection.mine(report.id),
        reviewed=review.mine(report.id),
        openings=openings_seen(report.id, now=now), reward=award.panel(report.id, found, now=now),
        view_links=_links(name, report, found, now=now), done=_done(),
        on_list=found.public and release.may_be_told(found),
    )  # fmt: skip


@blueprint.post("/t/<name>/withdraw")
def withdraw(name: str) -> Response:
    """Take the report back, before dispatch only."""
    now = clock.now()
    visit = visits.find(name, now=now)
    with transaction():
        intake.withdraw(visit.report_id, now=now)
    return redirect(url_for("public.case", name=name, done="withdrawn"), 303)


def openings_seen(report_id: int, *, now: datetime) -> list[openings.OpeningView]:
    """Return when somebody really looked at the identity; whoever only asked saw nothing."""
    return [row for row in openings.openings_of(report_id, now=now) if row.opened_at is not None]


def _done() -> str:
    told = DONE.get(request.args.get("done", ""))
    return str(_(told)) if told else ""


def _links(
    name: str, report: ReportView, found: CaseView, *, now: datetime
) -> list[tuple[str, str, str, str]]:
    links = _second_looks(name, report, found, now=now)
    if found.state not in OVER and report.withdrawn_at is None:
        links.append((url_for("public.add", name=name), "camera", _("Add photos or words"),
                      _("it reaches whoever handles the case")))  # fmt: skip
    if not identity.has_claim_secret(report.id):
        links.append((url_for("public.secret", name=name), "lock", _("Set a claim secret"),
                      _("collects a reward without a name")))  # fmt: skip
    if not identity.has_phone(report.id):
        links.append((url_for("public.phone", name=name), "phone", _("Leave a phone number"),
                      _("for messages, and for a new code if this one is lost")))  # fmt: skip
    if rate.mine(report.id) is not None:
        links.append((url_for("public.rate", name=name), "edit", _("Your rating"),
                      _("can be changed for 30 days")))  # fmt: skip
    return links


def _second_looks(
    name: str, report: ReportView, found: CaseView, *, now: datetime
) -> list[tuple[str, str, str, str]]:
    """Return the ways open to who does not agree with a rejection or an outcome."""
    links: list[tuple[str, str, str, str]] = []
    if report.withdrawn_at is not None:
        return links
    if objection.is_open(report.id, found, now=now):
        links.append((url_for("public.objection", name=name), "ask", _("Object to it"),
                      _("a supervisor looks at it and answers within 2 working days")))  # fmt: skip
    offered = review.offer(report.id, found, now=now)
    if offered is not None:
        words = _("Ask for a review") if offered.stage == 1 else _("Ask for the last review")
        links.append((url_for("public.review", name=name), "ask", words,
                      _("a higher authority answers within 30 days")))  # fmt: skip
    return links


def _after(case_id: int) -> tuple[str, str, str, str] | None:
    done = after.photos(case_id)
    return _picture(done[-1].id, _("After the work"), done[-1].received_at) if done else None


def _picture(photo_id: str, heading: str, at: datetime) -> tuple[str, str, str, str]:
    address = url_for("public.picture", photo_id=photo_id, size=1600)
    return (address, heading, heading, filters.moment(at))


def _strip(photo_id: str, n: int) -> tuple[str, str, str]:
    small, large = (url_for("public.picture", photo_id=photo_id, size=size) for size in (320, 1600))
    return (small, large, _("Photo %(n)s", n=n))
