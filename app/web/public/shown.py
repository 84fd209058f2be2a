"""What a reporter sees of the case; the desk shows the same before it decides (screens.md I3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.cases import queries as cases
from app.cases.queries import CaseView
from app.cases.workflow import State
from app.core import clock
from app.identity import service as identity
from app.intake import kinds
from app.intake.queries import ReportView
from app.places import queries as places
from app.web import filters
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.public import after, promises, rate, timeline

BEFORE_DISPATCH = (State.SUBMITTED, State.ACCEPTED)
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
    joined_to: str
    """Number of the case that it was joined to, or nothing."""
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


def head(report: ReportView, found: CaseView, *, now: datetime) -> Page:
    """Return the head of the page of a report, of the case that it belongs to."""
    first = next((key for key in report.kinds if key in kinds.KINDS), "unsure")
    kind = kinds.KINDS[first]
    action, own = _action(report, found, now=now), cases.by_id(report.case_id)
    joined_to = "" if own.id == found.id else found.number
    return Page(
        number=own.number, joined_to=joined_to, medium=kind.medium,
        kind_word=str(label(first, "Kind")), kind_key=first, place=_place(report),
        received_at=report.received_at,
        headline=_headline(report, found, action), lead=_lead(own, found, now=now),
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


def _lead(own: CaseView, found: CaseView, *, now: datetime) -> str:
    if own.id != found.id:
        return _("Joined with another case; your place in the order stays as it was.")
    due = promises.accept_due(found) if found.state is State.SUBMITTED else None
    if due is None:
        return ""
    if due < now:
        return _("It should have been accepted by %(at)s and is %(span)s late. You may call 12345.",
                 at=filters.due(due, now), span=filters.span(now - due))  # fmt: skip
    return _("Accepted by %(at)s at the latest", at=filters.due(due, now))


def rows(found: CaseView, report: ReportView, *, now: datetime) -> list[dict[str, Any]]:
    """Return the steps of a case, promise beside fact."""
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
