"""Everything HTTP: which packages an audience gets, and the frame around every request."""

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import FileSystemBytecodeCache
from werkzeug.middleware.proxy_fix import ProxyFix

from app.web import (
    access,
    admin,
    assets,
    auth,
    custody,
    desk,
    enforcement,
    errors,
    filters,
    flags,
    frame,
    headers,
    i18n,
    icons,
    navigation,
    public,
    requests,
    rewards,
    supervisor,
    theme,
    visit,
    worker,
)
from config import Config

AUDIENCES = {
    "citizen": (public,),
    "staff": (auth, worker, desk, enforcement, rewards, flags, supervisor, admin),
    "custody": (auth, custody),
}
"""What a process serves; what is not served is not registered (safeguards.md §2.1)."""

FRAME = (requests, headers, i18n, theme, visit, filters, icons, navigation, frame, errors)


def register(app: Flask, config: Config) -> None:
    """Hang frame, chosen audiences and access check on the application, in this order."""
    CSRFProtect(app)
    # a template is compiled once for all processes, and anew when its text changes
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(config.cache))
    for part in FRAME:
        part.register(app)
    app.register_blueprint(frame.blueprint)
    wanted = dict.fromkeys(part for audience in config.audiences for part in AUDIENCES[audience])
    for part in wanted:
        for blueprint in part.BLUEPRINTS:
            app.register_blueprint(blueprint)
    access.register(app)
    assets.register(app)
    trust_proxies(app, hops=config.trusted_hops)


def trust_proxies(app: Flask, *, hops: int) -> None:
    """Believe the addresses that the configured number of own proxies adds, no others (R-H10)."""
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
