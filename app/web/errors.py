"""Every refusal and failure as a page, or as JSON, in the reader's language."""

from dataclasses import dataclass

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from app.accounts.permissions import Verb, who_may
from app.core.db import db
from app.core.errors import Forbidden, Limited, Refused
from app.web import access, typed, visit
from app.web.labels import label
from app.web.messages import sentence
from app.web.requests import prefers_json

log = structlog.get_logger()

KEYS = {
    400: "bad_request",
    401: "sign_in",
    403: "no_permission",
    404: "not_found",
    405: "not_allowed",
    413: "too_large",
    500: "server_error",
    503: "database_busy",
}
"""Sentence for a bare HTTP error."""
ASKED = ("confirm", "signed_out")
"""What a 401 may ask for beyond a plain sign-in."""
UNSTORABLE: tuple[type[Exception], ...] = (DataError, OverflowError)
"""What drivers raise for a value that no column can hold: a NUL, a number too large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What an error page says."""

    status: int
    key: str
    words: str
    who: tuple[str, ...] = ()


def register(app: Flask) -> None:
    app.register_error_handler(Refused, on_refused)
    app.register_error_handler(CSRFError, on_token)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(OperationalError, on_database)
    for kind in UNSTORABLE:
        app.register_error_handler(kind, on_unstorable)
    app.register_error_handler(IntegrityError, on_conflict)
    app.register_error_handler(Exception, on_failure)


def on_refused(error: Refused) -> Response:
    """Answer a service's refusal."""
    verbs: tuple[Verb, ...] = error.facts.get("verbs", ()) if isinstance(error, Forbidden) else ()
    roles = dict.fromkeys(role for verb in verbs for role in who_may(verb))
    response = _answer(
        Trouble(
            status=error.status,
            key=error.key,
            words=sentence(error.key, error.facts),
            who=tuple(str(label(role)) for role in roles),
        )
    )
    if isinstance(error, Limited):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def on_token(_error: CSRFError) -> Response:
    """Answer a form whose token is missing or stale; the token is looked at before the session."""
    visit.load()
    return _answer(Trouble(status=400, key="token", words=sentence("token", {})))


def on_http(error: HTTPException) -> Response:
    """Answer an HTTP error that Flask or a view raised."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    asked = error.description if error.description in ASKED else None
    key = asked or KEYS.get(error.code, "bad_request")
    response = _answer(Trouble(status=error.code, key=key, words=sentence(key, {})))
    if error.code == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "")
    return response


def on_database(error: OperationalError) -> Response:
    """Answer a locked or unreadable database; no trace leaves the machine (R-K5)."""
    log.error("database", kind=type(error.orig).__name__, endpoint=request.endpoint)
    response = _answer(
        Trouble(status=503, key="database_busy", words=sentence("database_busy", {}))
    )
    response.headers["Retry-After"] = "5"
    return response


def on_unstorable(error: Exception) -> Response:
    """Answer what only a machine can have sent, on SQLite and on PostgreSQL alike."""
    db.session.rollback()  # PostgreSQL answers nothing more in a failed transaction
    log.warning("unstorable", kind=type(error).__name__, endpoint=request.endpoint)
    return _answer(Trouble(status=400, key="bad_request", words=sentence("bad_request", {})))


def on_conflict(error: IntegrityError) -> Response:
    """Answer two clicks at the same moment: the constraint let one of them through."""
    db.session.rollback()
    log.warning("conflict", kind=type(error.orig).__name__, endpoint=request.endpoint,
                at=_place(error))  # fmt: skip
    return _answer(Trouble(status=409, key="stale", words=sentence("stale", {})))


def on_failure(error: Exception) -> Response:
    """Answer a defect: logged by its place, without the values at hand (R-A8)."""
    if current_app.testing:
        raise error
    log.error("failure", kind=type(error).__name__, endpoint=request.endpoint, at=_place(error))
    return _answer(Trouble(status=500, key="server_error", words=sentence("server_error", {})))


def _place(error: Exception) -> list[str]:
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return places[-6:]


def _typed() -> list[str]:
    """Return the sentences of a form of staff that met an error page, so that none is lost."""
    known = access.visitor() is not None or (_of_staff() and typed.from_here())
    return typed.sentences() if known else []


def _of_staff() -> bool:
    return request.endpoint is not None and not access.is_public(request.endpoint)


def _answer(trouble: Trouble) -> Response:
    if prefers_json():
        response = jsonify({"error": trouble.key, "message": trouble.words})
    else:
        page = render_template("errors/trouble.html", trouble=trouble, typed=_typed(),
                               of_staff=_of_staff())  # fmt: skip
        response = make_response(page)
    response.status_code = trouble.status
    return response
