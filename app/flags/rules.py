"""Contradictions between what a photo says of itself and what its report says; pure.

Nothing here refuses anything: a contradiction is a flag with its evidence (R-F4). What a photo does
not say is never held against it: most phones and chat programs send pictures without EXIF.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from app.flags.kinds import FlagKind
from app.places.geo import distance_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From where on a difference is odd (defaults; R-F4 for the kilometre)."""

    clock_error: timedelta = timedelta(days=1)
    long_before: timedelta = timedelta(days=30)
    long_before_happening: timedelta = timedelta(days=2)
    metres: float = 1000
    thumbnail: float = 0.5


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a photo says of itself; `taken_at` is local, the thumbnail's agreement −1…1."""

    taken_at: datetime | None = None
    lng: float | None = None
    lat: float | None = None
    editor: str | None = None
    camera: str | None = None
    camera_since: date | None = None
    thumbnail: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What the report says; the accuracy of its place is in metres."""

    received_at: datetime
    happening: bool = False
    lng: float | None = None
    lat: float | None = None
    accuracy: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One thing that does not fit, with what a person needs to judge it."""

    kind: FlagKind
    evidence: dict[str, Any]


def contradictions(told: Told, claimed: Claimed, limits: Limits = LIMITS) -> list[Contradiction]:
    """Return what does not fit, none where the photo says nothing."""
    found = [
        _time(told, claimed, limits),
        _camera(told),
        _place(told, claimed, limits),
        _editor(told),
        _thumbnail(told, limits),
    ]
    return [one for one in found if one is not None]


def _time(told: Told, claimed: Claimed, limits: Limits) -> Contradiction | None:
    if told.taken_at is None:
        return None
    evidence = {
        "taken_at": told.taken_at.isoformat(), "received_at": claimed.received_at.isoformat(),
        "happening": claimed.happening,
    }  # fmt: skip
    if told.taken_at > claimed.received_at + limits.clock_error:
        return Contradiction(kind=FlagKind.TAKEN_LATER, evidence=evidence)
    most = limits.long_before_happening if claimed.happening else limits.long_before
    age = claimed.received_at - told.taken_at
    if age <= most:
        return None
    evidence["days"] = age.days
    return Contradiction(kind=FlagKind.TAKEN_LONG_BEFORE, evidence=evidence)


def _camera(told: Told) -> Contradiction | None:
    """Compare with the first sale of the camera; a clock never set is one honest reason."""
    if told.taken_at is None or told.camera_since is None:
        return None
    if told.taken_at.date() >= told.camera_since:
        return None
    evidence = {
        "taken_at": told.taken_at.isoformat(), "camera": told.camera,
        "since": told.camera_since.isoformat(),
    }  # fmt: skip
    return Contradiction(kind=FlagKind.OLDER_THAN_CAMERA, evidence=evidence)


def _place(told: Told, claimed: Claimed, limits: Limits) -> Contradiction | None:
    if told.lng is None or told.lat is None or claimed.lng is None or claimed.lat is None:
        return None
    metres = distance_m(told.lng, told.lat, claimed.lng, claimed.lat)
    if metres <= limits.metres + (claimed.accuracy or 0):
        return None
    evidence = {
        "metres": round(metres), "photo": [told.lng, told.lat],
        "report": [claimed.lng, claimed.lat], "accuracy": claimed.accuracy,
    }  # fmt: skip
    return Contradiction(kind=FlagKind.PLACE_OFF, evidence=evidence)


def _editor(told: Told) -> Contradiction | None:
    if not told.editor:
        return None
    return Contradiction(kind=FlagKind.EDITED, evidence={"editor": told.editor})


def _thumbnail(told: Told, limits: Limits) -> Contradiction | None:
    if told.thumbnail is None or told.thumbnail >= limits.thumbnail:
        return None
    evidence = {"agreement": told.thumbnail, "from": limits.thumbnail}
    return Contradiction(kind=FlagKind.THUMBNAIL_DIFFERS, evidence=evidence)
