"""V3: what is late, who holds it and how often it was urged; orders; reopen requests."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid, Stale
from app.core.tx import transaction
from app.feedback import objections, reviews
from app.feedback import queries as feedback
from app.feedback import service as feedback_service
from app.feedback.queries import RequestView
from app.feedback.rules import RatingReason
from app.places import queries as places
from app.sla import queries as sla
from app.sla.queries import OverdueRow
from app.spotchecks import queries as looks
from app.spotchecks import redrawing
from app.supervision import queries as supervision
from app.supervision import service as supervision_service
from app.supervision.queries import UrgeView
from app.supervision.rules import OFFICES, OrderState
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.requests import page_number
from app.web.supervisor import samples, wishes
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.forms import Answer, OrderForm, ReopenForm

SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """One late clock with its holder and the pressure so far."""

    row: OverdueRow
    town: str
    holder: str
    urges: tuple[UrgeView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One reopen request with its form."""

    view: RequestView
    reason: str
    form: ReopenForm


@blueprint.get("/overdue")
@needs(Verb.OVERDUE_READ)
def overdue() -> ResponseReturnValue:
    """Show what is late and what waits for the supervisor's answer."""
    return _page()


@blueprint.post("/overdue/order")
@needs(Verb.ORDER_SEND)
def order() -> ResponseReturnValue:
    """Send a supervision order for each chosen case to the unit that has it."""
    form = OrderForm()
    case_ids = request.form.getlist("cases", type=int)
    if not form.validate_on_submit():
        return again(order_form=form)
    try:
        with transaction():
            sent = supervision_service.issue(
                case_ids, requirement=form.requirement.data or "", by=access.actor(),
                now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return again(order_form=form)
    flash(_("Supervision orders sent: %(n)s.", n=len(sent)))
    return redirect(url_for("supervisor.overdue"), 303)


@blueprint.post("/reopen/<int:request_id>")
@needs(Verb.REOPEN_DECIDE)
def reopen(request_id: int) -> ResponseReturnValue:
    """Decide on a reopen request with an answer that the reporter reads."""
    form = _reopen_form(request_id)
    if not form.validate_on_submit():
        return again(failed=(request_id, form))
    answer = form.decision()
    try:
        with transaction():
            feedback_service.decide_reopen(
                request_id, grant=answer.grant, answer=answer.words, by=access.actor(),
                now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return again(failed=(request_id, form))
    flash(_("The case is reopened.") if answer.grant else _("The request is answered."))
    return redirect(url_for("supervisor.overdue"), 303)


@blueprint.context_processor
def waiting() -> dict[str, dict[str, int]]:
    """Give the navigation the number of late clocks and of wishes, and of drawn looks and draws."""
    late = sla.overdue(now=clock.now(), size=1).total
    late += len(feedback.open_requests()) + len(objections.waiting()) + len(reviews.waiting())
    drawn, after = looks.to_answer()
    drawn += len(redrawing.waiting())
    return {"counts": {"supervisor.overdue": late + after, "supervisor.spot_checks": drawn}}


def _reopen_form(request_id: int, *, empty: bool = False) -> ReopenForm:
    prefix = f"r{request_id}"
    return ReopenForm(formdata=None, prefix=prefix) if empty else ReopenForm(prefix=prefix)


def _page(
    *, order_form: OrderForm | None = None, failed: tuple[int, ReopenForm] | None = None,
    wish: ReopenForm | None = None,
) -> str:  # fmt: skip
    now, number = clock.now(), page_number()
    page = sla.overdue(now=now, number=number, size=SIZE)
    bad = order_form or wish or (failed[1] if failed else None)
    return render_template(
        "supervisor/overdue.html",
        page=page,
        rows=lates(list(page.rows)),
        requests=_requests(failed),
        objections=wishes.objected(wish),
        reviews=wishes.reviewed(wish),
        looks=samples.lines(looks.to_decide_after_closing()),
        orders=supervision.orders(state=OrderState.OPEN, size=SIZE),
        order_form=order_form or OrderForm(formdata=None),
        chosen=set(request.form.getlist("cases")),
        form=bad,
    )


def again(
    *, order_form: OrderForm | None = None, failed: tuple[int, ReopenForm] | None = None,
    wish: ReopenForm | None = None, status: int = 422,
) -> Response:  # fmt: skip
    """Return the page with the form that was not accepted."""
    page = _page(order_form=order_form, failed=failed, wish=wish)
    return make_response(page, status)


def decided(
    form: ReopenForm, act: Callable[[Answer], None], *, yes: str, no: str
) -> ResponseReturnValue:
    """Let `act` answer a wish and say so, or show the page again with the form."""
    if not form.validate_on_submit():
        return again(wish=form)
    answer = form.decision()
    try:
        with transaction():
            act(answer)
    except (Invalid, Stale) as error:
        form.refuse(error)
        return again(wish=form, status=error.status)
    flash(yes if answer.grant else no)
    return redirect(url_for("supervisor.overdue"), 303)


def _requests(failed: tuple[int, ReopenForm] | None) -> list[Asked]:
    bad = dict([failed]) if failed else {}
    return [
        Asked(
            view=view,
            reason=said(view.reason),
            form=bad.get(view.id) or _reopen_form(view.id, empty=True),
        )
        for view in feedback.open_requests()
    ]


def said(reason: str) -> str:
    """Return the reporter's words, or the words of the chips that were ticked instead."""
    known = tuple(RatingReason)
    words = reason.split(",")
    if not all(word in known for word in words):
        return reason
    return _(", ").join(str(label(word, "RatingReason")) for word in words)


def lates(rows: list[OverdueRow]) -> list[Late]:
    """Return late clocks with holders and urges, each looked up once."""
    clocks = [row.clock for row in rows]
    urges = supervision.urges_of([one.id for one in clocks])
    people = accounts.by_ids(one.staff_id for one in clocks if one.staff_id is not None)
    names = places.names({one.township_code for one in clocks} | {one.unit_code for one in clocks})
    return [
        Late(
            row=row,
            town=names.get(row.clock.township_code, ""),
            holder=_holder(row, {key: person.name for key, person in people.items()}, names),
            urges=tuple(urges.get(row.clock.id, ())),
        )
        for row in rows
    ]


def _holder(row: OverdueRow, people: dict[int, str], names: dict[str, str]) -> str:
    """Name who must act: the person, the office of the clock's kind, or the unit."""
    one = row.clock
    if one.staff_id is not None and one.staff_id in people:
        return people[one.staff_id]
    offices = OFFICES.get(str(one.kind), ())
    if offices:
        return str(label(offices[0]))
    return names.get(one.unit_code, one.unit_code)
