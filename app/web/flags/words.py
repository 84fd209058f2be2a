"""Words for the evidence of a flag: what is shown beside the pictures, and what to think of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.accounts import queries as accounts
from app.core import clock
from app.flags.kinds import FlagKind as Kind
from app.flags.queries import FlagView
from app.web import filters
from app.web.i18n import gettext as _

Rows = list[tuple[str, str]]
LEAST_CUT = 0.01

ADVICE: dict[Kind, LazyString] = {
    Kind.PHOTO_USED: _l(
        "Two neighbours may send the same picture from a chat group. Look whose came first."
    ),
    Kind.TAKEN_LATER: _l("The clock of the telephone may be wrong. Compare with other photos."),
    Kind.TAKEN_LONG_BEFORE: _l(
        "An old picture may show an old matter. Was the same seen on the spot?"
    ),
    Kind.OLDER_THAN_CAMERA: _l("A clock that was never set is one honest reason."),
    Kind.PLACE_OFF: _l("The reporter may have set the place later, from elsewhere."),
    Kind.EDITED: _l("Brightening or marking a picture is allowed. Is something added or gone?"),
    Kind.THUMBNAIL_DIFFERS: _l(
        "The file carries a small picture that shows something else. It may have been cut or "
        "replaced."
    ),
    Kind.PAYEE_RING: _l("A family may claim together; a ring lends its codes. Ask for the reason."),
    Kind.REPORTER_AND_WORKER: _l(
        "Who lives there reports there, and the same worker comes. Look whether the matters "
        "were real."
    ),
    Kind.SPOT_AGAIN: _l("Some places are dumped on again by anybody. Compare the waste."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Couple:
    """Two pictures side by side and what differs between them; `case` held the earlier one."""

    later: str
    earlier: str
    earlier_at: datetime
    case: str | None
    differs: tuple[str, ...]


def brief(flag: FlagView) -> str:
    """Return one line of evidence for lists."""
    return _("; ").join(f"{term} {say}" for term, say in facts(flag)[:2])


def facts(flag: FlagView) -> Rows:
    """Return the evidence as rows of a word and what it says."""
    return FACTS[flag.kind](flag.evidence)


def couples(flag: FlagView) -> list[Couple]:
    """Return the pairs of pictures of a flag."""
    return [
        Couple(
            later=flag.evidence["photo"], earlier=pair["earlier"], case=pair["case"],
            earlier_at=datetime.fromisoformat(pair["received_at"]), differs=differences(pair),
        )
        for pair in flag.evidence.get("pairs", ())
    ]  # fmt: skip


def cases(flag: FlagView) -> list[tuple[str, str]]:
    """Return the cases of a pattern, each with what is known of its time."""
    return [(row["case"], _when(row)) for row in flag.evidence.get("cases", ())]


def _when(row: dict[str, Any]) -> str:
    if "at" in row:
        return filters.short(datetime.fromisoformat(row["at"]))
    opened = filters.short(datetime.fromisoformat(row["opened_at"]))
    if not row["clean_at"]:
        return _("reported %(opened)s", opened=opened)
    clean = filters.short(datetime.fromisoformat(row["clean_at"]))
    return _("reported %(opened)s, seen clean %(clean)s", opened=opened, clean=clean)


def differences(pair: dict[str, Any]) -> tuple[str, ...]:
    """Say in words in what the later of two pictures differs."""
    if pair["exact"]:
        return (_("The same file, byte for byte."),)
    found = [_("Seen in a mirror.")] if pair["mirrored"] else []
    if pair["framed"]:
        found.append(_("With a frame around it, like a screenshot."))
    sides = (_("left"), _("right"), _("top"), _("bottom"))
    cut = [
        f"{side} {filters.percent(share)}"
        for side, share in zip(sides, pair["cuts"], strict=True)
        if share >= LEAST_CUT
    ]
    if cut:
        found.append(_("Cut: %(sides)s.", sides=_(", ").join(cut)))
    if not found:
        found.append(_("Saved anew, in size, quality or brightness."))
    return tuple(found)


def _moment(text: str) -> str:
    return f"{clock.local(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"


def _used(evidence: dict[str, Any]) -> Rows:
    best = max(evidence["pairs"], key=lambda pair: pair["agreement"])
    return [
        (_("Earlier photos"), str(len(evidence["pairs"]))),
        (_("Agreement"), filters.percent(best["agreement"])),
        (_("Bits that differ"), _("%(n)s of 64", n=best["distance"])),
    ]


def _time(evidence: dict[str, Any]) -> Rows:
    rows = [
        (_("The photo says it was taken"), _moment(evidence["taken_at"])),
        (_("The report came in"), _moment(evidence["received_at"])),
    ]
    if evidence["happening"]:
        rows.append((_("The report says"), _("it is happening now")))
    return rows


def _camera(evidence: dict[str, Any]) -> Rows:
    return [
        (_("The photo says it was taken"), _moment(evidence["taken_at"])),
        (_("Camera"), evidence["camera"]),
        (_("Sold since"), f"{date.fromisoformat(evidence['since']):%Y-%m}"),
    ]


def _place(evidence: dict[str, Any]) -> Rows:
    return [
        (_("Apart"), filters.distance(evidence["metres"])),
        (_("Place in the photo"), _point(evidence["photo"])),
        (_("Place of the report"), _point(evidence["report"])),
    ]


def _point(place: list[float]) -> str:
    return f"{place[0]:.5f}, {place[1]:.5f}"


def _edited(evidence: dict[str, Any]) -> Rows:
    return [(_("The photo was saved by"), evidence["editor"])]


def _thumbnail(evidence: dict[str, Any]) -> Rows:
    return [(_("Agreement of small and large picture"), filters.percent(evidence["agreement"]))]


def _ring(evidence: dict[str, Any]) -> Rows:
    return [
        (_("Codes claimed by one payee"), str(evidence["codes"])),
        (_("In the month"), evidence["month"]),
    ]


def _pair(evidence: dict[str, Any]) -> Rows:
    worker = accounts.get(evidence["worker_id"])
    return [
        (_("Worker"), worker.name if worker else "—"),
        (_("Rewarded cases of both"), str(evidence["together"])),
        (_("of the reporter's"), str(evidence["of_reporter"])),
        (_("of the worker's"), str(evidence["of_worker"])),
    ]


def _spot(evidence: dict[str, Any]) -> Rows:
    rewarded = sum(row["rewarded"] for row in evidence["cases"])
    return [
        (_("Cases at this place"), str(len(evidence["cases"]))),
        (_("with a reward"), str(rewarded)),
    ]


FACTS = {
    Kind.PHOTO_USED: _used,
    Kind.TAKEN_LATER: _time,
    Kind.TAKEN_LONG_BEFORE: _time,
    Kind.OLDER_THAN_CAMERA: _camera,
    Kind.PLACE_OFF: _place,
    Kind.EDITED: _edited,
    Kind.THUMBNAIL_DIFFERS: _thumbnail,
    Kind.PAYEE_RING: _ring,
    Kind.REPORTER_AND_WORKER: _pair,
    Kind.SPOT_AGAIN: _spot,
}
