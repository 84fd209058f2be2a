"""The demonstration county that comes with the program (decision 13); pure reading of files."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from app.places.atlas import Atlas, info_of
from app.places.rules import Level, read_collection

FOLDER = Path(__file__).resolve().parent / "data"
FILES = {
    Level.COUNTY: "county.geojson",
    Level.TOWNSHIP: "townships.geojson",
    Level.GRID: "grids.geojson",
}


def collection() -> dict[str, Any]:
    """Return all three levels as one FeatureCollection, as `import_areas` takes it."""
    features: list[Any] = []
    for name in FILES.values():
        features += json.loads((FOLDER / name).read_text(encoding="utf-8"))["features"]
    return {"type": "FeatureCollection", "features": features}


@cache
def atlas() -> Atlas:
    """Return the demonstration county without any database."""
    drafts, faults = read_collection(collection())
    if faults:
        raise ValueError(f"the program's own areas are broken: {faults[0]}")
    return Atlas((info_of(draft), draft.geometry) for draft in drafts)
