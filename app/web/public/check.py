"""C4: read everything once more, then send it, exactly once."""

from datetime import datetime, timedelta
from typing import Any

from flask import jsonify, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from app.cases import release
from app.cases.queries import CaseView
from app.cases.workflow import shown
from app.core import clock
from app.core.errors import Invalid, Limited, Stale
from app.core.tx import transaction
from app.intake import service as intake
from app.intake.kinds import KINDS, medium
from app.intake.service import Receipt
from app.intake.submission import Submission
from app.media import queries as media
from app.places import queries as places
from app.web.forms import unfinished
from app.web.messages import sentence
from app.web.public import drafts, report, throttle, visits
from app.web.public.drafts import Draft
from app.web.public.forms import ReportForm, fill, gaps
from app.web.public.site import blueprint
from app.web.released import CLOSE_M, metres

NEAR_DAYS = timedelta(days=30)
MOST_NEAR = 3


@blueprint.get("/report/check")
def check() -> str | Response:
    """Show what will be sent; an unfinished form goes back to be finished."""
    draft = drafts.load(drafts.current())
    if not draft.known or gaps(draft.answers, photos=len(draft.photos)):
        return redirect(url_for("public.report"), 303)
    return render_template("public/check.html", **context(draft, now=clock.now()))


@blueprint.post("/report/check")
def submit() -> Response:
    """Send the report; a repeat of its key leads to the first receipt (UX-11)."""
    throttle.submit(now=clock.now())
    if request.form.get("whole"):
        return _from_outbox()
    key = drafts.adopt(request.form.get("draft"))
    draft, now = drafts.load(key), clock.now()
    before = intake.receipt_of(key, now=now)
    if before is not None:
        return _to_receipt(before, key, now=now)
    if not draft.known:
        return redirect(url_for("public.report"), 303)
    told = draft.answers.submission(
        key, photo_ids=draft.photo_ids, join_case=request.form.get("join", "")[:20]
    )
    try:
        return _to_receipt(_send(told, now=now), key, now=now)
    except (Invalid, Limited) as refusal:
        return _back_to_form(draft, refusal)


def _send(told: Submission, *, now: datetime) -> Receipt:
    with transaction():
        receipt = intake.submit(told, now=now)
        drafts.forget(told.client_key)
    return receipt


def _to_receipt(receipt: Receipt, key: str, *, now: datetime) -> Response:
    name = visits.begin(receipt.report_id, now=now, client_key=key)
    return redirect(url_for("public.receipt", name=name), 303)


def _back_to_form(draft: Draft, refusal: Invalid | Limited) -> Response:
    """Show the form again with what the service refused; nothing typed is lost."""
    form = ReportForm(formdata=None)
    fill(form, draft.answers)
    field = getattr(refusal, "field", None) or "phone"
    form.refuse(Invalid(refusal.key, field=field, **refusal.facts))
    response = unfinished("public/report.html", **report.context(form, draft))
    response.status_code = refusal.status
    return response


def _from_outbox() -> Response:
    """Take a whole report that waited in a phone's outbox; answers name its own key."""
    now, form = clock.now(), ReportForm()
    key, answers = str(form.draft.data or ""), form.answers()
    ready = _ready(form.photo_ids.data or [], key, now=now)
    form.validate()
    lacks = {str(name): str(words[0]) for name, words in form.errors.items() if words}
    lacks |= {name: str(words) for name, words in gaps(answers, photos=len(ready)).items()}
    if lacks or drafts.adopt(key) != key:
        return make_response(jsonify({"message": "; ".join(lacks.values()), "errors": lacks}), 422)
    join = request.form.get("join", "")[:20]
    told = answers.submission(key, photo_ids=ready, join_case=join, device_at=_device_time())
    try:
        receipt = _send(told, now=now)
    except Stale as refusal:
        first = intake.receipt_of(key, now=now)
        assert first is not None
        words = sentence(refusal.key, refusal.facts)
        return make_response(jsonify(_json(first, key, now=now) | {"message": words}), 409)
    return make_response(jsonify(_json(receipt, key, now=now)), 200 if receipt.repeated else 201)


def _json(receipt: Receipt, key: str, *, now: datetime) -> dict[str, Any]:
    name = visits.begin(receipt.report_id, now=now, client_key=key)
    return {
        "idem_key": key, "case_number": receipt.case_number, "query_code": receipt.query_code,
        "received_at": receipt.received_at.isoformat(timespec="seconds"),
        "next": url_for("public.receipt", name=name),
    }  # fmt: skip


def _ready(named: list[str], key: str, *, now: datetime) -> tuple[str, ...]:
    """Return the named photos that have arrived, for this draft or for its report."""
    before = intake.receipt_of(key, now=now)
    held = media.for_holder("report", [before.report_id])[before.report_id] if before else []
    here = {photo.id for photo in [*media.of_draft(key), *held]}
    return tuple(name for name in dict.fromkeys(named) if name in here)


def _device_time() -> datetime | None:
    try:
        at = datetime.fromisoformat(request.form.get("device_at", ""))
    except ValueError:
        return None
    return at if at.tzinfo else None


def context(draft: Draft, *, now: datetime) -> dict[str, Any]:
    """Return what the check page shows."""
    answers = draft.answers
    point = places.locate(answers.lng, answers.lat) if answers.placed else None
    code = (point.grid or point.township) if point else (answers.village or answers.township)
    area = places.area(code) if code else None
    names = places.names([area.parent_code, area.code] if area else [])
    return {
        "draft": draft, "answers": answers, "kinds": [KINDS[key] for key in answers.kinds],
        "area_name": " ".join(names.values()), "near": nearby(draft, now=now),
        "medium_of": medium, "shown": shown,
    }  # fmt: skip


def nearby(draft: Draft, *, now: datetime) -> list[tuple[CaseView, bool]]:
    """Return up to three released cases of the same medium; True for within about 500 metres.

    Measured to the middle of the public square: by the place itself it could be found (R-A10).
    """
    answers = draft.answers
    if answers.lng is None or answers.lat is None:
        return []
    wanted = {KINDS[key].medium for key in answers.kinds}
    found = release.near(answers.lng, answers.lat, since=now - NEAR_DAYS)
    alike = [case for case in found if medium(case.category) in wanted]
    here = (answers.lng, answers.lat)
    return [(case, metres(release.told(case), here) <= CLOSE_M) for case in alike[:MOST_NEAR]]
