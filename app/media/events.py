"""What the photos' feature announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoCompared:
    """A held photo was compared with all photos there ever were; what it is like stands stored."""

    photo_id: str
    now: datetime
