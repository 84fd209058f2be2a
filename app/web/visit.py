"""Who is signed in: a cookie with a random id, a row with its hash (R-S4, R-S5)."""

from flask import Flask, current_app, g, request
from flask_login import LoginManager, UserMixin
from werkzeug import Response

from app.accounts import sessions
from app.accounts.queries import Actor
from app.core import clock
from app.core.tx import transaction


class Visitor(UserMixin):  # type: ignore[misc]
    """What Flask-Login and `current_user` see of a member of staff."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.id = str(actor.staff_id)


def register(app: Flask) -> None:
    """Read the session before every request; must come before `access.register`."""
    manager = LoginManager(app)
    manager.session_protection = None  # the table protects, Flask's cookie holds no sign-in
    manager.request_loader(lambda _request: _visitor())
    app.before_request(load)


def load() -> None:
    """Put the living session into `g.signed_in`; note once a minute that it is in use."""
    token = request.cookies.get(cookie_name())
    if not token:
        return
    now = clock.now()
    session = sessions.read(token, now=now)
    if session is not None and session.needs_touch(now):
        with transaction():
            sessions.touch(token, now=now)
    g.signed_in = session


def remember(response: Response, token: str) -> None:
    """Set the cookie of a new session; it ends with the browser."""
    secure = current_app.config["ECO110"].secure_cookies
    response.set_cookie(
        cookie_name(), token, httponly=True, secure=secure, samesite="Strict", path="/"
    )


def forget(response: Response) -> None:
    secure = current_app.config["ECO110"].secure_cookies
    response.delete_cookie(cookie_name(), httponly=True, secure=secure, samesite="Strict", path="/")


def cookie_name() -> str:
    return "__Host-staff" if current_app.config["ECO110"].secure_cookies else "eco110-staff"


def _visitor() -> Visitor | None:
    session = g.get("signed_in")
    return Visitor(session.actor) if session is not None and session.complete else None
