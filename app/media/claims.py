"""Read what a picture says of itself from its EXIF block; runs in the decoding child only.

Every field stands alone: a broken one costs itself, never the photo (R-F4: missing EXIF is normal).
"""

from typing import Any, Final

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

LONGEST: Final = 40
EDITORS: Final = ("photoshop", "gimp", "snapseed", "meitu", "美图", "picsart", "lightroom", "canva")


def orientation(image: Image.Image) -> int:
    """Return EXIF's orientation, 1 where there is none or nonsense."""
    try:
        value = int(image.getexif().get(Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - a broken block must not cost the photo
        return 1
    return value if 1 <= value <= 8 else 1


def read(exif: Image.Exif) -> dict[str, Any]:
    """Return `taken`, `offset`, `lng`, `lat` and `edited`, each None or False where not told."""
    detail = _block(exif, IFD.Exif)
    place = _block(exif, IFD.GPSInfo)
    taken = _text(detail, Base.DateTimeOriginal) or _text(detail, Base.DateTimeDigitized)
    return {
        "taken": taken or None,
        "offset": _text(detail, Base.OffsetTimeOriginal) or None,
        "lng": _degrees(place, GPS.GPSLongitude, GPS.GPSLongitudeRef, "W"),
        "lat": _degrees(place, GPS.GPSLatitude, GPS.GPSLatitudeRef, "S"),
        "edited": any(name in _text(exif, Base.Software).lower() for name in EDITORS),
    }


def _block(exif: Image.Exif, kind: IFD) -> dict[int, Any]:
    try:
        return dict(exif.get_ifd(kind))
    except Exception:  # noqa: BLE001
        return {}


def _text(block: Any, tag: int) -> str:
    try:
        value = block.get(tag)
        if isinstance(value, bytes):
            value = value.decode("ascii", "replace")
        return value[:LONGEST].strip("\0 ") if isinstance(value, str) else ""
    except Exception:  # noqa: BLE001
        return ""


def _degrees(block: dict[int, Any], tag: int, side_tag: int, negative: str) -> float | None:
    """Return degrees; None where nothing is told, NaN where it is told and cannot be read."""
    if tag not in block:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in block[tag])
    except Exception:  # noqa: BLE001
        return float("nan")
    value = degrees + minutes / 60 + seconds / 3600
    return -value if _text(block, side_tag).upper().startswith(negative) else value
