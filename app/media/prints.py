"""Draw what a picture is recognised by: two hashes and 32 × 32 points of grey; in the child only.

A dHash alone misses pictures with white ground (brightness decides its bits there) and cannot tell
a cut copy from a second photo of the scene. Hence a second hash of the low frequencies, and the
points, on which `likeness` lays one picture over the other. Where a screenshot's frame is found,
the picture inside has a print of its own.
"""

from math import cos, pi
from operator import mul
from typing import Final

from PIL import Image, ImageChops
from PIL.Image import Resampling

POINTS: Final = 32
WAVES: Final = 8
LONGEST: Final = 640
NEAR, FAR, SOLID, DEEPEST = 5, 10, 0.75, 0.45
"""A frame: lines of one grey within NEAR over SOLID of their length, then a step of FAR or more."""
BASIS: Final = tuple(
    tuple(cos(pi * (x + 0.5) * wave / POINTS) for x in range(POINTS))
    for wave in range(1, WAVES + 1)
)
Box = tuple[int, int, int, int]


def of_picture(image: Image.Image) -> list[dict[str, str]]:
    """Return the print of an upright picture, and a second one of what a frame holds."""
    grey = image.convert("L")
    grey.thumbnail((LONGEST, LONGEST), Resampling.BOX, reducing_gap=1.0)
    box = inside(grey)
    pictures = [grey] if box is None else [grey, grey.crop(box)]
    return [of_grey(one) for one in pictures]


def of_grey(grey: Image.Image) -> dict[str, str]:
    """Return the print of one grey picture, all in hex digits."""
    points = grey.resize((POINTS, POINTS), Resampling.BOX).tobytes()
    return {"dhash": dhash(grey), "phash": phash(points), "grey": points.hex()}


def dhash(image: Image.Image) -> str:
    """Return the 64-bit difference hash (is a point lighter than its right?) as 16 hex digits."""
    points = image.convert("L").resize((9, 8), Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (points[at] > points[at + 1])
    return f"{bits:016x}"


def phash(points: bytes) -> str:
    """Return the signs of the 8 × 8 lowest waves (not the mean) of 32 × 32 points, in hex."""
    rows = [points[at : at + POINTS] for at in range(0, POINTS * POINTS, POINTS)]
    across = [[sum(map(mul, row, wave)) for row in rows] for wave in BASIS]
    bits = 0
    for down in BASIS:
        for column in across:
            bits = bits << 1 | (sum(map(mul, column, down)) > 0)
    return f"{bits:016x}"


def inside(grey: Image.Image) -> Box | None:
    """Return the box within a frame of one grey, None where there is no frame."""
    width, height = grey.size
    top = _depth(grey)
    bottom = _depth(grey.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    rest = grey.crop((0, top, width, height - bottom)).transpose(Image.Transpose.TRANSPOSE)
    left = _depth(rest)
    right = _depth(rest.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    if not (top or bottom or left or right):
        return None
    return left, top, width - right, height - bottom


def _depth(grey: Image.Image) -> int:
    """Return how many lines from above are frame; writing in it may break some."""
    width, height = grey.size
    most, ground = int(height * DEEPEST), _middle(grey.crop((0, 0, width, 1)))
    apart = ImageChops.difference(grey, Image.new("L", grey.size, ground))
    solid = _shares(apart.point([255 * (step <= NEAR) for step in range(256)]))
    depth = 0
    for line in range(most):
        if solid[line] >= SOLID:
            depth = line + 1
        elif line - depth >= max(4, height // 25):
            break
    if depth in (0, most):
        return 0
    steps = _shares(apart.point([255 * (step >= FAR) for step in range(256)]))
    return depth if max(steps[depth : depth + 3]) >= 0.5 else 0


def _middle(line: Image.Image) -> int:
    points = sorted(line.tobytes())
    return points[len(points) // 2]


def _shares(marks: Image.Image) -> list[float]:
    """Return for each line the share of marked points."""
    means = marks.resize((1, marks.height), Resampling.BOX).tobytes()
    return [mean / 255 for mean in means]
