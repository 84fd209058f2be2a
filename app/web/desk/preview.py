"""I3: what the public sees of a case, now and after the next decision."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.cases.queries import CaseView
from app.cases.workflow import State
from app.core import clock
from app.intake import queries as intake
from app.web.access import needs
from app.web.desk import released
from app.web.desk.blueprint import blueprint
from app.web.public import after, shown

NEXT = {
    State.SUBMITTED: State.ACCEPTED, State.ACCEPTED: State.ASSIGNED,
    State.REOPENED: State.ASSIGNED, State.CHECKED: State.CLOSED,
}  # fmt: skip
"""Where the desk's own next decision leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The parts of a tracking page."""

    head: shown.Page
    rows: list[dict[str, Any]]
    replies: list[str]


def once(row: CaseView, state: State, *, now: datetime, reply: str = "") -> Look:
    """Return what the first reporter would see with the case in `state`, and with a final reply."""
    closed_at = row.closed_at or now if state is State.CLOSED else row.closed_at
    led = replace(cases.leading(row.id), state=state, closed_at=closed_at)
    return _look(row, led, now=now, reply=reply)


def _look(row: CaseView, led: CaseView, *, now: datetime, reply: str = "") -> Look:
    report = intake.of_case(row.id)[0]
    told = after.replies(led.id)
    return Look(
        head=shown.head(report, led, now=now), rows=shown.rows(led, report, now=now),
        replies=[*told, reply] if reply and reply not in told else told,
    )  # fmt: skip


@blueprint.get("/<number>/public")
@needs(Verb.CASE_READ)
def public(number: str) -> ResponseReturnValue:
    """Show what the public sees of a case before anybody decides."""
    row, now = cases.by_number(number), clock.now()
    following = NEXT.get(row.state)
    return render_template(
        "desk/public.html", case=row, reports=len(intake.of_case(row.id)), following=following,
        today=_look(row, cases.leading(row.id), now=now),
        then=once(row, following, now=now) if following else None,
        seen=released.seen(row),
    )  # fmt: skip
