"""Decode one picture and draw its clean copies; runs in the limited child only.

Each kind has its own opener, so nothing but the four allowed decoders is ever reached.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO, Final

import pillow_heif
from PIL import Image, ImageCms, ImageFile
from PIL.ExifTags import GPS, IFD, Base
from PIL.Image import Resampling, Transpose
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from app.media import claims, prints
from app.media.rules import SIZES, Caps, PhotoKind, Unfit, fit
from app.media.rules_whole import is_cut_off, scan_of, tail_is_cut

QUALITY: Final = (80, 90)  # a small picture shows the losses of a low one, and costs little
STRIP_ROWS: Final = 512
WHITE: Final = (255, 255, 255)
LARGEST_PROFILE: Final = 1024 * 1024
SRGB: Final = ImageCms.createProfile("sRGB")
TURNS: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}

# Our own caps (rules.Caps) stand before every decode and are stricter where it matters.
Image.MAX_IMAGE_PIXELS = None
# One thread: a second one costs 64 MB of address space and saves the citizen nothing.
pillow_heif.options.DECODE_THREADS = 1
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False


def warm_up() -> None:
    """Use each opener once, so that Pillow loads nothing later: the child can open no file."""
    Image.preinit()
    exif = Image.Exif()
    exif[IFD.Exif] = {Base.DateTimeOriginal: "2026:01:01 00:00:00"}
    exif[IFD.GPSInfo] = {GPS.GPSLatitude: (1.0, 1.0, 1.0)}
    profile = ImageCms.ImageCmsProfile(SRGB).tobytes().replace(b"sRGB", b"none")
    for kind in (PhotoKind.JPEG, PhotoKind.PNG, PhotoKind.WEBP):
        sample = BytesIO()
        picture = Image.new("RGB", (16, 16), WHITE)
        picture.save(sample, kind, exif=exif, icc_profile=profile)
        _decode(sample, kind, Caps())


class TooLarge(Exception):
    """A cap is exceeded; nothing was decoded."""

    def __init__(self, unfit: Unfit) -> None:
        super().__init__(unfit.code)
        self.unfit = unfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A decoded picture, near the size of the large copy, and what it said of itself."""

    image: Image.Image
    size: tuple[int, int]
    turn: int = 1
    told: dict[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


def decode(file: BinaryIO, kind: PhotoKind, caps: Caps) -> tuple[dict[str, Any], list[bytes]]:
    """Return facts and the copies of `SIZES`, or facts with `code` where the picture is refused."""
    try:
        return _decode(file, kind, caps)
    except TooLarge as error:
        return {"code": error.unfit.code, "facts": dict(error.unfit.facts)}, []
    except MemoryError:
        return {"code": "photo_too_hard"}, []
    except Exception as error:  # noqa: BLE001 - Pillow raises a dozen kinds on bad pictures
        return {"code": _code_of(error, kind, file)}, []


def _code_of(error: Exception, kind: PhotoKind, file: BinaryIO) -> str:
    try:
        cut = "truncated" in str(error).lower() or is_cut_off(kind, file)
    except Exception:  # noqa: BLE001
        cut = False
    return "photo_cut_off" if cut else "photo_damaged"


def _decode(file: BinaryIO, kind: PhotoKind, caps: Caps) -> tuple[dict[str, Any], list[bytes]]:
    opened = OPENERS[kind](file, caps)
    large = _upright(_in_srgb(opened.image, fit(opened.image.size, SIZES[0])), opened.turn)
    small = reduced(large, fit(large.size, SIZES[1]), Resampling.LANCZOS)
    facts = {
        "format": str(kind),
        "width": opened.size[0],
        "height": opened.size[1],
        "copy": large.size,
        "dhash": prints.dhash(small),
        "prints": prints.of_picture(large),
        "flags": list(opened.flags),
        **opened.told,
    }
    return facts, [_jpeg(large, QUALITY[0]), _jpeg(small, QUALITY[1])]


def _open_jpeg(file: BinaryIO, caps: Caps) -> Opened:
    scan = scan_of(file)
    file.seek(0)
    image = JpegImageFile(file)
    size = image.size
    _check(caps, PhotoKind.JPEG, size, baseline=scan is not None and scan.baseline)
    # The box must have the photo's own shape: a square one makes draft() do nothing.
    image.draft(None, fit(size, SIZES[0]))
    image.load()
    flags = ("cut_tail",) if tail_is_cut(file) else ()
    return _opened(image, size, flags)


def _open_plain(opener: Callable[[BinaryIO], ImageFile.ImageFile], kind: PhotoKind) -> Any:
    def open_one(file: BinaryIO, caps: Caps) -> Opened:
        file.seek(0)
        image = opener(file)
        _check(caps, kind, image.size)
        image.load()
        return _opened(image, image.size)

    return open_one


def _opened(image: Image.Image, size: tuple[int, int], flags: tuple[str, ...] = ()) -> Opened:
    turn = claims.orientation(image)
    try:
        exif = image.getexif()
        told = claims.read(exif)
        told |= claims.thumbnail(exif, image.info.get("exif"), TURNS.get(turn))
    except Exception:  # noqa: BLE001 - a broken block must not cost the photo
        told = {}
    return Opened(image=image, size=size, turn=turn, told=told, flags=flags)


def _open_heic(file: BinaryIO, caps: Caps) -> Opened:
    """Decode the primary picture and reduce it strip by strip: a 48 MP one would fill 400 MB.

    libheif has already turned it; EXIF's orientation is only a copy there and is ignored.
    """
    file.seek(0)
    heif = pillow_heif.open_heif(file, convert_hdr_to_8bit=True)
    source = heif[heif.primary_index]
    _check(caps, PhotoKind.HEIC, source.size)
    told = _told_by(source.info.get("exif"))
    data, stride = source.data, source.stride
    _check(caps, PhotoKind.HEIC, source.size)  # decoding may correct the header
    image = _in_strips(data, stride, source.mode, source.size)
    image.info = {key: source.info[key] for key in ("icc_profile",) if key in source.info}
    return Opened(image=image, size=source.size, told=told)


def _told_by(block: Any) -> dict[str, Any]:
    try:
        exif = Image.Exif()
        exif.load(block or b"")
        return claims.read(exif)
    except Exception:  # noqa: BLE001 - as above
        return {}


def _in_strips(data: Any, stride: int, mode: str, size: tuple[int, int]) -> Image.Image:
    width, height = size
    factor = max(1, max(size) // (2 * SIZES[0]) + (max(size) > 2 * SIZES[0]))
    rows = STRIP_ROWS * factor
    whole = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        count = min(rows, height - top)
        part = data[top * stride : (top + count) * stride]
        strip = Image.frombytes(mode, (width, count), part, "raw", mode, stride)
        whole.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return whole


def _check(caps: Caps, kind: PhotoKind, size: tuple[int, int], *, baseline: bool = False) -> None:
    unfit = caps.over(kind, size, baseline=baseline)
    if unfit is not None:
        raise TooLarge(unfit)


def _in_srgb(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Bring any mode to sRGB on white at `size`; colours are converted after the reduction."""
    profile = image.info.get("icc_profile")
    if image.mode in ("P", "1", "PA") or (image.mode in ("L", "RGB") and _has_key_colour(image)):
        image = image.convert("RGBA" if _is_clear(image) else "RGB")
    elif image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    if image.size != size:
        image = reduced(image, size, Resampling.HAMMING)
    if image.mode in ("RGBA", "LA", "RGBa", "La"):
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, WHITE)
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    return _converted(image, profile) if profile else image.convert("RGB")


def _has_key_colour(image: Image.Image) -> bool:
    return "transparency" in image.info


def _is_clear(image: Image.Image) -> bool:
    return image.mode == "PA" or "transparency" in image.info


def _eight_bits(image: Image.Image) -> Image.Image:
    """Bring 16-bit grey, which Pillow would clip to white, to eight bits."""
    if image.mode.startswith("I;16"):
        image = image.convert("I")
    return image.point(lambda value: value * (1 / 256)).convert("L")


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    told_srgb = b"sRGB" in profile[:4096] or "sRGB".encode("utf-16-be") in profile[:4096]
    if image.mode not in ("RGB", "CMYK") or told_srgb or len(profile) > LARGEST_PROFILE:
        return image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
    except Exception:  # noqa: BLE001 - a broken profile costs the colours, not the photo
        made = None
    return made or image.convert("RGB")


def _upright(image: Image.Image, turn: int) -> Image.Image:
    return _drawn(image.transpose(TURNS[turn]) if turn in TURNS else image)


def _drawn(image: Image.Image) -> Image.Image:
    """Draw into a new picture: the only way to lose a JPEG's comment (safeguards.md, traps)."""
    fresh = Image.new("RGB", image.size)
    fresh.paste(image)
    return fresh


def reduced(image: Image.Image, size: tuple[int, int], filtering: Resampling) -> Image.Image:
    """Bring to a smaller size: by whole factors first while far away, then by the filter.

    Half the price of bicubic at the same likeness: benchmarks/photos.py holds both figures.
    """
    return image.resize(size, filtering, reducing_gap=2.0)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    target = BytesIO()
    image.save(target, "JPEG", quality=quality)
    return target.getvalue()


OPENERS: Final[dict[PhotoKind, Callable[[BinaryIO, Caps], Opened]]] = {
    PhotoKind.JPEG: _open_jpeg,
    PhotoKind.PNG: _open_plain(PngImageFile, PhotoKind.PNG),
    PhotoKind.WEBP: _open_plain(WebPImageFile, PhotoKind.WEBP),
    PhotoKind.HEIC: _open_heic,
}
