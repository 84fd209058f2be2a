"""W1: today's tasks, nearest time limit first; signing is one tap on the card."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.briefings import queue
from app.briefings.queue import QueueRow, Tab
from app.cases.workflow import State
from app.core import clock
from app.core.tx import transaction
from app.fieldwork import service
from app.fieldwork.states import TaskState
from app.places import queries as places
from app.web import access
from app.web.access import needs
from app.web.clocks import ClockTag, clock_tag
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.requests import page_number
from app.web.worker import own
from app.web.worker.blueprint import blueprint

AT_HAND = (State.ASSIGNED, State.ARRIVED)
"""States in which the worker has something to do; in the others he waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card of the list, ready to be drawn."""

    row: QueueRow
    case: str
    photo: str
    place: str
    what: str
    say: str
    tag: ClockTag
    verb: str
    target: str
    posts: bool


@blueprint.get("")
@needs(Verb.TASK_READ)
def today() -> ResponseReturnValue:
    """List one's own tasks; the first tab that holds anything is open."""
    wanted = request.args.get("tab", "")
    number = page_number()
    tab = Tab(wanted) if wanted in set(Tab) else None
    found = queue.worker_page(access.actor().staff_id, tab, number=number)
    names = places.names(row.grid_code for row in found.page.rows)
    cards = [_card(row, names) for row in found.page.rows]
    late = sum(card.tag.look == "late" for card in cards)
    return render_template("worker/today.html", cards=cards, found=found, late=late)


def _card(row: QueueRow, names: dict[str, str]) -> Card:
    grid = row.grid_code or ""
    name = names.get(grid, "")
    waits = row.case_state not in AT_HAND
    verb, target, posts = _next(row, waits=waits)
    what = str(label(row.category, "Category"))
    case = f"{blueprint.url_prefix}/{row.number}"
    return Card(
        row=row,
        case=case,
        photo=f"{case}/photo/{row.photo_id}/320" if row.photo_id else "",
        place=row.place_words or name or row.number,
        what=what,
        say=_say(row, what, name),
        tag=_tag(row),
        verb=verb,
        target=target,
        posts=posts,
    )


def _say(row: QueueRow, what: str, grid_name: str) -> str:
    if row.rework_reason:
        return _("Redo: %(why)s", why=row.rework_reason)
    return _("%(what)s, %(where)s", what=what, where=grid_name) if grid_name else what


def _next(row: QueueRow, *, waits: bool) -> tuple[str, str, bool]:
    """Return the verb of the card, where it leads, and whether it is one tap."""
    case = f"{blueprint.url_prefix}/{row.number}"  # url_for on 50 cards costs as much as the query
    if waits:
        return _("Look"), case, False
    if row.task_state is TaskState.OPEN:
        verb = _("Redo") if row.rework_reason else _("Sign for it")
        return verb, f"{case}/sign", True
    if row.task_state is TaskState.SIGNED and not row.no_visit_reason:
        return _("I am here"), f"{case}/arrive", False
    return _("Fill in"), case, False


def _tag(row: QueueRow) -> ClockTag:
    if row.clock is None:
        return ClockTag(look="pause", words=_("no time limit runs"), due_at=None)
    return clock_tag(row.clock, why=str(label(row.clock.pause_reason, "PauseReason")))


@blueprint.post("/<number>/sign")
@needs(Verb.TASK_WORK)
def sign(number: str) -> ResponseReturnValue:
    """Sign for a task by one tap."""
    with transaction():
        case, task = own.to_work(number)
        service.sign(task.id, by=access.actor(), now=clock.now())
    flash(_("Signed for."))
    if request.form.get("then") == "list":
        return redirect(url_for("worker.today", tab=Tab.TO_ARRIVE), 303)
    return redirect(url_for("worker.case", number=case.number), 303)
