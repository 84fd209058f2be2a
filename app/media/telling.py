"""What a file says of itself besides time and place, in words that name nobody.

A camera's model and an editor's name are kept only where our own tables know them: these fields are
free text and may hold their owner's name (R-A2).
"""

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.media import likeness
from app.media.decoder import Seen
from app.media.rules import TIME

CAMERAS: Final = Path(__file__).with_name("data") / "cameras.json"


@lru_cache(maxsize=1)
def cameras() -> dict[str, date]:
    """Return since when each known camera is sold, by its model as EXIF names it."""
    document = json.loads(CAMERAS.read_text(encoding="utf-8"))
    return {model: date.fromisoformat(f"{month}-01") for model, month in document["since"].items()}


def told_by(seen: Seen) -> dict[str, Any]:
    """Return the claims of a picture as JSON, without those that are not told."""
    taken = TIME.match((seen.taken or "").strip())
    told = {
        "taken": taken[0] if taken else None,
        "camera": seen.camera if seen.camera in cameras() else None,
        "editor": seen.editor,
        "thumbnail": thumbnail_agreement(seen),
    }
    return {key: value for key, value in told.items() if value is not None}


def thumbnail_agreement(seen: Seen) -> float | None:
    """Return how well the file's own small picture agrees with the large one, −1…1."""
    laid = [
        likeness.lay(small, large).agreement
        for small in seen.thumbnail
        for large in seen.prints
        if small.telling and large.telling
    ]
    return max(laid, default=None)
