"""Where photos lie and how much of them is taken; set once by `create_app`.

Not read from Flask's configuration: commands, jobs and tests of the service have no request.
"""

import os
from dataclasses import dataclass
from pathlib import Path

MB = 1024 * 1024
MAX_PHOTOS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSettings:
    """Folder, sizes in bytes and photos, and how many decoders a process may run at once."""

    uploads: Path
    max_bytes: int = 20 * MB
    max_photos: int = MAX_PHOTOS
    decoders: int = 1


_chosen: list[MediaSettings] = []


def configure(
    uploads: Path,
    *,
    max_bytes: int = 20 * MB,
    max_photos: int = MAX_PHOTOS,
    decoders: int | None = None,
) -> None:
    """Choose the place of all photos of this process; the last call holds."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    _chosen[:] = [
        MediaSettings(
            uploads=uploads,
            max_bytes=max_bytes,
            max_photos=max_photos,
            decoders=decoders or cores or 1,
        )
    ]


def current() -> MediaSettings:
    """Return what was chosen."""
    if not _chosen:
        raise RuntimeError("media.settings.configure(uploads) was not called")
    return _chosen[-1]
