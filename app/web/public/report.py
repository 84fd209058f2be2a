"""C3: the report on one page; everything works without scripts, nothing typed is lost."""

from typing import Any

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app.core import clock
from app.intake import kinds
from app.intake import queries as reports
from app.intake import service as intake
from app.places import queries as places
from app.web import theme
from app.web.forms import picks, unfinished
from app.web.public import drafts, photos, visits
from app.web.public.drafts import Draft
from app.web.public.forms import DRAFT_KEY, ReportForm, fill, fill_position, gaps, number
from app.web.public.site import blueprint


@blueprint.get("/report")
def report() -> str | Response:
    """Show the form with what this browser told before."""
    if request.args.get("new"):
        drafts.renew()
        return redirect(url_for("public.report"), 303)
    if theme.is_elder():
        return redirect(url_for("public.step", number=1), 303)
    key = drafts.current()
    if intake.receipt_of(key, now=clock.now()):
        key = drafts.renew()
    draft = drafts.load(key)
    form = ReportForm(formdata=None)
    fill(form, draft.answers)
    again = request.args.get("again", "")
    if again and not draft.known:
        _same_place(form, again)
    return render_template("public/report.html", **context(form, draft))


@blueprint.post("/report")
def tell() -> Response:
    """Keep what came, then go on to the check, or show what is still missing."""
    sent = _sent_before()
    if sent is not None:
        return sent
    form, draft = receive()
    if "drop" in request.form or request.form.get("go") == "area":
        part = "part-photos" if "drop" in request.form else "part-place"
        return redirect(url_for("public.report", _anchor=part), 303)
    if not complete(form, draft):
        return unfinished("public/report.html", **context(form, draft))
    return redirect(url_for("public.check"), 303)


@blueprint.post("/report/where")
def where() -> Response:
    """Name the area of a position; coordinates never stand in an address."""
    lng = number(request.form.get("lng"), -180, 180)
    lat = number(request.form.get("lat"), -90, 90)
    found = places.locate(lng, lat)
    code = found.township
    name = places.names([code]).get(code, "") if code else ""
    outside = "" if found.in_county else _("Outside the county; you may send it all the same")
    return jsonify({"name": name or outside, "inside": found.in_county})


def _sent_before() -> Response | None:
    """Answer a form whose report was already received: with the first receipt, not another case."""
    now, key = clock.now(), request.form.get("draft", "")
    first = intake.receipt_of(key, now=now) if DRAFT_KEY.fullmatch(key) else None
    if first is None:
        return None
    name = visits.begin(first.report_id, now=now, client_key=key)
    drafts.renew()
    page = render_template("public/already.html", name=name, number=first.case_number)
    return make_response(page, 409)


def receive(*, only: tuple[str, ...] = ()) -> tuple[ReportForm, Draft]:
    """Read the posted form, take its photos in, keep its answers, or `only` some of them."""
    now, form = clock.now(), ReportForm()
    key = drafts.adopt(form.draft.data)
    before = drafts.load(key)
    if request.form.get("drop"):
        photos.drop(request.form["drop"], key=key)
    refused = photos.take(form.files(), key=key, now=now, held=len(before.photos))
    told = form.answers()
    if only:
        told = before.answers.with_part(told, only)
    drafts.keep(key, told, refused=tuple(refused), now=now)
    fill_position(form, told)
    return form, drafts.load(key)


def complete(form: ReportForm, draft: Draft) -> bool:
    """Say whether the report may be checked; what is missing is written to the fields."""
    form.validate()
    for name, words in gaps(draft.answers, photos=len(draft.photos)).items():
        form[name].errors = [*form[name].errors, words]
    return not form.errors


def context(form: ReportForm, draft: Draft) -> dict[str, Any]:
    """Return what the page of the form shows."""
    answers = draft.answers
    form.draft.data = draft.key
    township = answers.township
    form.township.choices = picks(
        [
            ("", _("Choose a town or street")),
            *((area.code, area.name) for area in places.townships()),
        ]
    )
    below = places.children(township) if township else ()
    form.village.choices = picks(
        [("", _("Any village")), *((area.code, area.name) for area in below)]
    )
    point = places.locate(answers.lng, answers.lat) if answers.placed else None
    code = point.township if point else None
    return {
        "form": form, "draft": draft, "first_keys": {kind.key for kind in kinds.FIRST},
        "more_chosen": any(not kinds.KINDS[key].first for key in answers.kinds),
        "area_name": places.names([code]).get(code or "", ""),
    }  # fmt: skip


def _same_place(form: ReportForm, name: str) -> None:
    """Fill in the place of a report that was just sent (C5: 再报一件，同一地点)."""
    visit = visits.find(name, now=clock.now())
    before = reports.by_id(visit.report_id)
    form.place_words.data = before.place_words
    form.township.data = before.township_code or ""
    form.village.data = before.grid_code or ""
    if before.lng is not None and before.lat is not None:
        form.lng.data, form.lat.data = repr(before.lng), repr(before.lat)
        form.accuracy.data = "" if before.accuracy is None else repr(before.accuracy)
