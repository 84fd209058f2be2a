"""The receipt to keep: its QR code as SVG, and the whole as a picture."""

from datetime import datetime
from io import BytesIO

import segno
from flask_babel import gettext as _
from PIL import Image, ImageDraw, ImageFont

from app.documents import glyphs
from app.web.filters import stamp

WIDTH, MARGIN = 720, 48
INK, GREY, PAPER = (26, 36, 32), (74, 90, 83), (255, 255, 255)


def qr_path(address: str) -> tuple[str, int]:
    """Return the path of the dark modules and the width of the square, border included."""
    code = segno.make(address, error="m", micro=False)
    rows = [
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(code.matrix)
        for x, dark in enumerate(row)
        if dark
    ]
    return "".join(rows), len(code.matrix)


def draw(*, code: str, number: str, address: str, received_at: datetime) -> bytes:
    """Return the receipt as PNG, for the photo album of a phone."""
    fonts = {size: ImageFont.truetype(glyphs.FONT, size) for size in (26, 30, 40, 60)}
    image = Image.new("RGB", (WIDTH, 1120), PAPER)
    pen = ImageDraw.Draw(image)
    grouped = " ".join(code[start : start + 4] for start in range(0, 16, 4))
    lines = (
        (40, INK, _("eco 110"), 60), (26, GREY, _("Receipt of a report"), 70),
        (30, GREY, _("Query code"), 48), (60, INK, grouped, 100),
        (26, GREY, _("Case number"), 40), (40, INK, number, 70),
        (26, GREY, _("Report received"), 40), (30, INK, stamp(received_at), 60),
    )  # fmt: skip
    top = MARGIN
    for size, colour, words, step in lines:
        pen.text((MARGIN, top), words, font=fonts[size], fill=colour)
        top += step
    top = _draw_qr(image, address, top + 10)
    for words in (
        _("Keep it: track, rate and collect with it."),
        _("Who has it can collect your reward. Give it to nobody."),
    ):
        pen.text((MARGIN, top), words, font=fonts[26], fill=GREY)
        top += 44
    kept = BytesIO()
    image.crop((0, 0, WIDTH, top + MARGIN)).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _draw_qr(image: Image.Image, address: str, top: int) -> int:
    drawn = BytesIO()
    code = segno.make(address, error="m", micro=False)
    scale = 360 // (len(code.matrix) + 4)
    code.save(drawn, kind="png", scale=scale, border=2)
    square = Image.open(drawn).convert("RGB")
    image.paste(square, (MARGIN - 2 * scale, top))
    return top + square.height + 20
