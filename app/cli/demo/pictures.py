"""Drawn photos for the demo: a landscape, what spoils it, and the same place afterwards.

A program by itself (`darkroom` runs it): one line of JSON in, the length and a JPEG out.
"""

import io
import json
import random
import struct
import sys

from PIL import Image, ImageDraw

SIZE = (1280, 960)
SKY = ((196, 214, 222), (210, 222, 230), (188, 204, 210), (222, 222, 214))
HILL = ((128, 152, 128), (112, 140, 120), (140, 158, 130))
GROUND = ((176, 164, 132), (150, 154, 120), (160, 150, 128), (142, 146, 136))


def draw(medium: str, seed: int, *, clean: bool = False) -> bytes:
    """Return a JPEG of a scene; the same seed is the same place, `clean` after the work."""
    rng = random.Random(seed)  # noqa: S311 (a picture, not a secret)
    picture = Image.new("RGB", SIZE, rng.choice(SKY))
    pen = ImageDraw.Draw(picture)
    width, height = SIZE
    skyline = rng.randint(380, 480)
    points = [(0, skyline)] + [
        (x, skyline - rng.randint(0, 150)) for x in range(80, width, rng.randint(90, 180))
    ]
    pen.polygon([*points, (width, skyline), (width, height), (0, height)], fill=rng.choice(HILL))
    pen.rectangle((0, skyline + 60, width, height), fill=rng.choice(GROUND))
    _houses(pen, rng, skyline)
    scene = SCENES.get(medium, _waste)
    scene(pen, rng, skyline + 120, clean=clean)
    if medium == "air" and not clean:
        picture = picture.reduce(3).resize(SIZE, Image.Resampling.BICUBIC)
    answer = io.BytesIO()
    picture.save(answer, "JPEG", quality=82)
    return answer.getvalue()


def _houses(pen: ImageDraw.ImageDraw, rng: random.Random, base: int) -> None:
    for _ in range(rng.randint(2, 5)):
        x, w, h = rng.randint(0, 1150), rng.randint(60, 130), rng.randint(50, 110)
        wall = rng.choice(((226, 222, 212), (206, 200, 190), (216, 208, 196)))
        pen.rectangle((x, base + 70 - h, x + w, base + 70), fill=wall)
        roof = [(x - 8, base + 70 - h), (x + w + 8, base + 70 - h), (x + w // 2, base + 30 - h)]
        pen.polygon(roof, fill=(120, 86, 74))


def _smoke(pen: ImageDraw.ImageDraw, rng: random.Random, top: int, *, clean: bool) -> None:
    x, y = rng.randint(300, 900), top + rng.randint(120, 300)
    pen.ellipse((x - 140, y, x + 140, y + 60), fill=(60, 54, 50) if not clean else (138, 132, 112))
    if clean:
        return
    for step in range(14):
        grey, spread = 80 + step * 7, 30 + step * 9
        cx, cy = x + step * rng.randint(6, 20), y - step * 38
        pen.ellipse((cx - spread, cy - spread, cx + spread, cy + spread), fill=(grey,) * 3)
    pen.polygon([(x - 50, y + 20), (x, y - 90), (x + 50, y + 20)], fill=(222, 120, 40))


def _water(pen: ImageDraw.ImageDraw, rng: random.Random, top: int, *, clean: bool) -> None:
    tone = (96, 140, 150) if clean else rng.choice(((40, 44, 42), (66, 60, 40), (90, 88, 52)))
    bend = rng.randint(300, 800)
    pen.polygon([(bend, top), (bend + 120, top), (1100, 960), (160, 960)], fill=tone)
    pen.rectangle((bend + 150, top + 90, bend + 260, top + 130), fill=(122, 122, 118))
    if not clean:
        pen.polygon(
            [(bend + 150, top + 110), (bend + 60, top + 160), (bend + 150, top + 130)],
            fill=(30, 30, 28),
        )


def _waste(pen: ImageDraw.ImageDraw, rng: random.Random, top: int, *, clean: bool) -> None:
    if clean:
        pen.rectangle((300, top + 180, 980, top + 260), fill=(150, 148, 120))
        return
    for _ in range(rng.randint(60, 110)):
        x, y = int(rng.gauss(640, 170)), top + int(abs(rng.gauss(0, 110))) + 60
        w, h = rng.randint(14, 70), rng.randint(10, 46)
        tone = tuple(rng.randint(60, 225) for _ in range(3))
        pen.rectangle((x, y, x + w, y + h), fill=tone)


SCENES = {"air": _smoke, "water": _water, "waste": _waste}


def main() -> None:
    """Draw what is asked for until nobody asks any more."""
    for line in sys.stdin:
        medium, seed, clean = json.loads(line)
        drawn = draw(medium, seed, clean=clean)
        sys.stdout.buffer.write(struct.pack(">I", len(drawn)) + drawn)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
