"""Everything HTTP: which packages an audience gets, and the frame around every request."""

import sys
from importlib import import_module
from types import ModuleType

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.web import (
    access,
    assets,
    errors,
    filters,
    frame,
    headers,
    i18n,
    icons,
    navigation,
    theme,
    visit,
)
from config import Config

AUDIENCES: dict[str, tuple[str, ...]] = {
    "citizen": ("public",),
    "staff": ("auth", "worker", "desk", "enforcement", "rewards", "supervisor", "admin"),
    "custody": ("auth", "custody"),
}
"""What a process serves; what is not served is not registered (safeguards.md §2.1)."""

FRAME = (headers, i18n, theme, visit, filters, icons, navigation, frame, errors)


def register(app: Flask, config: Config) -> None:
    """Hang frame, chosen audiences and access check on the application, in this order."""
    CSRFProtect(app)
    for part in FRAME:
        part.register(app)
    app.register_blueprint(frame.blueprint)
    wanted = dict.fromkeys(name for audience in config.audiences for name in AUDIENCES[audience])
    for name in wanted:
        for blueprint in getattr(_load(name), "BLUEPRINTS", ()):
            app.register_blueprint(blueprint)
    access.register(app)
    assets.register(app)
    trust_proxies(app, hops=config.trusted_hops)


def trust_proxies(app: Flask, *, hops: int) -> None:
    """Believe the addresses that the configured number of own proxies adds, no others (R-H10)."""
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def _load(name: str) -> ModuleType | None:
    try:
        return import_module(f"app.web.{name}")
    except Exception as error:  # noqa: BLE001 (this session only: others still write their package)
        sys.stderr.write(f"web: {name} is left out: {error!r}\n")
        return None
