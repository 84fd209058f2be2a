"""I1: what has come in; I3: one case, with all that the desk needs to decide."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.cases.queries import CaseView
from app.cases.workflow import State, Urgency
from app.core import clock
from app.core.paging import Page
from app.flags import queries as flags
from app.intake import queries as intake
from app.places import queries as places
from app.sla import queries as sla
from app.sla import service as sla_service
from app.sla import suspensions
from app.sla.kinds import RIGHTS, ClockKind
from app.supervision import queries as supervision
from app.web import access
from app.web.access import needs
from app.web.clocks import day_cells
from app.web.desk import lists, released, sieve
from app.web.desk.blueprint import blueprint
from app.web.desk.forms import (
    AskForm,
    AssignForm,
    MergeForm,
    RejectForm,
    TriageForm,
    UnmergeForm,
)
from app.web.desk.handing_forms import HandOverForm
from app.web.forms import Option, picks
from app.web.requests import MOST_ID
from app.web.resting import RestForm
from app.worktime.rules import Due

DONE = "done"
VIEWS: dict[str, tuple[State, ...]] = {
    "new": (State.SUBMITTED,),
    "assign": (State.ACCEPTED, State.REOPENED),
    "running": (State.ASSIGNED, State.ARRIVED, State.HANDLED),
    "waiting": (
        State.WAITING_REPORTER, State.WAITING_DEPARTMENT, State.SUSPENDED, State.HANDBACK,
    ),
    DONE: (State.CHECKED, State.CLOSED, State.REJECTED, State.WITHDRAWN, State.MERGED),
}  # fmt: skip
OPEN = [state for view in VIEWS if view != DONE for state in VIEWS[view]]
"""States whose cases are counted: those that are done are a county's whole history."""


@blueprint.context_processor
def waiting() -> dict[str, dict[str, int]]:
    """Give the navigation the numbers of new and of handled cases."""
    held = _held()
    return {"counts": {"desk.inbox": held[State.SUBMITTED], "desk.checks": held[State.HANDLED]}}


def _held() -> Counter[State]:
    """Return how many open cases stand in each state, counted once a request."""
    if "held" not in g:
        g.held = Counter(cases.count_by_state(OPEN))
    held: Counter[State] = g.held
    return held


@blueprint.get("")
@needs(Verb.DESK_READ)
def inbox() -> ResponseReturnValue:
    """Show cases by what is to be done with them, nearest clock first, cut down by filters."""
    chosen = request.args.get("view", "")
    chosen = chosen if chosen in VIEWS else "new"
    shown = _looked_at(chosen)
    every, wanted = sieve.facts(shown.rows, clock.now()), sieve.chosen(request.args)
    page = lists.page([row.case for row in sieve.keep(every, wanted)])
    numbers = {view: sum(_held()[state] for state in VIEWS[view]) for view in VIEWS if view != DONE}
    return render_template(
        "desk/inbox.html", page=page, rows=lists.rows(page.rows), chosen=chosen, numbers=numbers,
        choices=sieve.choices(every, wanted), wanted=wanted, all=shown,
        newest=max((row.id for row in shown.rows), default=0), **_pane(page.rows),
    )  # fmt: skip


def _looked_at(chosen: str) -> Page[CaseView]:
    """Return the cases of a view; of those that are done the newest, and nobody counts them."""
    if chosen != DONE:
        return cases.in_states(VIEWS[chosen], size=lists.MOST)
    rows = cases.newest(VIEWS[DONE], lists.MOST)
    return Page(rows=rows, number=1, size=lists.MOST, total=len(rows))


def _pane(rows: Sequence[CaseView]) -> dict[str, Any]:
    """Return the case that stands beside the list, if the address names one of it."""
    number = request.args.get("case", "")
    found = next((row for row in rows if row.number == number), None)
    if found is None or not access.actor().may(Verb.CASE_READ):
        return {"beside": None}
    return context(found) | {"beside": found}


@blueprint.get("/fresh")
@needs(Verb.DESK_READ)
def fresh() -> ResponseReturnValue:
    """Count what came in after the newest case that a list shows, for the script of the page."""
    after = min(max(0, request.args.get("after", 0, type=int)), MOST_ID)
    return {"n": cases.newer_than(after, VIEWS["new"])}


@blueprint.get("/<number>")
@needs(Verb.CASE_READ)
def case(number: str) -> ResponseReturnValue:
    """Show one case; only the part beside a list where its script asks for it."""
    shown = context(cases.by_number(number))
    part = request.headers.get("HX-Request") == "true"
    return render_template("desk/_case.html" if part else "desk/case.html", **shown, pane=part)


def context(row: CaseView) -> dict[str, Any]:
    """Return everything that the case page shows; forms as they stand before a decision."""
    usual = usual_of(row)
    reports = intake.of_case(row.id)
    assignee = accounts.get(row.assignee_id) if row.assignee_id else None
    clocks = [one for one in sla.clocks_of(row.id) if one.kind not in RIGHTS]
    explained = sla.explanations(clocks)
    return {
        "case": row,
        "reports": reports,
        "photos": lists.photos_of(row.id),
        "place": lists.place_of(row),
        "area": lists.area_of(row),
        "outline": places.outline_svg(row.grid_code or row.township_code),
        "pin": None if row.lng is None or row.lat is None else (row.lng, row.lat),
        "clocks": clocks,
        "accounts": {one.id: day_cells(one, explained[one.id].days) for one in clocks},
        "steps": cases.steps(row.id),
        "notes": [note for report in reports for note in intake.notes(report.id)],
        "near": nearby(row),
        **lists.work_of(row.id),
        "flags": flags.of_case(row.id) if access.actor().may(Verb.FLAG_READ) else [],
        "assignee": assignee,
        "usual": accounts.get(usual) if usual else None,
        "away": lists.away_of(row),
        "promised": promises(row) if row.state is State.SUBMITTED else [],
        "triage_form": triage_form(row, usual),
        "assign_form": assign_form(usual, row.version),
        "reject_form": RejectForm(formdata=None, base_version=row.version),
        "merge_form": MergeForm(formdata=None, base_version=row.version),
        "unmerge_form": UnmergeForm(formdata=None, base_version=row.version),
        "parent": cases.by_id(row.merged_into_id) if row.merged_into_id else None,
        "ask_form": AskForm(formdata=None, base_version=row.version),
        "hand_over_form": HandOverForm(formdata=None, base_version=row.version),
        "feedback_last": sla_service.last_day(row.id, ClockKind.DEPARTMENT_FEEDBACK, clock.now()),
        "rest_form": RestForm(formdata=None),
        "rests": suspensions.of_case(row.id),
        "hand_overs": supervision.hand_overs_of(row.id),
        "seen": released.seen(row),
    }


def usual_of(row: CaseView) -> int | None:
    """Return who is on duty in the grid of a case."""
    return places.on_duty(row.grid_code) if row.grid_code else None


def nearby(row: CaseView) -> list[CaseView]:
    """Return other recent cases around the place."""
    if row.lng is None or row.lat is None:
        return []
    found = cases.near(row.lng, row.lat, since=clock.now() - cases.NEARBY_DAYS)
    return [other for other in found if other.id != row.id][:5]


def triage_form(row: CaseView, usual: int | None) -> TriageForm:
    """Return the form of acceptance, filled with what the server suggests."""
    form = TriageForm(
        urgency=str(row.urgency), category=row.category, grid_code=row.grid_code or "",
        staff_id=usual or 0, base_version=row.version,
    )  # fmt: skip
    return fill(form, usual)


def fill(form: TriageForm, usual: int | None) -> TriageForm:
    """Give the lists of grids and workers."""
    form.grid_code.choices = picks([("", "—"), *lists.grid_choices()])
    form.staff_id.choices = _workers(usual)
    return form


def _workers(usual: int | None) -> list[Option]:
    return picks([(0, _("Whoever is on duty in the grid")), *lists.worker_choices(usual=usual)])


def assign_form(usual: int | None, version: int) -> AssignForm:
    """Return the form of assignment with the worker on duty chosen."""
    form = AssignForm(staff_id=usual or 0, base_version=version)
    form.staff_id.choices = _workers(usual)
    return form


def promises(row: CaseView) -> list[tuple[Urgency, list[tuple[ClockKind, Due]]]]:
    """Return what each level would promise if the case were accepted now, before anybody does."""
    town = places.area(row.township_code) if row.township_code else None
    kind, now = town.kind if town else "", clock.now()
    return [
        (urgency, sla.promises(urgency=urgency, township_kind=kind, start=now,
                               category=row.category))
        for urgency in Urgency
    ]  # fmt: skip
