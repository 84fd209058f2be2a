"""Weigh what a page told of a position: distance, picture and time make a grade (domain.md §3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.fieldwork import rules
from app.fieldwork.rules import Arrival, Challenge, Moment, Proof, Verdict
from app.media.queries import PhotoInfo
from app.places.geo import distance_m

PICTURE_AGE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInData:
    """What a page on the spot sends; coordinates in WGS-84 degrees, accuracy in metres.

    `clock_offset_s` is how far the server's clock was ahead when the phone last asked it,
    `offset_age_s` how long ago that was; both matter offline only. `words` is the worker's reason
    where the grade is a C.
    """

    lng: float | None = None
    lat: float | None = None
    accuracy: float | None = None
    device_at: datetime | None = None
    clock_offset_s: float | None = None
    offset_age_s: float | None = None
    offline: bool = False
    challenge: str = ""
    words: str = ""
    photo_ids: tuple[str, ...] = ()
    draft_key: str = ""


def happened(data: CheckInData, *, now: datetime, earliest: datetime) -> Moment:
    """Return when it happened as the rates count it."""
    return rules.moment(
        now=now,
        offline=data.offline,
        device_at=data.device_at,
        offset=_span(data.clock_offset_s),
        earliest=earliest,
    )


def metres(lng: float | None, lat: float | None, data: CheckInData) -> float | None:
    """Return how far the told position lies from a place; None where either is unknown."""
    if lng is None or lat is None or data.lng is None or data.lat is None:
        return None
    return round(distance_m(lng, lat, data.lng, data.lat), 1)


def picture(held: Sequence[PhotoInfo], at: datetime) -> tuple[str | None, Proof]:
    """Return the picture that proves most, and of which kind it is."""
    if not held:
        return None, Proof.NONE
    taken = [photo for photo in held if photo.fresh and not _is_old(photo, at)]
    return (taken or held)[0].id, Proof.FRESH if taken else Proof.ALBUM


def _is_old(photo: PhotoInfo, at: datetime) -> bool:
    """Say whether the picture's own time speaks against the camera field that it came by."""
    return photo.taken_at is not None and abs(at - photo.taken_at) > PICTURE_AGE


def weigh(
    data: CheckInData, *, away: float | None, has_point: bool, proof: Proof, timely: bool,
    challenge: Challenge, now: datetime,
) -> Verdict:  # fmt: skip
    """Return the grade of what was told, `away` metres from a place that may have no point."""
    return rules.grade(
        Arrival(
            distance_m=away,
            accuracy_m=data.accuracy,
            proof=proof,
            case_has_point=has_point,
            clock_gap=abs(now - data.device_at) if data.device_at else None,
            offline=data.offline,
            offset_age=_span(data.offset_age_s),
            timely=timely,
            challenge=challenge,
        )
    )


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
