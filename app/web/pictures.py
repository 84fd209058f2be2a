"""Send the clean copy of a photo, and never as anything but a JPEG (R-U10)."""

from flask import send_file
from flask.typing import ResponseReturnValue

from app.media import service as media

POLICY = "default-src 'none'; sandbox"


def jpeg(photo_id: str, size: int) -> ResponseReturnValue:
    """Serve the copy of 1600 or 320 pixels; who may see it is the caller's to ask."""
    response = send_file(media.open_copy(photo_id, size), mimetype="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    return response
