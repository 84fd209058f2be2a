"""How many closed cases are drawn, and by what they are divided: versions as data (domain.md)."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version: a share in per cent of every stratum, at least so many, spread over parts."""

    key: str
    valid_from: date
    source: str
    share_percent: int
    least: int
    strata: tuple[str, ...]
    spread: tuple[str, ...]


@cache
def versions() -> tuple[Policy, ...]:
    """Return all versions, the oldest first."""
    told = [json.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("sample-*.json")]
    made = [_policy(one) for one in told]
    return tuple(sorted(made, key=lambda one: one.valid_from))


def _policy(told: dict[str, Any]) -> Policy:
    read = {
        "valid_from": date.fromisoformat(told["valid_from"]),
        "strata": tuple(told["strata"]),
        "spread": tuple(told["spread"]),
    }
    return Policy(**(told | read))


def in_force(day: date) -> Policy:
    """Return the version that holds on a day, the first one before all."""
    return next((one for one in reversed(versions()) if one.valid_from <= day), versions()[0])


def by_key(key: str) -> Policy:
    """Return the version that a sample was drawn by."""
    return next(one for one in versions() if one.key == key)
