"""Point to grid: a whole answer against the bare look-up in shapely's STRtree (performance.md, b).

Ratio of medians of interleaved rounds, in CPU time, in one process, over the same points; once over
the demonstration county's 393 cells through the application with its database, once over 5,000.
"""

import random
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import box

from app import create_app
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.places import demo, locating, queries, service
from app.places.atlas import Atlas, info_of
from app.places.rules import Draft, Level
from config import Config

ROUNDS = 21
POINTS = 3000
Point = tuple[float, float]


def _cpu(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def points(atlas: Atlas, count: int = POINTS) -> list[Point]:
    """Return random points that lie in a grid."""
    rng = random.Random(110)
    west, south, east, north = atlas.bounds
    found: list[Point] = []
    while len(found) < count:
        point = (rng.uniform(west, east), rng.uniform(south, north))
        if atlas.at(*point).grid:
            found.append(point)
    return found


def prepared(shapes: Sequence[object]) -> STRtree:
    """Return the bare reference: the same tree over prepared geometries."""
    array = np.array(shapes, dtype=object)
    shapely.prepare(array)
    return STRtree(array)


def corner(row: int, column: int) -> Point:
    return 121 + column / 100, 29 + row / 100


def lattice() -> Atlas:
    """Return 5,000 square grids in one township."""
    cells = [
        Draft(
            code=f"99000100{row:02d}{column:02d}", name="格", level=Level.GRID, kind="",
            parent_code=None, approximate=True, worker=None, deputy=None, repaired=False,
            geometry=box(*corner(row, column), *corner(row + 1, column + 1)),
        )
        for row in range(50) for column in range(100)
    ]  # fmt: skip
    return Atlas((info_of(cell), cell.geometry) for cell in cells)


def measure(
    tree: STRtree, ask: Callable[[float, float], object], where: list[Point]
) -> dict[str, float]:
    """Return microseconds a point, bare and ours, and the median of the rounds' ratios."""

    def bare() -> None:
        for lng, lat in where:
            tree.query(shapely.points((lng, lat)), predicate="intersects")

    def ours() -> None:
        for lng, lat in where:
            ask(lng, lat)

    rounds = [(_cpu(bare), _cpu(ours)) for _ in range(ROUNDS)]
    direct, whole = (statistics.median(column) for column in zip(*rounds, strict=True))
    micro = 1e6 / len(where)
    return {
        "bare_us": round(direct * micro, 2), "ours_us": round(whole * micro, 2),
        "to_bare": round(statistics.median(two / one for one, two in rounds), 3),
    }  # fmt: skip


def county() -> dict[str, float]:
    """Measure what the service calls: areas of the database, freshness check included."""
    with TemporaryDirectory() as folder:
        app = create_app(Config.for_tests(Path(folder)))
        with app.app_context():
            db.create_all()
            with transaction():
                service.import_areas(demo.collection(), by="system", now=clock.now())
            atlas = queries.atlas()
            tree = prepared([atlas.shapes[info.code] for info in atlas.level(Level.GRID)])
            figures = measure(tree, queries.locate, points(atlas))
            db.session.remove()
            db.engine.dispose()
    return figures


def run() -> dict[str, float]:
    """Measure; return the figures."""
    figures: dict[str, float] = {}
    many = lattice()
    tree = prepared(list(many.shapes.values()))
    cases = {
        "393 cells, database": county(),
        "5000 cells": measure(tree, lambda lng, lat: locating.locate(many, lng, lat), points(many)),
    }
    for name, measured in cases.items():
        figures |= {f"{name}.{key}": value for key, value in measured.items()}
    return figures
