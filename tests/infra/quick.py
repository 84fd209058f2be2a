"""What is slow on purpose, made quick for tests; its real cost is a test of its own."""

import gc
import os

from argon2 import PasswordHasher

from app.accounts import passwords
from app.identity import service as identity
from config import ROOT

REAL = (passwords._hasher, identity._hasher)
"""What the product hashes passwords and claim secrets with."""


def make_cheap() -> None:
    """Let this process hash at the least cost that argon2 allows; keep compiled templates."""
    os.environ["ECO110_CACHE"] = str(ROOT / "var" / "cache-tests")
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._hasher = identity._hasher = quick
    _collect_seldom()


def _collect_seldom() -> None:
    """Leave what was imported out of every search for garbage, and search seldom.

    Objects that are made and dropped within one test cost a tenth of the tests' time otherwise.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
