"""`/up`: photos in pieces over bad links, as screens.md §4.2 promises the script."""

from typing import Any

from flask import jsonify, make_response, request, url_for
from werkzeug import Response

from app.core import clock
from app.core.errors import Invalid, Stale
from app.core.tx import transaction
from app.intake import service as intake
from app.media import service as media
from app.media import uploads
from app.web.public import throttle
from app.web.public.forms import DRAFT_KEY
from app.web.public.site import blueprint

MOST_PIECE = 1024 * 1024
LONGEST_OFFSET = 12


@blueprint.post("/up")
def begin() -> Response:
    """Announce a photo."""
    now, told = clock.now(), request.get_json(silent=True)
    throttle.upload(now=now)
    if not isinstance(told, dict):
        raise Invalid("bad_request")
    size, position = told.get("size"), told.get("position", 0)
    if not isinstance(size, int) or not isinstance(position, int):
        raise Invalid("bad_request")
    with transaction():
        name = uploads.begin_upload(
            _draft(told.get("draft")), size=size, sha256=str(told.get("sha256", "")), now=now,
            position=min(max(position, 0), 99), shrunk=told.get("shrunk") is True,
            fresh=told.get("fresh") is True,
        )  # fmt: skip
    response = make_response(jsonify({"id": name}), 201)
    response.headers["Location"] = url_for("public.piece", name=name)
    return response


@blueprint.route("/up/<name>", methods=["GET", "HEAD"])
def state(name: str) -> Response:
    """Say how far a photo came."""
    info = uploads.upload_state(name, _draft(request.headers.get("Upload-Draft")))
    response = make_response("", 200)
    response.headers["Upload-Length"] = str(info.length)
    return _at(response, info.offset)


@blueprint.patch("/up/<name>")
def piece(name: str) -> Response:
    """Take the next piece; the last one is answered once the photo is verified and durable."""
    draft, now = _draft(request.headers.get("Upload-Draft")), clock.now()
    told = request.headers.get("Upload-Offset", "")
    too_long = len(told) > LONGEST_OFFSET or (request.content_length or 0) > MOST_PIECE
    if not told.isdecimal() or too_long:
        raise Invalid("bad_request")
    try:
        offset = uploads.append(name, draft, int(told), request.stream)
        if uploads.upload_state(name, draft).complete:
            _finish(name, draft)
    except Stale as refusal:
        response = make_response(jsonify({"error": refusal.key}), 409)
        return _at(response, int(refusal.facts.get("offset", 0)))
    _attach_late(name, draft, now=now)
    return _at(make_response("", 204), offset)


def _finish(name: str, draft: str) -> None:
    if uploads.upload_state(name, draft).photo_id:
        return
    prepared = uploads.prepare_upload(name, draft)
    with transaction():
        uploads.record_upload(prepared, name, draft, now=clock.now())


def _attach_late(name: str, draft: str, *, now: Any) -> None:
    """Give a photo that came after its report to that report (补传), with its own time."""
    photo_id = uploads.upload_state(name, draft).photo_id
    sent = intake.receipt_of(draft, now=now) if photo_id else None
    if sent is not None and photo_id is not None:
        with transaction():
            media.hold([photo_id], draft_key=draft, holder_kind="report", holder_id=sent.report_id)


@blueprint.delete("/up/<name>")
def cancel(name: str) -> Response:
    """Take a photo out of its draft."""
    with transaction():
        uploads.cancel_upload(name, _draft(request.headers.get("Upload-Draft")))
    return make_response("", 204)


def _at(response: Response, offset: int) -> Response:
    response.headers["Upload-Offset"] = str(offset)
    response.headers["Cache-Control"] = "no-store"
    return response


def _draft(told: object) -> str:
    if not isinstance(told, str) or not DRAFT_KEY.fullmatch(told):
        raise Invalid("bad_request")
    return told
