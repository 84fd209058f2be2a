"""Photos of a report: three 12 MP JPEG to both copies, against plain Pillow and the bare pipeline.

Ratios of medians of interleaved rounds, in CPU time, in one run (performance.md, goal a). Ours is
everything from the stream to durable files: this process, the decoder's process and its children.
"""

import statistics
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
from PIL import Image, ImageOps
from PIL.Image import Resampling

from app.media import service, settings
from app.media.decoding import QUALITY, reduced
from app.media.place import decoder
from app.media.rules import SIZES, fit

ROUNDS = 11
PHOTOS = 3
FILTERS = (Resampling.HAMMING, Resampling.LANCZOS)
SCENES = {"detailed": 4.0, "smooth": 0.0}  # sensor noise: files of about 3.6 and 0.8 MB


def photo(seed: int, noise: float) -> bytes:
    """Draw a 12 MP photo-like JPEG: soft shapes, edges, sensor noise."""
    rng = np.random.default_rng(seed)
    soft = Image.fromarray(rng.integers(0, 255, (12, 16, 3), dtype=np.uint8))
    detail = Image.fromarray(rng.integers(0, 255, (150, 200, 3), dtype=np.uint8))
    scene = Image.blend(
        soft.resize((4000, 3000), Resampling.BICUBIC),
        detail.resize((4000, 3000), Resampling.NEAREST),
        0.2,
    )
    grain = rng.normal(0, noise, (3000, 4000, 1))
    pixels = np.clip(np.asarray(scene, dtype=np.float32) + grain, 0, 255).astype(np.uint8)
    target = BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=90)
    return target.getvalue()


def plain(content: bytes) -> None:
    """Do what one writes first: decode whole, turn upright, two thumbnails."""
    image = ImageOps.exif_transpose(Image.open(BytesIO(content)))
    for size, quality in zip(SIZES, QUALITY, strict=True):
        copy = image.copy()
        copy.thumbnail((size, size))
        copy.save(BytesIO(), "JPEG", quality=quality)


def bare(content: bytes) -> None:
    """Decode at a smaller scale, resize as we do, encode: nothing checked, nothing stored."""
    image = Image.open(BytesIO(content))
    full = image.size
    image.draft("RGB", fit(full, SIZES[0]))
    for size, quality, filtering in zip(SIZES, QUALITY, FILTERS, strict=True):
        image = reduced(image, fit(full, size), filtering)
        image.save(BytesIO(), "JPEG", quality=quality)


def bicubic(content: bytes) -> None:
    """Do the same with bicubic from step to step: the reference by name in performance.md."""
    image = Image.open(BytesIO(content))
    full = image.size
    image.draft("RGB", fit(full, SIZES[0]))
    for size, quality in zip(SIZES, QUALITY, strict=True):
        image = image.resize(fit(full, size), Resampling.BICUBIC)
        image.save(BytesIO(), "JPEG", quality=quality)


def _cpu(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def _zygote_cpu() -> float:
    """Return seconds of CPU of the decoder's process itself; its children tell of themselves."""
    return int(Path(f"/proc/{decoder().pid}/schedstat").read_text().split()[0]) / 1e9


def _ours(contents: list[bytes]) -> float:
    before = _zygote_cpu()
    children = 0.0

    def work() -> None:
        nonlocal children
        for content in contents:
            children += service.prepare(BytesIO(content)).seen.cpu_ms / 1000

    here = _cpu(work)
    return here + children + _zygote_cpu() - before


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Return the mean structural similarity of two pictures in grey, windows of 8×8."""

    def windows(image: Image.Image) -> np.ndarray:
        grey = np.asarray(image.convert("L"), dtype=np.float64)
        return np.lib.stride_tricks.sliding_window_view(grey, (8, 8))[::2, ::2]

    a, b = windows(one), windows(other)
    ma, mb = a.mean((2, 3)), b.mean((2, 3))
    va, vb = a.var((2, 3)), b.var((2, 3))
    both = (a * b).mean((2, 3)) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    value = (2 * ma * mb + c1) * (2 * both + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2))
    return float(value.mean())


def _likeness(content: bytes) -> float:
    """Compare our small copy with the Lanczos one of the whole photo."""
    small = Image.open(BytesIO(service.prepare(content).seen.copies[SIZES[1]]))
    image = Image.open(BytesIO(content))
    return ssim(small, image.resize(small.size, Resampling.LANCZOS))


def run() -> dict[str, float]:
    """Measure; return the figures by scene and name."""
    figures: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        settings.configure(Path(folder))
        for scene, noise in SCENES.items():
            measured = _scene([photo(seed, noise) for seed in range(PHOTOS)])
            figures |= {f"{scene}.{name}": value for name, value in measured.items()}
        decoder().close()
    return figures


def _scene(contents: list[bytes]) -> dict[str, float]:
    likeness = min(_likeness(content) for content in contents)
    rounds = [
        (
            _ours(contents),
            _cpu(lambda: [bare(content) for content in contents]),
            _cpu(lambda: [bicubic(content) for content in contents]),
            _cpu(lambda: [plain(content) for content in contents]),
        )
        for _ in range(ROUNDS)
    ]
    columns = zip(*rounds, strict=True)
    ours, direct, named, naive = (1000 * statistics.median(column) for column in columns)
    return {
        "plain_ms": round(naive, 1),
        "bicubic_ms": round(named, 1),
        "bare_ms": round(direct, 1),
        "ours_ms": round(ours, 1),
        "to_plain": round(ours / naive, 3),
        "to_bicubic": round(ours / named, 3),
        "to_bare": round(ours / direct, 3),
        "ssim": round(likeness, 4),
    }
