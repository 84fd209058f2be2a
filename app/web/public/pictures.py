"""`/p`: clean copies of photos, for who may see them, and never as anything but a JPEG (R-U10)."""

from flask import session
from werkzeug import Response

from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.core import clock
from app.core.errors import NotFound
from app.fieldwork import queries as fieldwork
from app.intake import queries as reports
from app.media import queries as photos
from app.media import service as media
from app.media.queries import PhotoInfo
from app.spotchecks import queries as spotchecks
from app.supervision import queries as supervision
from app.web import access
from app.web.public import after, drafts, visits
from app.web.public.site import blueprint

STAFF = (
    Verb.CASE_READ, Verb.TASK_READ, Verb.DESK_READ, Verb.CASE_CHECK, Verb.ENF_READ,
    Verb.REWARD_READ, Verb.OVERDUE_READ,
)  # fmt: skip
POLICY = "default-src 'none'; sandbox"


@blueprint.get("/p/<photo_id>/<int:size>")
def picture(photo_id: str, size: int) -> Response:
    """Serve the copy of 1600 or 320 pixels; a foreign photo is as if there were none."""
    photo = photos.by_id(photo_id)
    if photo is None or not (_in_draft(photo) or _visited(photo) or _staff(photo)):
        raise NotFound
    with media.open_copy(photo.id, size) as copy:
        response = Response(copy.read(), mimetype="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _in_draft(photo: PhotoInfo) -> bool:
    key = str(session.get(drafts.SLOT, ""))
    return bool(key) and photo.holder_kind is None and photo in photos.of_draft(key)


def _visited(photo: PhotoInfo) -> bool:
    """Say whether the photo belongs to a report of this visit, or to what was done about it."""
    mine = visits.report_ids(now=clock.now())
    if photo.holder_kind == "report":
        return photo.holder_id in mine
    led = {cases.leading(reports.by_id(report_id).case_id).id for report_id in mine}
    return photo.id in {row.id for case_id in led for row in after.photos(case_id)}


def _staff(photo: PhotoInfo) -> bool:
    """Say whether a member of staff may see it: his verb, and his township (R-S2).

    What nothing holds yet is its sender's alone.
    """
    person = access.visitor()
    if person is None or not any(person.may(verb) for verb in STAFF):
        return False
    case_id = _case_of(photo)
    return case_id is not None and person.sees(cases.by_id(case_id).township_code)


def _case_of(photo: PhotoInfo) -> int | None:
    if photo.holder_id is None:
        return None
    if photo.holder_kind == "report":
        return reports.by_id(photo.holder_id).case_id
    if photo.holder_kind == "check_in":
        return fieldwork.case_of_check_in(photo.holder_id)
    if photo.holder_kind == "spot_check":
        return spotchecks.check(photo.holder_id).case_id
    if photo.holder_kind == "hand_over":
        return supervision.hand_over(photo.holder_id).case_id
    return fieldwork.task(photo.holder_id).case_id if photo.holder_kind == "finish" else None
