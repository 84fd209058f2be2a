"""C1 and C13: home, nearby, outbox, and the pages that only tell."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app, render_template, request, send_from_directory
from werkzeug import Response

from app.cases import queries as cases
from app.cases.workflow import State
from app.core import clock
from app.intake import kinds
from app.places import queries as places
from app.web.assets import FOLDER
from app.web.public import figures
from app.web.public.site import blueprint
from app.web.public.timeline import shown

NEAR_DAYS = timedelta(days=30)
MOST = 50


@blueprint.get("/")
def home() -> str:
    """Show the one thing to do, and what happens after it; alike for everybody, so cacheable."""
    return render_template("public/home.html", week=figures.last_week(clock.now()))


@blueprint.get("/map")
def nearby() -> str:
    """List released cases of the last 30 days by town: the list is the map (C2)."""
    now, town = clock.now(), request.args.get("town", "")[:12]
    found = [case for case in _released(now) if not town or case.township_code == town]
    names = places.names(case.township_code for case in found)
    rows = [
        {"case": case, "state": shown(case.state),
         "medium": kinds.medium(case.category), "town": names.get(case.township_code or "", "")}
        for case in found
    ]  # fmt: skip
    towns = [(area.code, area.name) for area in places.townships()]
    return render_template("public/nearby.html", rows=rows, towns=towns, town=town)


def _released(now: datetime) -> list[cases.CaseView]:
    from_day = now - NEAR_DAYS
    page = cases.in_states(SHOWN, newest_first=True, size=500)
    return [case for case in page.rows if case.public and case.opened_at >= from_day][:MOST]


SHOWN = tuple(
    state for state in State if state not in (State.MERGED, State.REJECTED, State.WITHDRAWN)
)


@blueprint.get("/offline")
def offline() -> str:
    """Show what waits on this phone (C12); the list is the script's."""
    return render_template("public/offline.html")


@blueprint.get("/help")
def help() -> str:  # noqa: A001 (the address and its endpoint are called so)
    return _told("help")


@blueprint.get("/privacy")
def privacy() -> str:
    return _told("privacy")


@blueprint.get("/accessibility")
def accessibility() -> str:
    return _told("accessibility")


@blueprint.get("/rules")
def rules() -> str:
    """Show the reward rules that are in force."""
    return _told("rules", rule_set=figures.rules_in_force(clock.now()))


def _told(page: str, **facts: Any) -> str:
    return render_template(f"public/{page}.html", **facts)


@blueprint.get("/sw.js")
def worker() -> Response:
    """Serve the service worker from the root, so that it may look after every citizen page."""
    response = send_from_directory(FOLDER / "js", "sw.js", max_age=0)
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Version"] = str(len(current_app.extensions["assets"]))
    return response
