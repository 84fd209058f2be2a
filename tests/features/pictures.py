"""Pictures drawn for tests: a different one for every name."""

from io import BytesIO

from PIL import Image, ImageDraw


def jpeg(name: str, size: tuple[int, int] = (640, 480), taken: str = "") -> bytes:
    """Return a JPEG whose bytes and fingerprint depend on the name; `taken` is its EXIF time."""
    seed = sum(map(ord, name))
    image = Image.new("RGB", size, (seed * 7 % 256, seed * 13 % 256, seed * 29 % 256))
    draw = ImageDraw.Draw(image)
    for n, sign in enumerate(name):
        x = (ord(sign) * 37 + n * 91) % size[0]
        draw.rectangle((x, n * 20 % size[1], x + 60, n * 20 % size[1] + 40), fill=(255, n * 9, 40))
    file = BytesIO()
    exif = Image.Exif()
    if taken:
        exif[0x9003] = exif[0x0132] = taken
        exif.get_ifd(0x8769)[0x9003] = taken
    image.save(file, "JPEG", quality=85, exif=exif)
    return file.getvalue()
