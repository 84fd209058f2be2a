"""Look: light, dark or as the system; elder mode; both cookies, written on `<html>` as classes."""

from flask import Flask, Response, current_app, request

THEMES = ("light", "dark", "auto")
YEAR = 365 * 86400
LIGHT_PREFIXES = ("/w", "/w/")
"""Worker pages start light: they are read in the sun (screens.md §2.2)."""


def register(app: Flask) -> None:
    app.after_request(_keep_choice)


def theme() -> str:
    """Return light, dark or auto for this request."""
    asked = request.args.get("theme") or request.cookies.get("theme", "")
    if asked in THEMES:
        return asked
    worker = request.path == "/w" or request.path.startswith("/w/")
    return "light" if worker else "auto"


def is_elder() -> bool:
    """Say whether elder mode is on; staff pages have none."""
    asked = request.args.get("elder")
    return (asked if asked in ("0", "1") else request.cookies.get("elder", "0")) == "1"


def classes(*, public: bool) -> str:
    """Return the classes of `<html>`."""
    names = [theme()] if theme() != "auto" else []
    return " ".join([*names, *(["elder"] if public and is_elder() else [])])


def _keep_choice(response: Response) -> Response:
    secure = current_app.config["ECO110"].secure_cookies
    for name, allowed in (("theme", THEMES), ("elder", ("0", "1"))):
        asked = request.args.get(name, "")
        if asked in allowed:
            response.set_cookie(
                name, asked, max_age=YEAR, httponly=True, samesite="Lax", secure=secure
            )
    return response
