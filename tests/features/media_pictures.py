"""Pictures for tests, all drawn here: photo-like, broken, oversized and with everything in them."""

import struct
import zlib
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageDraw
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

CANARY = "张金丝雀 CANARY-7731"
COMMENT = b"<script>alert('canary-7731')</script><?php system('id'); ?>"


def scene(size=(640, 480), seed=1, mode="RGB"):
    """Draw something that is not flat and not symmetric."""
    width, height = size
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for step in range(12):
        x, y = (step * 97 * seed) % width, (step * 61 * seed) % height
        colour = ((step * 53) % 255, (step * 31 * seed) % 255, 255 - step * 20)
        draw.ellipse((x, y, x + width // 5, y + height // 7), fill=colour)
    draw.rectangle((0, 0, width // 4, height // 4), fill=(220, 20, 20))
    return image.convert(mode)


def written(image, kind="JPEG", **options):
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def jpeg(size=(640, 480), seed=1, **options):
    return written(scene(size, seed), "JPEG", quality=88, **options)


def flat_jpeg(size, **options):
    return written(Image.new("L", size, 120), "JPEG", **options)


def heic(size=(640, 480), seed=1, **options):
    target = BytesIO()
    pillow_heif.from_pillow(scene(size, seed)).save(target, quality=50, **options)
    return target.getvalue()


def exif(orientation=1, taken="2026:04:30 09:08:07", place=(29, 17, 24.0, 121, 25, 48.0)):
    block = Image.Exif()
    block[Base.Orientation] = orientation
    block[Base.Make] = CANARY
    block[Base.Software] = CANARY
    block[Base.Artist] = CANARY
    block[IFD.Exif] = {
        Base.DateTimeOriginal: taken, Base.OffsetTimeOriginal: "+08:00",
        Base.BodySerialNumber: CANARY,
    }  # fmt: skip
    if place:
        block[IFD.GPSInfo] = {
            GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: place[:3],
            GPS.GPSLongitudeRef: "E", GPS.GPSLongitude: place[3:],
        }  # fmt: skip
    return block


def profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def xmp():
    return (f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>{CANARY}</rdf:RDF></x:xmpmeta>").encode()


def loaded(kind="JPEG", size=(640, 480)):
    """Make a picture with every kind of metadata that its format can hold."""
    image = scene(size)
    options = {"exif": exif(), "icc_profile": profile(), "xmp": xmp()}
    if kind == "JPEG":
        content = written(image, kind, comment=COMMENT, **options)
        return content + b"PK\x03\x04" + CANARY.encode()
    if kind == "PNG":
        info = PngInfo()
        info.add_text("Comment", CANARY)
        info.add_itxt("XML:com.adobe.xmp", xmp().decode())
        return written(image, kind, exif=exif(), icc_profile=profile(), pnginfo=info)
    if kind == "HEIC":
        target = BytesIO()
        heif = pillow_heif.from_pillow(image)
        heif.info["exif"], heif.info["xmp"] = exif().tobytes(), xmp()
        heif.save(target, quality=50)
        return target.getvalue()
    return written(image, kind, **options)


def png_header(width, height, *, body=b""):
    """Make a PNG whose header promises a size and whose data are what is given."""

    def chunk(name, content):
        crc = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def png_bomb(side):
    """Make a PNG of side × side white points: small as a file, huge when opened."""
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (3 * side)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return png_header(side, side, body=body)


def ztxt_bomb():
    """Make a PNG with a compressed text of 100 MB before its picture."""
    text = zlib.compress(b"A" * 100_000_000, 9)
    name = b"zTXt"
    content = b"Comment\0\0" + text
    chunk = struct.pack(">I", len(content)) + name + content
    chunk += struct.pack(">I", zlib.crc32(name + content))
    plain = written(scene((32, 32)), "PNG")
    return plain[:33] + chunk + plain[33:]
