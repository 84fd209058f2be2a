"""Why a photo is refused: stable codes and the sentence for each, in one table.

The codes go into answers of the service, of `./eco110 photos check` and of the upload calls, and
never change. Sentences are message ids of the catalogue `photos`; their blanks are the facts of
the refusal. Every sentence ends with what the sender can do.
"""

from typing import Any, Final

REASONS: Final[dict[str, str]] = {
    "photo_empty": "The file is empty. Please send the photo again.",
    "photo_too_big": "The photo is larger than %(limit)s MB. Please send a smaller one.",
    "photo_too_many_pixels": (
        "The photo has %(megapixels)s million pixels; for this kind %(limit)s million are the "
        "most. Please send a smaller one."
    ),
    "photo_too_long": (
        "One side of the photo has %(side)s pixels; %(limit)s are the most. "
        "Please send a smaller one."
    ),
    "photo_cut_off": "The photo did not arrive whole. Please send it again.",
    "photo_damaged": "The photo is damaged and cannot be opened. Please send another one.",
    "photo_too_hard": (
        "The photo takes too much to open. Please send another one, or a screenshot of it."
    ),
    "photo_is_avif": "AVIF pictures are not taken. Please send it as JPEG, PNG, WebP or HEIC.",
    "photo_is_gif": "GIF pictures are not taken. Please send it as JPEG, PNG, WebP or HEIC.",
    "photo_is_tiff": "TIFF pictures are not taken. Please send it as JPEG, PNG, WebP or HEIC.",
    "photo_is_svg": "Drawings (SVG) are not taken. Please send a photo.",
    "photo_is_pdf": "PDF files are not taken. Please send a photo.",
    "photo_is_bmp": "BMP pictures are not taken. Please send it as JPEG, PNG, WebP or HEIC.",
    "photo_is_jxl": "JPEG XL pictures are not taken. Please send it as JPEG, PNG, WebP or HEIC.",
    "photo_is_jp2": "JPEG 2000 pictures are not taken. Please send it as JPEG, PNG, WebP or HEIC.",
    "photo_is_video": "Videos are not taken here. Please send a photo.",
    "photo_is_archive": "Archives are not taken. Please send the photos one by one.",
    "photo_not_a_picture": (
        "The file is no picture that can be opened. Please send a photo as JPEG, PNG, WebP or HEIC."
    ),
    "photo_busy": "Many photos are being looked at just now. Please send it again in a moment.",
    "photo_gone": "The photo is no longer there. Please send it again.",
    "photo_too_many": "There are already %(limit)s photos. Please take one out first.",
    "photo_missing": "There is no such file.",
    "upload_offset": "Part of the photo is already here; sending goes on at byte %(offset)s.",
    "upload_gone": "The photo that was being sent is no longer here. Please send it again.",
    "upload_hash": "The photo arrived changed. Please send it again.",
    "store_full": "The service cannot store anything just now; nothing was received. "
    "Please send it again later.",
}


def sentence(code: str, facts: dict[str, Any]) -> str:
    """Return the English sentence with its blanks filled."""
    return REASONS[code] % facts
