"""(R-F3) The same picture among a million prints: look-up time, and recall on drawn pairs.

Milliseconds of CPU a look-up, median of rounds, in one process on SQLite; the goal is a figure of
the design, the reference beside it is a bare scan for the nearest dHash over the same array.
ECO110_BENCH_PRINTS says how many prints lie there. They are the prints of real shapes, not of
chance: a tenth of them share their sky with others, so hashes crowd as photos' do.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from app import create_app
from app.core.db import db
from app.core.tx import transaction
from app.media import likeness, prints, shelf
from app.media.likeness import Print
from app.media.models import PhotoPrint
from config import Config
from tests.features import scenes
from tests.infra.clock import moment
from tests.infra.database import let_go

PRINTS = int(os.environ.get("ECO110_BENCH_PRINTS", "1000000"))
ROUNDS = 15
SEEDS = range(15)
BATCH = 20_000
CROWD = 500  # how many of the prints lie near one another's hash, for each of ten groups
NOW = moment("2026-05-01 09:00")


def run() -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="eco110-bench-") as folder:
        app = create_app(Config.for_tests(Path(folder)))
        with app.app_context():
            db.create_all()
            originals = fill()
            figures = measure(originals)
        let_go(app)
    return figures | recall()


def fill() -> list[str]:
    """Lay the prints down; return the keys of changed copies, whose originals lie among them."""
    rng = np.random.default_rng(110)
    grey = of(scenes.scene(0))[0].grey
    with transaction():
        for start in range(0, PRINTS, BATCH):
            hashes = rng.integers(-(2**63), 2**63, (BATCH, 2))
            crowd(hashes, rng)
            rows = [row(f"{start + n:064x}", int(d), int(p), grey)
                    for n, (d, p) in enumerate(hashes)]  # fmt: skip
            db.session.execute(insert(PhotoPrint), rows)
        for seed in SEEDS:
            image = scenes.scene(seed)
            put(f"original-{seed}", of(image))
            put(f"copy-{seed}", of(scenes.CHANGES["all_at_once"](image, seed)))
    return [f"copy-{seed}" for seed in SEEDS]


def crowd(hashes: np.ndarray, rng: np.random.Generator) -> None:
    """Move a part of the hashes near ten of the originals, as photos of one kind lie."""
    for seed in range(10):
        one = of(scenes.scene(seed))[0]
        near = max(1, CROWD * BATCH // PRINTS)
        at = rng.integers(0, len(hashes), near)
        flips = [sum(1 << int(bit) for bit in set(rng.integers(0, 64, 9).tolist())) for _ in at]
        hashes[at, 0] = [shelf.signed(one.dhash ^ flip) for flip in flips]


def row(sha256: str, dhash: int, phash: int, grey: bytes) -> dict[str, object]:
    made = NOW - timedelta(days=1)
    return {"sha256": sha256, "part": 0, "dhash": dhash, "phash": phash, "grey": grey,
            "made_at": made}  # fmt: skip


def put(sha256: str, ones: tuple[Print, ...]) -> None:
    for part, one in enumerate(ones):
        told = row(sha256, shelf.signed(one.dhash), shelf.signed(one.phash), one.grey)
        db.session.add(PhotoPrint(**told | {"part": part, "made_at": NOW}))


def of(image: object) -> tuple[Print, ...]:
    return tuple(likeness.read(told) for told in prints.of_picture(image))


def timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def measure(copies: list[str]) -> dict[str, object]:
    started = time.process_time()
    shelf.similar(copies[0])
    first = 1000 * (time.process_time() - started)
    held = shelf._held[-1]  # noqa: SLF001 - the same array for the reference
    one = np.uint64(110)

    def bare() -> object:
        return np.bitwise_count(held.dhashes ^ one).argmin()

    times, hits = [], 0
    for n in range(ROUNDS):
        key = copies[n % len(copies)]
        times.append((timed(bare), timed(lambda key=key: shelf.similar(key))))
        found = [hit.sha256 for hit in shelf.similar(key)]
        hits += found == [key.replace("copy", "original")]
    alone, ours = (statistics.median(column) for column in zip(*times, strict=True))
    return {
        "prints": PRINTS,
        "first_look_up_ms": round(first),
        "look_up_ms": round(ours, 1),
        "look_up_ms_worst": round(max(time for _, time in times), 1),
        "bare_scan_ms": round(alone, 1),
        "only_the_original_found": f"{hits}/{ROUNDS}",
    }


def recall() -> dict[str, object]:
    """Say for each change how many of the drawn pictures are found; second photos must not be."""
    originals = {seed: of(scenes.scene(seed)) for seed in SEEDS}
    figures: dict[str, object] = {}
    for name, change in {**scenes.CHANGES, **scenes.HONEST}.items():
        found = [same(originals[seed], of(change(scenes.scene(seed), seed))) for seed in SEEDS]
        figures[f"recall.{name}"] = f"{sum(found)}/{len(found)}"
    again = [
        same(
            of(scenes.seen_first(scenes.scene(seed))), of(scenes.seen_again(scenes.scene(seed), n))
        )
        for seed in SEEDS
        for n in range(8)
    ]
    return figures | {"second_photos_taken_for_one": f"{sum(again)}/{len(again)}"}


def same(ones: tuple[Print, ...], others: tuple[Print, ...]) -> bool:
    laid = likeness.compare(ones, others)
    return laid is not None and laid.same
