"""Photos on the pages of staff: taken in with a form, sent as a JPEG only (R-U10)."""

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, cast

from flask import send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.core import clock
from app.core.errors import Refused
from app.core.tx import transaction
from app.media import queries as photos
from app.media import service as media
from app.media.queries import PhotoInfo
from app.supervision import queries as supervision
from app.web.i18n import gettext as _
from app.web.messages import sentence

POLICY = "default-src 'none'; sandbox"


def jpeg(photo_id: str, size: int) -> ResponseReturnValue:
    """Serve the copy of 1600 or 320 pixels; who may see it is the caller's to ask."""
    response = send_file(media.open_copy(photo_id, size), mimetype="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    return response


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


def of_hand_over(hand_over_id: int) -> list[PhotoInfo]:
    """Return the photos of a department's feedback."""
    return photos.for_holder("hand_over", [hand_over_id]).get(hand_over_id, [])


def of_feedback(case_id: int) -> list[PhotoInfo]:
    """Return the photos of the departments' feedback on a case, oldest first."""
    ids = [row.id for row in supervision.hand_overs_of(case_id)]
    held = photos.for_holder("hand_over", ids)
    return [photo for one in sorted(held) for photo in held[one]]
