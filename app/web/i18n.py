"""Languages: Chinese first, English complete; `?lang=` chooses, a cookie keeps (decision 10)."""

from pathlib import Path

from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, get_locale, get_translations
from flask_babel import gettext as translate

LANGUAGES = ("zh", "en")
DEFAULT = "zh"
TAGS = {"zh": "zh-CN", "en": "en"}
COOKIE = "lang"
FOLDER = Path(__file__).resolve().parent.parent / "translations"
AREAS = (
    "base", "labels", "errors", "auth", "public", "worker", "desk", "enforcement", "rewards",
    "flags", "supervisor", "admin", "custody", "messages", "photos",
)  # fmt: skip
"""Catalogues, one file an area and language; a later one wins where two hold the same message."""


def register(app: Flask) -> None:
    """Set Flask-Babel to all catalogues: it pairs the list of folders with the list of domains."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join([str(FOLDER)] * len(AREAS))
    app.config["BABEL_DOMAIN"] = ";".join(AREAS)
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(app, locale_selector=choose)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=_plain, ngettext=_counted, newstyle=True
    )
    app.after_request(_keep_choice)


def choose() -> str:
    """Return the language of this request."""
    if not has_request_context():
        return DEFAULT
    asked = request.args.get("lang") or request.cookies.get(COOKIE, "")
    return asked if asked in LANGUAGES else DEFAULT


def current() -> str:
    """Return the language that is in force, also under `force_locale`."""
    locale = get_locale()
    return locale.language if locale else DEFAULT


def gettext(message: str, **facts: object) -> str:
    """Return a message in the language of this request, its blanks filled."""
    words = _plain(message)
    return words % facts if facts else words


_known: dict[tuple[str, str], str] = {}
"""Messages looked up before: catalogues do not change while a process runs."""


def _plain(message: str) -> str:
    key = (current(), message)
    words = _known.get(key)
    if words is None:
        words = _known[key] = str(translate(message))
    return words


def _counted(one: str, many: str, number: int) -> str:
    return str(get_translations().ungettext(one, many, number))


def tag() -> str:
    """Return the value of the `lang` attribute."""
    return TAGS[current()]


def _keep_choice(response: Response) -> Response:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        response.set_cookie(COOKIE, asked, max_age=365 * 86400, httponly=True, samesite="Lax")
    return response
