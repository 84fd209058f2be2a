"""What is slow on purpose, made quick for tests; its real cost is a test of its own."""

import gc
import os
import pickle
from collections.abc import Callable, Iterable
from typing import Any

from argon2 import PasswordHasher

from app.accounts import passwords
from app.identity import service as identity
from app.places import queries as places
from app.places.atlas import Atlas
from config import ROOT

REAL = (passwords._hasher, identity._hasher)
"""What the product hashes passwords and claim secrets with."""
NOBODY = passwords.NOBODY
"""What the product compares an unknown name's password with."""


def make_cheap() -> None:
    """Let this process hash at the least cost that argon2 allows; keep templates and atlases."""
    os.environ["ECO110_CACHE"] = str(ROOT / "var" / "cache-tests")
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._hasher = identity._hasher = quick
    passwords.NOBODY = quick.hash("a thrown-away password")
    places.drawn = _remembered(places.drawn)
    _collect_seldom()


def _remembered(draw: Callable[[Iterable[Any]], Atlas]) -> Callable[[Iterable[Any]], Atlas]:
    """Draw the same areas once a process, in whatever database a test has them."""
    known: dict[bytes, Atlas] = {}

    def drawn(rows: Iterable[Any]) -> Atlas:
        read = list(rows)
        key = pickle.dumps([tuple(row) for row in read])
        if key not in known:
            known[key] = draw(read)
        return known[key]

    return drawn


def _collect_seldom() -> None:
    """Leave what was imported out of every search for garbage, and search seldom.

    Objects that are made and dropped within one test cost a tenth of the tests' time otherwise.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
