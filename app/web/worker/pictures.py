"""Photos on worker pages: taken in with a form, shown to those who may see the case."""

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, cast

from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import NotFound, Refused
from app.core.tx import transaction
from app.fieldwork import queries as fieldwork
from app.intake import queries as intake
from app.media import queries as photos
from app.media import service as media
from app.media.queries import PhotoInfo
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.messages import sentence
from app.web.pictures import jpeg
from app.web.worker import own
from app.web.worker.blueprint import blueprint


def take(
    taken: Iterable[FileStorage] | None, album: Iterable[FileStorage] | None, *, key: str
) -> tuple[tuple[str, ...], list[str]]:
    """Take the pictures of a form into its draft; return all of the draft, and what was refused.

    What came by the camera field is fresh, what came from the album is not.
    """
    now = clock.now()
    refused: list[str] = []
    held = len(photos.of_draft(key)) if key else 0
    named = [(file, True) for file in _real(taken)] + [(file, False) for file in _real(album)]
    for n, (file, fresh) in enumerate(named, start=1):
        try:
            _one(file, key=key, fresh=fresh, position=held + n - 1, n=n, now=now)
        except Refused as error:
            why = sentence(error.key, error.facts)
            refused.append(_("Photo %(n)s was left out. %(why)s", n=n, why=why))
    return tuple(photo.id for photo in draft(key)), refused


def draft(key: str) -> list[PhotoInfo]:
    """Return what waits in the draft of a form."""
    return photos.of_draft(key) if key else []


def _real(files: Iterable[FileStorage] | None) -> list[FileStorage]:
    return [file for file in files or () if getattr(file, "filename", "")]


def _one(file: FileStorage, *, key: str, fresh: bool, position: int, n: int, now: datetime) -> None:
    prepared = media.prepare(cast(BinaryIO, file.stream), n=n)
    with transaction():
        media.record(prepared, draft_key=key, now=now, position=position, fresh=fresh)


def of_reports(case_id: int) -> list[PhotoInfo]:
    """Return the photos of all reports of a case, in the order of receipt."""
    ids = [report.id for report in intake.of_case(case_id)]
    held = photos.for_holder("report", ids)
    return [photo for report_id in ids for photo in held[report_id]]


def of_work(case_id: int) -> list[PhotoInfo]:
    """Return the photos that workers took of a case: on arrival and afterwards."""
    tasks = [task.id for task in fieldwork.tasks_of(case_id)]
    arrivals = [row.id for row in fieldwork.check_ins(case_id)]
    held = (photos.for_holder("check_in", arrivals), photos.for_holder("finish", tasks))
    return [photo for found in held for many in found.values() for photo in many]


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
