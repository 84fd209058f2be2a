"""The lead of the grid workers: open tasks of the township, and who gets one (domain.md §11)."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import TOWNSHIP_DIGITS, Role, Verb
from app.accounts.queries import Actor
from app.accounts.status import Status
from app.briefings import queue
from app.cases import queries as cases
from app.core import clock
from app.core.errors import Invalid, NotFound, Stale
from app.core.tx import transaction
from app.fieldwork import queries as fieldwork
from app.fieldwork import service
from app.fieldwork.tasks import LIVE
from app.web import access
from app.web.access import needs
from app.web.forms import Option, picks, refused
from app.web.i18n import gettext as _
from app.web.requests import page_number
from app.web.worker.blueprint import blueprint
from app.web.worker.forms import PassForm


@blueprint.get("/team")
@needs(Verb.TASK_REASSIGN)
def team() -> ResponseReturnValue:
    """List the open tasks of the township, all or those of one worker, nearest limit first."""
    counts = queue.team_counts(_township())
    people = {person.staff_id: person for person in _people()} | accounts.by_ids(counts)
    chosen = people.get(request.args.get("who", 0, type=int))
    page = queue.team_page(_township(), chosen.staff_id if chosen else None, number=page_number())
    return render_template(
        "worker/team.html", page=page, people=people, counts=counts, chosen=chosen,
        away=Status.WORKING,
    )  # fmt: skip


@blueprint.route("/team/<int:task_id>", methods=["GET", "POST"])
@needs(Verb.TASK_REASSIGN)
def pass_one(task_id: int) -> ResponseReturnValue:
    """Give one task to another worker."""
    task = fieldwork.task(task_id)
    case = cases.by_id(task.case_id)
    access.must_see(case.township_code)
    place = case.place_words or case.number
    return _given(
        task.staff_id,
        lambda form: service.reassign(
            task_id, form.staff_id.data, reason=form.reason.data or "", by=access.actor(),
            now=clock.now(),
        ),
        what=place, live=task.state in LIVE,
    )  # fmt: skip


@blueprint.route("/team/all/<int:staff_id>", methods=["GET", "POST"])
@needs(Verb.TASK_REASSIGN)
def pass_all(staff_id: int) -> ResponseReturnValue:
    """Give all open tasks of a worker to another one."""
    held = queue.team_counts(_township()).get(staff_id, 0)
    if not held and not any(person.staff_id == staff_id for person in _people()):
        raise NotFound("no_such_task")
    return _given(
        staff_id,
        lambda form: service.reassign_all(
            staff_id, form.staff_id.data, reason=form.reason.data or "", by=access.actor(),
            now=clock.now(),
        ),
        what=_("All %(n)s open tasks", n=held), live=held > 0,
    )  # fmt: skip


def _given(
    holder_id: int, act: Callable[[PassForm], object], *, what: str, live: bool
) -> ResponseReturnValue:
    """Show the form, or carry it out and go back to the list."""
    form = PassForm()
    form.staff_id.choices = _choices(holder_id)
    holder = accounts.get(holder_id)
    shown = {"form": form, "what": what, "holder": holder, "live": live}
    if not form.is_submitted():
        return render_template("worker/pass.html", **shown)
    stale = False
    if form.validate():
        try:
            with transaction():
                act(form)
        except (Invalid, Stale) as error:
            form.refuse(error)
            stale = isinstance(error, Stale)
        else:
            flash(_("Given to the other worker; both are told."))
            return redirect(url_for("worker.team"), 303)
    return refused("worker/pass.html", 409 if stale else 422, **shown)


def _township() -> str:
    return access.actor().area_code[:TOWNSHIP_DIGITS] or "-"


def _people() -> list[Actor]:
    area, roles = access.actor().area_code, (Role.GRID_WORKER, Role.GRID_LEAD)
    found = [person for role in roles for person in accounts.holding(role, area=area)]
    return list({person.staff_id: person for person in found}.values())


def _choices(holder_id: int) -> list[Option]:
    """Return who can get it: the workers of the township who are at work, the least busy first."""
    people = [
        person for person in _people()
        if person.staff_id != holder_id and person.status is Status.WORKING
    ]  # fmt: skip
    held = fieldwork.load(person.staff_id for person in people)
    people.sort(key=lambda person: (held.get(person.staff_id, 0), person.name))
    return picks(
        (person.staff_id, _("%(name)s (%(n)s in hand)", name=person.name,
                            n=held.get(person.staff_id, 0)))
        for person in people
    )  # fmt: skip
