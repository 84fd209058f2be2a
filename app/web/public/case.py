"""C7: a citizen's own case: promise beside fact, pictures, the answer, what can be done now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app.cases import queries as cases
from app.cases.queries import CaseView
from app.cases.workflow import State
from app.core import clock
from app.core.tx import transaction
from app.identity import openings
from app.identity import service as identity
from app.intake import kinds
from app.intake import queries as reports
from app.intake import service as intake
from app.intake.queries import ReportView
from app.media import queries as photos
from app.places import queries as places
from app.web import filters
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.public import after, award, objection, promises, rate, review, timeline, visits
from app.web.public.site import blueprint

BEFORE_DISPATCH = (State.SUBMITTED, State.ACCEPTED)
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
HEADLINES = {
    State.SUBMITTED: "Received, about to be accepted",
    State.ACCEPTED: "Accepted, somebody is being sent",
    State.ASSIGNED: "A worker has it and is on the way",
    State.ARRIVED: "The worker is on site and deals with it",
    State.HANDLED: "Dealt with, another person checks it",
    State.CHECKED: "Checked, the answer is being written",
    State.CLOSED: "Closed, thank you",
    State.REJECTED: "Not taken up",
    State.WITHDRAWN: "You took this report back",
    State.WAITING_REPORTER: "We have a question to you",
    State.WAITING_DEPARTMENT: "The department in charge works on it",
    State.SUSPENDED: "On hold for a while",
    State.HANDBACK: "Being worked on",
    State.REOPENED: "Reopened, somebody is being sent again",
    State.MERGED: "Joined with another case",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the head of the case page says."""

    number: str
    medium: str
    kind_word: str
    kind_key: str
    place: str
    received_at: datetime
    headline: str
    lead: str
    action: str
    question: str
    has_phone: bool
    ordinal: int
    may_withdraw: bool


@blueprint.get("/t/<name>")
def case(name: str) -> str:
    """Show the case of a visit."""
    now = clock.now()
    visit = visits.find(name, now=now)
    report = reports.by_id(visit.report_id)
    found = cases.leading(report.case_id)
    mine = photos.for_holder("report", [report.id])[report.id]
    return render_template(
        "public/case.html", name=name, view=_page(report, found, now=now),
        rows=_rows(found, report, now=now), replies=after.replies(found.id),
        before=_picture(mine[0].id, _("Before the work"), mine[0].received_at) if mine else None,
        after=_after(found.id), photos=[_strip(photo.id, n) for n, photo in enumerate(mine, 1)],
        notes=[note for note in reports.notes(report.id) if note.kind != "question"],
        asked=rate.last_request(report.id), objected=objection.mine(report.id),
        reviewed=review.mine(report.id),
        openings=openings_seen(report.id, now=now), reward=award.panel(report.id, found, now=now),
        view_links=_links(name, report, found, now=now), done=_done(),
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


def _page(report: ReportView, found: CaseView, *, now: datetime) -> Page:
    first = next((key for key in report.kinds if key in kinds.KINDS), "unsure")
    kind = kinds.KINDS[first]
    action = _action(report, found, now=now)
    return Page(
        number=found.number, medium=kind.medium, kind_word=str(label(first, "Kind")),
        kind_key=first, place=_place(report), received_at=report.received_at,
        headline=_headline(report, found, action), lead=_lead(report, found, now=now),
        action=action, question=after.question(report.id, found),
        has_phone=identity.has_phone(report.id), ordinal=report.ordinal_in_case,
        may_withdraw=found.state in BEFORE_DISPATCH and report.withdrawn_at is None,
    )  # fmt: skip


def _place(report: ReportView) -> str:
    code = report.township_code
    town = places.names([code]).get(code, "") if code else ""
    return town or report.place_words[:20] or _("Ninghai County")


def _action(report: ReportView, found: CaseView, *, now: datetime) -> str:
    if report.withdrawn_at is not None:
        return ""
    if found.state is State.WAITING_REPORTER:
        return "answer"
    return "rate" if rate.is_open(report.id, found, now=now) else ""


def _headline(report: ReportView, found: CaseView, action: str) -> str:
    if report.withdrawn_at is not None:
        return _(HEADLINES[State.WITHDRAWN])
    if action == "rate":
        return _("Closed: please say whether you are satisfied")
    return _(HEADLINES[found.state])


def _lead(report: ReportView, found: CaseView, *, now: datetime) -> str:
    if found.state is State.SUBMITTED:
        due = promises.accept_due(found)
        return _("Accepted by %(at)s at the latest", at=filters.due(due, now)) if due else ""
    if found.number != cases.by_id(report.case_id).number:
        return _("Joined with another case; your place in the order stays as it was.")
    return ""


def _rows(found: CaseView, report: ReportView, *, now: datetime) -> list[dict[str, Any]]:
    drawn = timeline.project(
        cases.steps(found.id), promises.of_case(found.id, report.id), found.state, now=now
    )
    code = found.township_code
    town = places.names([code]).get(code, "") if code else ""
    return [_drawn(row, town) for row in drawn]


def _drawn(row: timeline.Row, town: str) -> dict[str, Any]:
    late = _("%(span)s late", span=filters.span(row.late_minutes * 60)) if row.late_minutes else ""
    line = _(row.line) if row.line else ""
    if row.title == "Dispatch" and town:
        line = _("Grid of %(town)s", town=town)
    if "unit_code" in row.facts:
        name = label(row.facts["unit_code"], "Department")
        line = _("%(department)s works on it", department=name)
    if "code" in row.facts and "review_on" in row.facts:
        line = _on_hold(row.facts)
    if row.reason:
        line = f"{line}{_(': ')}{row.reason}"
    look = "todo" if row.ahead else ("late" if row.late_minutes else "done")
    due = row.due_at
    return {"words": _(row.title), "at": row.at, "by": line, "due": due, "late": late,
            "look": look}  # fmt: skip


def _on_hold(facts: Mapping[str, Any]) -> str:
    """Say why a case rests, and when it is expected to go on."""
    on = date.fromisoformat(facts["review_on"])
    why = label(facts["code"], "PauseReason")
    expected = filters.day(datetime(on.year, on.month, on.day, 12, tzinfo=clock.LOCAL))
    return _("%(why)s, expected to go on %(day)s", why=why, day=expected)


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
