"""C2: what was reported around here, as a list first and as a sketch map on demand."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import render_template, request

from app.cases import release
from app.cases.release import Told, Wanted
from app.cases.rules import TOLD_DEGREES, told_place
from app.core import clock
from app.core.paging import Page
from app.intake.kinds import Medium, letters
from app.places import queries as places
from app.web.public.site import blueprint
from app.web.released import Place, Row, metres, row
from app.web.requests import page_number

DAYS = timedelta(days=30)
SIZE = 20
STATES = {"open": False, "closed": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for; what cannot be read asks for nothing."""

    town: str
    kind: str
    state: str
    view: str
    near: Place | None
    number: int

    @classmethod
    def read(cls) -> "Asked":
        """Read it from the address."""
        args = request.args
        kind, state = args.get("kind", ""), args.get("state", "")
        return cls(
            town=args.get("town", "")[:12], kind=kind if kind in set(Medium) else "",
            state=state if state in STATES else "",
            view="map" if args.get("view") == "map" else "", near=_place(args.get("near", "")),
            number=page_number(),
        )  # fmt: skip

    @property
    def narrowed(self) -> bool:
        """Whether fewer than all are asked for."""
        return bool(self.town or self.kind or self.state)


@blueprint.get("/map")
def nearby() -> str:
    """Show released cases of the last 30 days up to yesterday (R-A10: a day late at least)."""
    asked, now = Asked.read(), clock.now()
    today = datetime.combine(clock.local(now).date(), time.min, clock.LOCAL)
    wanted = Wanted(
        letters=letters(Medium(asked.kind)) if asked.kind else None,
        closed=STATES.get(asked.state), township_code=asked.town or None,
    )  # fmt: skip
    found = release.between(today - DAYS, today, wanted)
    return render_template(
        "public/nearby.html", page=_page(found, asked), asked=asked, media=list(Medium),
        square=TOLD_DEGREES,
        towns=[(area.code, area.name) for area in places.townships()],
        **(_map(found, asked) if asked.view else {}),
    )  # fmt: skip


def _page(found: Sequence[Told], asked: Asked) -> Page[Row]:
    if asked.near:
        found = sorted(found, key=lambda one: metres(one, asked.near))
    last = max(1, math.ceil(len(found) / SIZE))
    number = min(asked.number, last)
    part = found[(number - 1) * SIZE : number * SIZE]
    names = places.names(one.township_code for one in part)
    rows = [row(one, names.get(one.township_code or "", ""), asked.near) for one in part]
    return Page(rows=rows, number=number, size=SIZE, total=len(found))


def _place(text: str) -> Place | None:
    """Read "LNG,LAT" and keep the square only, as the page's script sends it."""
    try:
        lng, lat = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return told_place(lng, lat) if abs(lng) <= 180 and abs(lat) <= 90 else None


def _map(found: Sequence[Told], asked: Asked) -> dict[str, object]:
    """Return the sketch map: one point a square, with a number where there are several."""
    squares = Counter(one.place for one in found if one.place)
    points = [(*place, str(count) if count > 1 else "") for place, count in sorted(squares.items())]
    return {"outline": places.outline_svg(asked.town or None), "points": points}
