"""What every page shares: what templates know, token, health, manifest, start page of staff."""

from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, render_template, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.permissions import Verb
from app.core import clock
from app.core.tx import transaction
from app.web import access, i18n, navigation, theme
from app.web.access import needs
from app.web.clocks import clock_tag
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.requests import with_args

blueprint = Blueprint("frame", __name__)


def register(app: Flask) -> None:
    """Give every template its words and switches."""
    app.jinja_env.globals.update(clock_tag=clock_tag, with_args=with_args)
    app.jinja_env.filters["label"] = label
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    config = current_app.config["ECO110"]
    return {
        "now": clock.now(),
        "visitor": access.visitor(),
        "Verb": Verb,
        "lang": i18n.tag(),
        "theme": theme.theme(),
        "theme_class": theme.classes,
        "elder": theme.is_elder(),
        "demo": config.demo,
        "second_factor": config.second_factor,
        "has_errors": g.get("has_errors", False),
    }


@blueprint.get("/token")
def token() -> Response:
    """Give scripts a fresh form token before a queue is sent (screens.md §4.4)."""
    return jsonify({"token": generate_csrf(), "now": int(clock.now().timestamp() * 1000)})


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """Say whether this process can reach its database."""
    try:
        with transaction() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify({"ok": False, "database": False}), 503
    return jsonify({"ok": True, "database": True}), 200


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Describe the service to a phone's home screen."""
    icon = current_app.extensions["assets"]["img/icon.svg"]
    response = jsonify({
        "name": _("Ninghai eco 110"),
        "short_name": _("eco 110"),
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "lang": i18n.tag(),
        "background_color": "#FFFFFF",
        "theme_color": "#0B6B45",
        "icons": [{"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    })  # fmt: skip
    response.mimetype = "application/manifest+json"
    return response


@blueprint.get("/staff")
@needs(Verb.SELF)
def start() -> str:
    """Show every part of the house that this person may enter."""
    person = access.actor()
    return render_template(
        "auth/start.html",
        person=person,
        parts=navigation.parts(person),
        sent=request.args.get("sent"),
    )
