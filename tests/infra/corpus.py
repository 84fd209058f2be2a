"""Real photos, hostile files and texts that lie beside the repository and never enter it."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


def corpus(name: str) -> Path:
    """Return a folder or file of ../shared/data (or ECO110_TEST_DATA); skip the test without it."""
    path = Path(os.environ.get("ECO110_TEST_DATA", BESIDE)) / name
    if not path.exists():
        pytest.skip(f"{path} is absent: this corpus test is left out")
    return path
