"""The one type in which every channel hands a report in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MIN_WORDS = 5
MAX_WORDS = 3000


class Source(StrEnum):
    """How a report reached us (domain.md §2)."""

    WEB = "web"
    WECHAT = "wechat"
    LINE_12345 = "12345"
    HOTLINE = "hotline_24h"
    WALK_IN = "walk_in"
    LETTER = "letter"
    PATROL = "patrol"
    ALARM = "alarm"
    SUPERIOR = "superior"
    INSPECTION = "inspection"
    MEDIA = "media"


class Happening(StrEnum):
    """Answer to 正在发生?; never preset (decision 25)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ContactMode(StrEnum):
    """How the reporter wants to be reached."""

    ANONYMOUS = "anonymous"
    PHONE = "phone"
    REWARD = "reward"


class Datum(StrEnum):
    """Coordinate system of the numbers that came in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one person tells us; coordinates as they came, degrees in `datum`, accuracy in metres.

    `client_key` is the draft's idempotency key; `actor` is "reporter" or the staff member who
    typed it in ("staff:3").
    """

    client_key: str
    source: Source = Source.WEB
    kinds: tuple[str, ...] = ()
    happening: Happening = Happening.UNKNOWN
    words: str = ""
    suspect: str = ""
    place_words: str = ""
    lng: float | None = None
    lat: float | None = None
    accuracy: float | None = None
    datum: Datum = Datum.WGS84
    grid_code: str = ""
    contact_mode: ContactMode = ContactMode.ANONYMOUS
    phone: str = ""
    consent: bool = False
    photo_ids: tuple[str, ...] = ()
    join_case: str = ""
    device_at: datetime | None = None
    refuses_reply: bool = False
    test: bool = False
    actor: str = "reporter"
