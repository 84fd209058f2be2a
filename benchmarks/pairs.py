"""(R-F2) Copies that are found and second photos that are not, through the product's own look-up.

Every picture is decoded by the child, its print stored, the shelf read, the copy looked up among
all of them. Drawn scenes are always there; photos of ECO110_TEST_DATA are added where it is set:
each of them, all its changes, and the near-duplicates that came with it. Shares of 1, no times.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from app import create_app
from app.core.db import db
from app.core.tx import transaction
from app.media import alike, likeness, prints, shelf
from app.media.likeness import Print
from config import Config
from tests.features import scenes
from tests.infra.clock import moment
from tests.infra.database import let_go

SEEDS = range(int(os.environ.get("ECO110_BENCH_SCENES", "20")))
NOW = moment("2026-05-01 09:00")
SHIFTS = (0.03, 0.04)
LONGEST = 800
NEAR = ("reenc_q50", "half", "bright", "mirror", "crop5", "watermark", "crop30", "rot90")


def run() -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="eco110-bench-") as folder:
        app = create_app(Config.for_tests(Path(folder)))
        with app.app_context():
            db.create_all()
            figures = measure(dict(pictures()))
            figures |= corpus_pairs()
        let_go(app)
    return figures


def pictures() -> Iterator[tuple[str, Image.Image]]:
    """Yield what stands for real photos: drawn scenes, then the corpus."""
    for seed in SEEDS:
        yield f"scene-{seed}", scenes.scene(seed)
    for path in photos_of("waste", "phone"):
        try:
            with Image.open(path) as image:
                whole = ImageOps.exif_transpose(image).convert("RGB")
        except OSError:
            continue
        whole.thumbnail((LONGEST, LONGEST))
        yield f"photo-{path.parent.name}-{path.stem}", whole


def photos_of(*folders: str) -> list[Path]:
    root = os.environ.get("ECO110_TEST_DATA")
    if not root:
        return []
    found = (path for name in folders for path in (Path(root) / "photos" / name).rglob("*"))
    return sorted(path for path in found if path.suffix.lower() in {".jpg", ".jpeg", ".png"})


def of(image: Image.Image) -> tuple[Print, ...]:
    return tuple(likeness.read(told) for told in prints.of_picture(image))


def put(key: str, ones: tuple[Print, ...]) -> None:
    alike.keep_prints(key, ones, now=NOW)


def measure(originals: dict[str, Image.Image]) -> dict[str, object]:
    """Lay all originals down, look each changed copy up, and each second photo."""
    figures: dict[str, object] = {"pictures": len(originals)}
    with transaction():
        for name, image in originals.items():
            put(name, of(image))
    changes = {**scenes.CHANGES, **scenes.HONEST}
    strangers = 0
    for change, make in changes.items():
        found, wrong = looked_up(originals, change, make)
        figures[f"recall.{change}"] = share(found, len(originals))
        strangers += wrong
    figures["others_taken_for_it"] = f"{strangers}/{len(originals) * len(changes)}"
    for step in SHIFTS:
        hits = [shifted(image, step) for image in originals.values()]
        figures[f"false.shift_{step:.0%}"] = share(sum(map(sum, hits)), sum(map(len, hits)))
    again = [
        same(of(scenes.seen_first(image)), of(scenes.saved(scenes.seen_again(image, n * 8 + k))))
        for n, image in enumerate(originals.values())
        for k in range(4)
    ]
    figures["false.second_photo"] = share(sum(again), len(again))
    return figures


def looked_up(
    originals: dict[str, Image.Image], change: str, make: Callable[[Image.Image, int], Image.Image]
) -> tuple[int, int]:
    """Return how many copies found their original, and how many found another picture."""
    found = wrong = 0
    with transaction() as session:
        for seed, (name, image) in enumerate(originals.items()):
            put(f"copy-{name}", of(make(image, seed)))
            hits = {hit.sha256 for hit in shelf.similar(f"copy-{name}")}
            found += name in hits
            wrong += any(hit != name and not hit.startswith("copy-") for hit in hits)
        session.rollback()
        shelf.forget()
        for name in originals:
            assert not shelf.similar(f"copy-{name}"), change
    return found, wrong


def shifted(image: Image.Image, step: float) -> list[bool]:
    """Compare two photos of one scene whose view moved by `step` of a side, in four directions."""
    directions = ((1, 0), (-1, 0), (0, 1), (1, 1))
    return [same(*map(of, scenes.moved(image, step, direction))) for direction in directions]


def same(ones: tuple[Print, ...], others: tuple[Print, ...]) -> bool:
    laid = likeness.compare(ones, others)
    return laid is not None and laid.same


def share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / max(1, whole):.4f}"


def corpus_pairs() -> dict[str, Any]:
    """Say how the near-duplicates of the corpus are told."""
    files = {path.stem: path for path in photos_of("near-duplicates")}
    if not files:
        return {"corpus": "ECO110_TEST_DATA is not set"}
    told = {}
    for name, path in files.items():
        with Image.open(path) as image:
            told[name] = of(ImageOps.exif_transpose(image).convert("RGB"))
    with transaction():
        for name, ones in told.items():
            put(f"near-{name}", ones)
    found = {
        name: {hit.sha256.removeprefix("near-") for hit in shelf.similar(f"near-{name}")}
        for name in told
    }
    scenes_of = sorted({name.partition("__")[0] for name in told})
    figures: dict[str, Any] = {
        f"corpus.{change}": share(
            sum(f"{one}__orig_q90" in found[f"{one}__{change}"] for one in scenes_of),
            len(scenes_of),
        )
        for change in NEAR
    }
    wrong = sum(
        other in told and other.partition("__")[0] != name.partition("__")[0]
        for name, hits in found.items()
        for other in hits
    )
    return figures | {"corpus.other_scenes_taken_for_it": f"{wrong}"}
