"""I8: what departments work on: their own matters, or for the dispatcher all of them."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.core import clock
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.tx import transaction
from app.places import queries as places
from app.sla import queries as sla
from app.sla.kinds import ClockKind
from app.supervision import handing, queries, service
from app.supervision.departments import WAITS, Department
from app.web import access, pictures
from app.web.access import needs
from app.web.desk import lists, triage
from app.web.desk.blueprint import blueprint
from app.web.desk.handing_forms import (
    CallBackForm,
    FeedbackForm,
    HandOverForm,
    ReceiptForm,
    ReturnForm,
)
from app.web.forms import StaffForm, refused
from app.web.i18n import gettext as _
from app.web.requests import page_number

PAGE = "desk/handover.html"
KINDS = (ClockKind.DEPARTMENT_RECEIPT, ClockKind.DEPARTMENT_FEEDBACK)


@blueprint.post("/<number>/hand-over")
@needs(Verb.CASE_HAND_OVER)
def hand_over(number: str) -> ResponseReturnValue:
    """Hand a case over to a department."""
    row, form = cases.by_number(number), HandOverForm()
    answer = triage.tried(number, "hand_over_form", form, lambda: service.hand_over(
        row.id, department=Department(form.department.data), matter=form.matter.data or "",
        feedback_on=form.feedback_on.data, by=access.actor(), now=clock.now(), version=form.version,
    ))  # fmt: skip
    if answer is not None:
        return answer
    flash(_("Handed over. The reporter is told which department works on it."))
    return redirect(url_for("desk.case", number=number), 303)


@blueprint.get("/handovers")
@needs(Verb.DEPARTMENT_WORK, Verb.CASE_HAND_OVER)
def handovers() -> ResponseReturnValue:
    """List what waits for departments, the one that is due first on top, and what came back."""
    who = access.actor()
    own = None if who.may(Verb.CASE_HAND_OVER) else who.area_code
    waiting = queries.hand_overs(department=own, number=page_number())
    return render_template(
        "desk/handovers.html", waiting=waiting,
        clocks=sla.next_clock_for([row.case_id for row in waiting.rows], KINDS),
        over=queries.hand_overs(department=own, over=True, number=page_number("ended")),
    )  # fmt: skip


@blueprint.get("/handovers/<int:hand_over_id>")
@needs(Verb.DEPARTMENT_WORK, Verb.CASE_HAND_OVER)
def handover(hand_over_id: int) -> ResponseReturnValue:
    """Show one matter: what it is about, where, photos; never who told it."""
    return render_template(PAGE, **_context(hand_over_id))


def _context(hand_over_id: int) -> dict[str, object]:
    handing.find(hand_over_id, access.actor())
    row = queries.hand_over(hand_over_id)
    case = cases.by_id(row.case_id)
    clocks = [one for one in sla.clocks_of(row.case_id) if one.kind in KINDS]
    handed = accounts.get(row.handed_by)
    return {
        "row": row,
        "case": case,
        "waits": row.state in WAITS,
        "clocks": [one for one in clocks if one.started_at >= row.handed_at.replace(microsecond=0)],
        "area": lists.area_of(case),
        "photos": lists.photos_of(row.case_id),
        "evidence": pictures.of_hand_over(hand_over_id),
        "outline": places.outline_svg(row.grid_code or row.township_code),
        "pin": None if case.lng is None or case.lat is None else (case.lng, case.lat),
        "return_until": handing.return_until(row.received_at or row.handed_at),
        "handed_by": handed.name if handed else "—",
        "receipt_form": ReceiptForm(formdata=None, prefix="r"),
        "feedback_form": FeedbackForm(formdata=None, prefix="f"),
        "return_form": ReturnForm(formdata=None, prefix="b"),
        "call_back_form": CallBackForm(formdata=None, prefix="c"),
    }  # fmt: skip


def _tried(
    hand_over_id: int, name: str, form: StaffForm, act: Callable[[], object], said: str
) -> ResponseReturnValue:
    """Carry a step out, or show the page again with what was written."""
    status, stale = 422, False
    if form.validate_on_submit():
        try:
            with transaction():
                act()
        except NotFound:
            raise
        except (Invalid, Refused) as error:
            form.refuse(error)
            status, stale = error.status, isinstance(error, Stale)
        else:
            flash(said)
            return redirect(url_for("desk.handovers"), 303)
    held = pictures.draft(form.idem_key.data or "")
    shown = _context(hand_over_id) | {name: form, "form": form, "stale": stale, "held": held}
    return refused(PAGE, status, **shown)


@blueprint.post("/handovers/<int:hand_over_id>/receipt")
@needs(Verb.DEPARTMENT_WORK, Verb.CASE_HAND_OVER)
def receive(hand_over_id: int) -> ResponseReturnValue:
    """Note that the department has it."""
    form = ReceiptForm(prefix="r")
    return _tried(hand_over_id, "receipt_form", form, lambda: service.receive(
        hand_over_id, paper=form.paper.data or "", by=access.actor(), now=clock.now()
    ), _("Received. The time for the feedback runs."))  # fmt: skip


@blueprint.post("/handovers/<int:hand_over_id>/feedback")
@needs(Verb.DEPARTMENT_WORK, Verb.CASE_HAND_OVER)
def feed_back(hand_over_id: int) -> ResponseReturnValue:
    """Take in what the department did, with the paper and the photos that show it."""
    handing.find(hand_over_id, access.actor())
    form = FeedbackForm(prefix="f")
    key = form.idem_key.data or ""
    ids, form.left_out = pictures.take(form.photos.data, form.album.data, key=key)
    return _tried(hand_over_id, "feedback_form", form, lambda: service.feed_back(
        hand_over_id, words=form.words.data or "", paper=form.paper.data or "",
        by=access.actor(), now=clock.now(), photo_ids=ids, draft_key=key,
    ), _("The feedback is in. Another person checks it now."))  # fmt: skip


@blueprint.post("/handovers/<int:hand_over_id>/return")
@needs(Verb.DEPARTMENT_WORK, Verb.CASE_HAND_OVER)
def give_back(hand_over_id: int) -> ResponseReturnValue:
    """Take a case back that is not the department's."""
    form = ReturnForm(prefix="b")
    return _tried(hand_over_id, "return_form", form, lambda: service.give_back(
        hand_over_id, words=form.words.data or "", paper=form.paper.data or "",
        by=access.actor(), now=clock.now(),
    ), _("Returned. A worker has it again."))  # fmt: skip


@blueprint.post("/handovers/<int:hand_over_id>/call-back")
@needs(Verb.CASE_HAND_OVER)
def call_back(hand_over_id: int) -> ResponseReturnValue:
    """Undo a hand-over that nobody has received yet."""
    form = CallBackForm(prefix="c")
    return _tried(hand_over_id, "call_back_form", form, lambda: service.call_back(
        hand_over_id, words=form.words.data or "", by=access.actor(), now=clock.now()
    ), _("Called back. A worker has it again."))  # fmt: skip


@blueprint.get("/handovers/<int:hand_over_id>/photo/<photo_id>/<int:size>")
@needs(Verb.DEPARTMENT_WORK, Verb.CASE_HAND_OVER)
def handover_photo(hand_over_id: int, photo_id: str, size: int) -> ResponseReturnValue:
    """Serve the clean copy of a photo of the matter, to its own department too."""
    row = handing.find(hand_over_id, access.actor())
    known = (*lists.photos_of(row.case_id), *pictures.of_hand_over(hand_over_id))
    if photo_id not in {one.id for one in known}:
        raise NotFound("photo_gone")
    return pictures.jpeg(photo_id, size)


@blueprint.get("/handovers/draft/<key>/<photo_id>")
@needs(Verb.DEPARTMENT_WORK, Verb.CASE_HAND_OVER)
def draft_photo(key: str, photo_id: str) -> ResponseReturnValue:
    """Serve a photo of a feedback that is not sent yet, to whom holds the form."""
    if photo_id not in {one.id for one in pictures.draft(key)}:
        raise NotFound("photo_gone")
    return pictures.jpeg(photo_id, 320)
