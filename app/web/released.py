"""One line of the public list, as citizens read it and as the desk sees it before."""

import math
from dataclasses import dataclass
from datetime import datetime

from app.cases.release import Told
from app.cases.workflow import State
from app.intake.kinds import Medium, medium
from app.places import geo

CLOSE_M, KM = 750, 1000
"""Half a square lies between its middle and what is meant by "about 500 metres"."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the list; `km` is 0 for within about 500 metres, None where nobody asked."""

    medium: Medium
    category: str
    state: State
    town: str
    opened_at: datetime
    km: int | None


def row(one: Told, town: str, near: Place | None = None) -> Row:
    """Return the line of a case; `near` is the square from which distances count."""
    far = metres(one, near)
    km = None if math.isinf(far) else 0 if far <= CLOSE_M else round(far / KM)
    return Row(
        medium=medium(one.category), category=one.category, state=one.state, town=town,
        opened_at=one.opened_at, km=km,
    )  # fmt: skip


def metres(one: Told, near: Place | None) -> float:
    """Return the distance of two squares' middles; endless where one is not known."""
    return geo.distance_m(*near, *one.place) if near and one.place else math.inf
