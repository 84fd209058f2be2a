"""Read what a picture says of itself from its EXIF block; runs in the decoding child only.

Every field stands alone: a broken one costs itself, never the photo (R-F4: missing EXIF is normal).
"""

from io import BytesIO
from typing import Any, Final

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.JpegImagePlugin import JpegImageFile

from app.media import prints

LONGEST: Final = 40
THUMBNAIL_SIDE: Final = 1024
EDITORS: Final = ("photoshop", "gimp", "snapseed", "meitu", "美图", "picsart", "lightroom", "canva")


def orientation(image: Image.Image) -> int:
    """Return EXIF's orientation, 1 where there is none or nonsense."""
    try:
        value = int(image.getexif().get(Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - a broken block must not cost the photo
        return 1
    return value if 1 <= value <= 8 else 1


def read(exif: Image.Exif) -> dict[str, Any]:
    """Return `taken`, `offset`, `lng`, `lat`, `camera` and `editor`, each None where not told.

    Of an editor only the known name is returned: the field may hold its owner's (R-A2).
    """
    detail = _block(exif, IFD.Exif)
    place = _block(exif, IFD.GPSInfo)
    software = _text(exif, Base.Software).lower()
    taken = _text(detail, Base.DateTimeOriginal) or _text(detail, Base.DateTimeDigitized)
    return {
        "taken": taken or None,
        "offset": _text(detail, Base.OffsetTimeOriginal) or None,
        "lng": _degrees(place, GPS.GPSLongitude, GPS.GPSLongitudeRef, "W"),
        "lat": _degrees(place, GPS.GPSLatitude, GPS.GPSLatitudeRef, "S"),
        "camera": _text(exif, Base.Model) or None,
        "editor": next((name for name in EDITORS if name in software), None),
    }


def thumbnail(exif: Image.Exif, block: Any, turn: Any = None) -> dict[str, Any]:
    """Return the `thumbnail`'s prints where the EXIF block carries one that can be opened.

    `turn` is how the large picture was turned to stand upright; the small one lies like it.
    """
    try:
        small = _block(exif, IFD.IFD1)
        start, size = int(small[Base.JpegIFOffset]), int(small[Base.JpegIFByteCount])
        content = bytes(block).removeprefix(b"Exif\0\0")[start : start + size]
        picture: Image.Image = JpegImageFile(BytesIO(content))
        if max(picture.size) > THUMBNAIL_SIDE:
            return {}
        picture.load()
        upright = picture if turn is None else picture.transpose(turn)
        return {"thumbnail": prints.of_picture(upright)}
    except Exception:  # noqa: BLE001 - a broken one must not cost the photo
        return {}


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
