"""One application a process and kind of database, lent from test to test.

Building one (routes, templates, compiled SQL) takes longer than most tests do. A test that hangs
something on its application is marked `own_app` and gets a new one.
"""

from typing import Any, cast

from flask import Flask
from sqlalchemy import Engine, event, make_url

from app import create_app, settle
from app.core.db import db
from config import Config

_apps: dict[str, Flask] = {}
_engines: dict[str, Engine] = {}
_routes: dict[str, int] = {}


def lend(config: Config) -> Flask:
    """Return this process's application, standing on these settings."""
    url = make_url(config.database_url)
    kind = url.get_backend_name()
    if kind not in _apps:
        _build(kind, config)
    app, engine = _apps[kind], _engines[kind]
    app.config.from_mapping(config.flask())
    engine.url = url
    with app.app_context():  # a new face of it: what is cached or listened to by engine stays apart
        cast(dict[None, Engine], db.engines)[None] = engine.execution_options()
    settle(config)
    return app


def _build(kind: str, config: Config) -> None:
    app = _apps[kind] = create_app(config)
    _routes[kind] = len(list(app.url_map.iter_rules()))
    with app.app_context():
        _engines[kind] = db.engine
    _follow(_engines[kind])


def take_back(app: Flask) -> None:
    """Fail where a test hung something on what others use after it."""
    for kind, lent in _apps.items():
        if lent is app:
            assert len(list(app.url_map.iter_rules())) == _routes[kind], "ask for own_app"


def _follow(engine: Engine) -> None:
    """Let new connections go to where `engine.url` points, not to where it was made for."""

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: Any, cargs: list[Any], cparams: dict[str, Any]) -> None:
        words, named = dialect.create_connect_args(engine.url)
        cargs[:] = words
        cparams.clear()
        cparams.update(named)
