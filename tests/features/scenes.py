"""Photo-like pictures drawn for tests, and what fraudsters do to photos; all of it is seeded."""

import io
import random
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

SIZE = (640, 480)


@cache
def scene(seed: int, size=SIZE) -> Image.Image:
    """Draw ground, sky and things of all sizes: rough like a photo, different for every seed."""
    rng, dice = np.random.default_rng(seed), random.Random(seed)
    width, height = size
    layers = np.zeros((height, width, 3))
    for cells, weight in ((3, 90), (7, 60), (17, 40), (60, 22), (160, 10)):
        rough = rng.normal(size=(cells * 3 // 4 + 1, cells + 1, 3)) * weight
        for channel in range(3):
            small = Image.fromarray(rough[:, :, channel].astype(np.float32))
            layers[:, :, channel] += np.asarray(small.resize(size, Image.Resampling.BICUBIC))
    image = Image.fromarray(np.clip(layers + 120, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(9):
        x, y = dice.randrange(width), dice.randrange(height)
        w, h = dice.randrange(40, 260), dice.randrange(30, 200)
        colour = tuple(dice.randrange(256) for _ in range(3))
        dice.choice((draw.rectangle, draw.ellipse))((x, y, x + w, y + h), fill=colour)
    return image.filter(ImageFilter.GaussianBlur(0.8))


def saved(image: Image.Image, quality=85) -> Image.Image:
    return Image.open(io.BytesIO(written(image, quality))).convert("RGB")


def written(image: Image.Image, quality=85, **options) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality, **options)
    return target.getvalue()


def resized(image, share):
    return image.resize((round(image.width * share), round(image.height * share)))


def cropped(image, share, seed=0):
    """Cut up to a share off each side, another one each."""
    dice = random.Random(seed)
    left, top, right, bottom = (dice.uniform(0, share) for _ in range(4))
    width, height = image.size
    return image.crop((width * left, height * top, width * (1 - right), height * (1 - bottom)))


def screenshot(image, ground=(0, 0, 0)):
    """Show the picture on a phone's screen, with the clock above and a line below."""
    width, height = 720, 1440
    shown = image.resize((width, round(image.height * width / image.width)))
    screen = Image.new("RGB", (width, height), ground)
    screen.paste(shown, (0, (height - shown.height) // 2))
    ink = tuple(255 - part for part in ground)
    draw = ImageDraw.Draw(screen)
    draw.text((27, 16), "12:34", fill=ink, font_size=27)
    draw.rectangle((633, 20, 687, 40), outline=ink, width=3)
    draw.rectangle((260, 1420, 460, 1427), fill=ink)
    return screen


def watermarked(image):
    image = image.copy()
    draw = ImageDraw.Draw(image)
    draw.text((20, image.height - 70), "2026-05-01 08:30 宁海", fill="white", font_size=48)
    return image


def seen_again(image, seed):
    """Take a second photo of the scene: from a step aside, a little turned, things moved."""
    dice = random.Random(seed)
    width, height = image.size
    aside = [dice.choice((-1, 1)) * dice.uniform(0.04, 0.07) for _ in range(2)]
    corners = [(0.1, 0.1), (0.1, 0.9), (0.9, 0.9), (0.9, 0.1)]
    quad = []
    for x, y in corners:
        quad += [(x + aside[0] + dice.uniform(-0.03, 0.03)) * width]
        quad += [(y + aside[1] + dice.uniform(-0.03, 0.03)) * height]
    return image.transform(image.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)


def seen_first(image):
    """Return the view that `seen_again` departs from."""
    width, height = image.size
    box = (width // 10, height // 10, width * 9 // 10, height * 9 // 10)
    return image.crop(box).resize(image.size)


def moved(image, step, direction, room=0.06):
    """Return two views of a scene, the second moved by `step` of its width or height."""
    width, height = image.size
    share = 1 - 2 * room
    views = []
    for x, y in ((0, 0), direction):
        left, top = room + x * step * share, room + y * step * share
        box = (width * left, height * top, width * (left + share), height * (top + share))
        views.append(image.crop(tuple(map(round, box))))
    return saved(views[0], 88), saved(views[1], 86)


CHANGES = {
    "q40": lambda image, _: saved(image, 40),
    "q70": lambda image, _: saved(image, 70),
    "q95": lambda image, _: saved(image, 95),
    "quarter": lambda image, _: saved(resized(image, 0.25)),
    "half": lambda image, _: saved(resized(image, 0.5), 70),
    "cropped": lambda image, seed: saved(cropped(image, 0.02, seed)),
    "cropped_all_round": lambda image, _: saved(
        ImageOps.crop(image, round(0.02 * image.height))
    ),
    "screenshot_dark": lambda image, _: saved(screenshot(image)),
    "screenshot_light": lambda image, _: saved(screenshot(image, (255, 255, 255))),
    "border": lambda image, _: saved(ImageOps.expand(image, 36, (40, 40, 40))),
    "brighter": lambda image, _: saved(ImageEnhance.Brightness(image).enhance(1.3)),
    "darker": lambda image, _: saved(ImageEnhance.Brightness(image).enhance(0.7)),
    "mirrored": lambda image, _: saved(ImageOps.mirror(image)),
    "all_at_once": lambda image, seed: saved(
        resized(ImageEnhance.Brightness(cropped(image, 0.02, seed)).enhance(1.15), 0.5), 60
    ),
}  # fmt: skip
"""What is promised to be found (R-F2)."""

HONEST = {
    "watermark": lambda image, _: saved(watermarked(image)),
    "cut_30": lambda image, _: saved(ImageOps.crop(image, image.height // 6)),
    "turned": lambda image, _: saved(image.transpose(Image.Transpose.ROTATE_90)),
}
"""What is reported, not promised."""
