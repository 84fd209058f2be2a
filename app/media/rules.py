"""What may be taken in and what a file's claims are worth: plain values in, plain values out."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Final

SNIFF_BYTES: Final = 1024
SIZES: Final = (1600, 320)


class PhotoKind(StrEnum):
    """The kinds of picture that are taken, by content; MPO counts as JPEG."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIC = "HEIC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """Why a file is not taken: a code of `reasons.py` and the facts for its blanks."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


SIGNATURES: Final = (
    (0, b"\xff\xd8\xff", PhotoKind.JPEG),
    (0, b"\x89PNG\r\n\x1a\n", PhotoKind.PNG),
    (8, b"WEBP", PhotoKind.WEBP),
)
REFUSED: Final = (
    (0, b"GIF8", "photo_is_gif"),
    (0, b"II*\0", "photo_is_tiff"),
    (0, b"MM\0*", "photo_is_tiff"),
    (0, b"II+\0", "photo_is_tiff"),
    (0, b"MM\0+", "photo_is_tiff"),
    (0, b"%PDF", "photo_is_pdf"),
    (0, b"\0\0\0\x0cJXL ", "photo_is_jxl"),
    (0, b"\xff\x0a", "photo_is_jxl"),
    (0, b"\0\0\0\x0cjP  ", "photo_is_jp2"),
    (0, b"\xff\x4f\xff\x51", "photo_is_jp2"),
    (0, b"PK\x03\x04", "photo_is_archive"),
    (0, b"Rar!", "photo_is_archive"),
    (0, b"7z\xbc\xaf", "photo_is_archive"),
    (0, b"\x1f\x8b", "photo_is_archive"),
    (0, b"\x1aE\xdf\xa3", "photo_is_video"),
    (8, b"AVI ", "photo_is_video"),
)
HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
HEIF_BRANDS: Final = frozenset({b"mif1", b"msf1", b"mif2"})
SVG: Final = re.compile(rb"<svg[\s>]", re.IGNORECASE)


def sniff(head: bytes) -> PhotoKind | Unfit:
    """Name the kind by the first bytes; the name and the declared type of a file count nothing."""
    for start, mark, kind in SIGNATURES:
        if head.startswith(mark, start):
            return kind
    if head.startswith(b"ftyp", 4):
        return _by_brand(head)
    return Unfit(code=_refusal(head))


def _refusal(head: bytes) -> str:
    if not head:
        return "photo_empty"
    for start, mark, code in REFUSED:
        if head.startswith(mark, start):
            return code
    if any(mark.startswith(head) for start, mark, _ in SIGNATURES if not start):
        return "photo_cut_off"
    if SVG.search(head):
        return "photo_is_svg"
    is_bitmap = head.startswith(b"BM") and head.startswith(b"\0\0\0\0", 6)
    return "photo_is_bmp" if is_bitmap else "photo_not_a_picture"


def _by_brand(head: bytes) -> PhotoKind | Unfit:
    end = max(16, min(int.from_bytes(head[:4], "big"), len(head)))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}
    if head[8:12] in AVIF_BRANDS or (brands & AVIF_BRANDS and not brands & HEIC_BRANDS):
        return Unfit(code="photo_is_avif")
    if brands & (HEIC_BRANDS | HEIF_BRANDS):
        return PhotoKind.HEIC
    return Unfit(code="photo_is_video")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Most pixels of a picture, in millions, and of a side (R-U2).

    A progressive JPEG and a HEIC cannot be decoded at a smaller scale, a PNG and a WebP neither
    and with an alpha channel; what they take in memory sets their caps (safeguards.md, traps).
    """

    baseline: int = 120
    progressive: int = 50
    heic: int = 50
    other: int = 30
    side: int = 20_000

    def over(self, kind: PhotoKind, size: tuple[int, int], *, baseline: bool) -> Unfit | None:
        """Say what is too large, from the header alone."""
        longest = max(size)
        if longest > self.side:
            return Unfit(code="photo_too_long", facts={"side": longest, "limit": self.side})
        most = {
            PhotoKind.JPEG: self.baseline if baseline else self.progressive,
            PhotoKind.HEIC: self.heic,
        }.get(kind, self.other)
        pixels = size[0] * size[1]
        if pixels <= most * 1_000_000:
            return None
        facts = {"megapixels": math.ceil(pixels / 1_000_000), "limit": most}
        return Unfit(code="photo_too_many_pixels", facts=facts)


def fit(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """Return the size at which the longer side is `edge`; a smaller picture is never enlarged."""
    longest = max(size)
    if longest <= edge:
        return size
    return max(1, round(size[0] * edge / longest)), max(1, round(size[1] * edge / longest))


TIME = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
FIRST_YEAR: Final = 1990
CLOCK_ERROR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """When a file says it was taken: naive local time, or aware where it names its offset."""

    at: datetime | None = None
    flag: str | None = None


def claimed_time(text: str | None, offset: str | None, *, now: datetime) -> Taken:
    """Read EXIF's time; an impossible or a future one is a flag, never an error (R-F4).

    `now` is aware; a naive claim is compared as if it stood in the zone of `now`.
    """
    if not text or not text.strip(" :\0"):
        return Taken()
    parts = TIME.match(text.strip())
    try:
        at = datetime(*map(int, parts.groups())) if parts else None  # type: ignore[arg-type] # noqa: DTZ001
    except ValueError:
        at = None
    if at is None or at.year < FIRST_YEAR:
        return Taken(flag="taken_invalid")
    zone = _zone(offset)
    aware = at.replace(tzinfo=zone or now.tzinfo)
    if aware > now + CLOCK_ERROR:
        return Taken(flag="taken_in_future")
    return Taken(at=aware if zone else at)


def _zone(offset: str | None) -> timezone | None:
    parts = OFFSET.fullmatch((offset or "").strip())
    if parts is None:
        return None
    minutes = int(parts[2]) * 60 + int(parts[3])
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if parts[1] == "-" else minutes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file says it was taken, in WGS-84 degrees."""

    lng: float | None = None
    lat: float | None = None
    flag: str | None = None


def claimed_place(lng: float | None, lat: float | None) -> Place:
    """Read EXIF's place; one that cannot be is a flag: NaN, out of range, or 0°, 0°."""
    if lng is None and lat is None:
        return Place()
    good = lng is not None and lat is not None and math.isfinite(lng) and math.isfinite(lat)
    if not good or lng is None or lat is None or abs(lng) > 180 or abs(lat) > 90:
        return Place(flag="place_invalid")
    if abs(lng) < 1e-6 and abs(lat) < 1e-6:
        return Place(flag="place_invalid")
    return Place(lng=round(lng, 7), lat=round(lat, 7))
