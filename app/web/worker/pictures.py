"""Photos on worker pages: taken in with a form, shown to those who may see the case."""

from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core.errors import NotFound
from app.fieldwork import queries as fieldwork
from app.intake import queries as intake
from app.media import queries as photos
from app.media.queries import PhotoInfo
from app.web.access import needs
from app.web.pictures import draft, jpeg, of_feedback, take
from app.web.worker import own
from app.web.worker.blueprint import blueprint

__all__ = ("draft", "of_feedback", "of_reports", "of_work", "take")


def of_reports(case_id: int) -> list[PhotoInfo]:
    """Return the photos of all reports of a case, in the order of receipt."""
    ids = [report.id for report in intake.of_case(case_id)]
    held = photos.for_holder("report", ids)
    return [photo for report_id in ids for photo in held[report_id]]


def of_work(case_id: int) -> list[PhotoInfo]:
    """Return the photos of what was done: on arrival, afterwards, and a department's."""
    tasks = [task.id for task in fieldwork.tasks_of(case_id)]
    arrivals = [row.id for row in fieldwork.check_ins(case_id)]
    held = (photos.for_holder("check_in", arrivals), photos.for_holder("finish", tasks))
    ours = [photo for found in held for many in found.values() for photo in many]
    return ours + of_feedback(case_id)


@blueprint.get("/<number>/photo/<photo_id>/<int:size>")
@needs(Verb.TASK_READ)
def photo(number: str, photo_id: str, size: int) -> ResponseReturnValue:
    """Serve the clean copy of a photo of this case, never anything but a JPEG (R-U10)."""
    case = own.find(number).case
    known = {one.id for one in (*of_reports(case.id), *of_work(case.id))}
    if photo_id not in known:
        raise NotFound("photo_gone")
    return jpeg(photo_id, size)


@blueprint.get("/draft/<key>/<photo_id>")
@needs(Verb.TASK_WORK)
def draft_photo(key: str, photo_id: str) -> ResponseReturnValue:
    """Serve a photo of a form that is not sent yet, to whom holds the form."""
    if photo_id not in {one.id for one in draft(key)}:
        raise NotFound("photo_gone")
    return jpeg(photo_id, 320)
