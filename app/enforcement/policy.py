"""Which penalties grant a hearing: versions as data, each with its source and its first day."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.enforcement.rules_hearing import Policy
from app.enforcement.workflow import PenaltyKind

FOLDER = Path(__file__).parent / "data"


@cache
def versions() -> tuple[Policy, ...]:
    """Return all versions, the oldest first."""
    told = [json.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("hearing-*.json")]
    return tuple(sorted(map(_policy, told), key=lambda one: one.valid_from))


def _policy(told: dict[str, Any]) -> Policy:
    read = {
        "valid_from": date.fromisoformat(told["valid_from"]),
        "kinds": tuple(PenaltyKind(kind) for kind in told["kinds"]),
    }
    return Policy(**(told | read))


def in_force(day: date) -> Policy:
    """Return the version that holds on a day, the first one before all."""
    return next((one for one in reversed(versions()) if one.valid_from <= day), versions()[0])
