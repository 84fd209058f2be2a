"""Raise flags about a photo once it was compared: used before, or at odds with its report."""

from datetime import datetime
from typing import Any

from app.cases import queries as cases
from app.core import clock
from app.fieldwork import queries as fieldwork
from app.flags import rules, service
from app.flags.kinds import FlagKind
from app.flags.rules import Claimed, Told
from app.flags.service import Matter
from app.intake import queries as intake
from app.intake.submission import Happening
from app.media import queries as media
from app.media import telling
from app.media.events import PhotoCompared
from app.media.models import Holder
from app.media.queries import Alike, PhotoInfo
from app.media.rules import TIME
from app.supervision import queries as supervision


def consider(event: PhotoCompared) -> None:
    """Flag what is odd about a photo, and about later ones that show the same picture."""
    photo = media.by_id(event.photo_id)
    if photo is None:
        return
    pairs = media.alike(photo.id)
    for later in {pair.later.id: pair.later for pair in pairs}.values():
        mine = pairs if later.id == photo.id else media.alike(later.id)
        _used(later, [pair for pair in mine if pair.later.id == later.id], now=event.now)
    if photo.holder_kind is Holder.REPORT and photo.holder_id is not None:
        _at_odds(photo, photo.holder_id, now=event.now)


def case_of(photo: PhotoInfo) -> int | None:
    """Return the case to which a photo belongs, None for those of other pages."""
    if photo.holder_id is None:
        return None
    if photo.holder_kind is Holder.REPORT:
        return intake.by_id(photo.holder_id).case_id
    if photo.holder_kind is Holder.CHECK_IN:
        return fieldwork.case_of_check_in(photo.holder_id)
    if photo.holder_kind is Holder.FINISH:
        return fieldwork.case_of_task(photo.holder_id)
    if photo.holder_kind is Holder.HAND_OVER:
        return supervision.hand_over(photo.holder_id).case_id
    return None


def _used(photo: PhotoInfo, pairs: list[Alike], *, now: datetime) -> None:
    case_id = case_of(photo)
    if case_id is None or not pairs:
        return
    evidence = {"photo": photo.id, "pairs": [_pair(pair) for pair in pairs]}
    matter = Matter(
        kind=FlagKind.PHOTO_USED, key=f"photo:{photo.id}", evidence=evidence,
        case_ids=frozenset({case_id}), size=len(pairs),
    )  # fmt: skip
    service.raise_flag(matter, now=now)


def _pair(pair: Alike) -> dict[str, Any]:
    """Return what a person needs to compare the two: which, whose, and what differs."""
    case_id = case_of(pair.earlier)
    return {
        "earlier": pair.earlier.id, "case": cases.by_id(case_id).number if case_id else None,
        "held_by": str(pair.earlier.holder_kind), "report": pair.earlier.holder_id,
        "received_at": pair.earlier.received_at.isoformat(),
        "exact": pair.exact, "distance": pair.distance, "agreement": pair.agreement,
        "cuts": list(pair.cuts), "mirrored": pair.mirrored, "framed": pair.framed,
    }  # fmt: skip


def _at_odds(photo: PhotoInfo, report_id: int, *, now: datetime) -> None:
    report = intake.by_id(report_id)
    claimed = Claimed(
        received_at=report.received_at, happening=report.happening is Happening.YES,
        lng=report.lng, lat=report.lat, accuracy=report.accuracy,
    )  # fmt: skip
    for found in rules.contradictions(told_by(photo), claimed):
        matter = Matter(
            kind=found.kind, key=f"{found.kind}:{photo.id}", case_ids=frozenset({report.case_id}),
            evidence=found.evidence | {"photo": photo.id},
        )  # fmt: skip
        service.raise_flag(matter, now=now)


def told_by(photo: PhotoInfo) -> Told:
    """Return what a stored photo says of itself; a time too late to be stored is in its words."""
    camera = photo.told.get("camera")
    taken_at = photo.taken_at or _local(photo.told.get("taken"), photo.flags)
    return Told(
        taken_at=clock.local(taken_at) if taken_at else None,
        lng=photo.claim_lng, lat=photo.claim_lat, editor=photo.told.get("editor"), camera=camera,
        camera_since=telling.cameras().get(camera or ""), thumbnail=photo.told.get("thumbnail"),
    )  # fmt: skip


def _local(text: str | None, flags: tuple[str, ...]) -> datetime | None:
    parts = TIME.match(text or "") if "taken_in_future" in flags else None
    if parts is None:
        return None
    return datetime(*map(int, parts.groups()), tzinfo=clock.LOCAL)  # type: ignore[arg-type,misc]
