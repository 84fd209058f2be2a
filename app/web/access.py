"""Leave for every route: a declared verb or the short public list; else nothing starts.

The check stands in one place before every request (R-S1): a view cannot forget it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug import Response
from werkzeug.exceptions import Unauthorized

from app.accounts.permissions import FRESH, Verb
from app.accounts.queries import Actor
from app.accounts.sessions import SignedIn
from app.core import clock
from app.core.errors import Forbidden, NotFound
from app.web import typed
from app.web.requests import prefers_json

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC_ENDPOINTS: frozenset[str] = frozenset({
    # frame
    "frame.token", "frame.health", "frame.manifest",
    # sign-in
    "auth.login", "auth.code", "auth.enrol",
})  # fmt: skip
PUBLIC_BLUEPRINTS: frozenset[str] = frozenset({"public"})
"""All of `app/web/public/` is for everybody: reports and their pages need no account (R-A1)."""


class Undeclared(RuntimeError):
    """A route says neither who may use it nor that everybody may."""


def needs(*verbs: Verb) -> Callable[[View], View]:
    """Declare that a view is for those who hold one of these verbs."""

    def mark(view: View) -> View:
        view.verbs = verbs  # type: ignore[attr-defined]
        return view

    return mark


def register(app: Flask) -> None:
    """Refuse to start on an undeclared route, and check every request."""
    endpoints = sorted({rule.endpoint for rule in app.url_map.iter_rules()})
    undeclared = [endpoint for endpoint in endpoints if not is_declared(app, endpoint)]
    if undeclared:
        raise Undeclared(f"no @needs(Verb…) and not public: {', '.join(undeclared)}")
    app.before_request(_check)


def is_public(endpoint: str) -> bool:
    return endpoint in PUBLIC_ENDPOINTS or endpoint.partition(".")[0] in PUBLIC_BLUEPRINTS


def is_declared(app: Flask, endpoint: str) -> bool:
    return is_public(endpoint) or bool(verbs_of(app, endpoint))


def verbs_of(app: Flask, endpoint: str) -> tuple[Verb, ...]:
    """Return the verbs of a view, one of which is needed."""
    return getattr(app.view_functions[endpoint], "verbs", ())


def signed_in() -> SignedIn | None:
    """Return the complete web session of this request."""
    session: SignedIn | None = g.get("signed_in")
    return session if session is not None and session.complete else None


def visitor() -> Actor | None:
    """Return who is signed in, if anybody is."""
    session = signed_in()
    return session.actor if session else None


def actor() -> Actor:
    """Return who acts; only in views that declare a verb."""
    session = signed_in()
    if session is None:
        raise Unauthorized
    return session.actor


def must_see(area: str | None) -> None:
    """Refuse, as if there were no such thing, what belongs to another township (R-S2)."""
    if not actor().sees(area):
        raise NotFound


def _check() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or is_public(endpoint):
        return None
    session = signed_in()
    if session is None:
        return ask_to_sign_in()
    return _check_verbs(session, verbs_of(current_app, endpoint))


def _check_verbs(session: SignedIn, verbs: tuple[Verb, ...]) -> Response | None:
    if session.must_change and request.endpoint not in ("auth.password", "auth.logout"):
        return _go("auth.password")
    held = [verb for verb in verbs if session.actor.may(verb)]
    if not held:
        raise Forbidden("no_permission", verbs=verbs)
    wanted = current_app.config["ECO110"].second_factor
    stale = wanted and not session.is_fresh(clock.now())
    if stale and all(verb in FRESH for verb in held):
        return ask_to_confirm()
    return None


def ask_to_sign_in() -> Response:
    """Send to the sign-in; calls for JSON get 401, never a redirect (screens.md §4.4)."""
    if prefers_json():
        raise Unauthorized
    if typed.from_here() and typed.sentences():
        raise Unauthorized("signed_out")  # a redirect would lose what was written
    return _go("auth.login", next=_here())


def ask_to_confirm() -> Response:
    """Ask for a fresh second factor (R-S9)."""
    if prefers_json() or (typed.from_here() and typed.sentences()):
        raise Unauthorized("confirm")
    return _go("auth.confirm", next=_here())


def _here() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def _go(endpoint: str, **values: Any) -> Response:
    return redirect(url_for(endpoint, **values), 303)
