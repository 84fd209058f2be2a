"""C1 and C13: home, outbox, and the pages that only tell."""

from typing import Any

from flask import current_app, render_template, send_from_directory
from werkzeug import Response

from app.core import clock
from app.web.assets import FOLDER
from app.web.public import figures
from app.web.public.site import blueprint


@blueprint.get("/")
def home() -> str:
    """Show the one thing to do, and what happens after it; alike for everybody, so cacheable."""
    return render_template("public/home.html", week=figures.last_week(clock.now()))


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
