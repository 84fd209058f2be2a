"""The application: `create_app` is the only wiring."""

from flask import Flask
from flask_migrate import Migrate

from app import web
from app.accounts import service as accounts
from app.core import limits
from app.core.db import db, prepare_engine
from config import ROOT, Config


def create_app(config: Config | None = None) -> Flask:
    """Build the application for one process from its settings."""
    config = config or Config.from_env()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_mapping(config.flask())
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    with app.app_context():
        prepare_engine(db.engine)
    limits.configure(config.keys["limiter"])
    accounts.configure(session_key=config.keys["session"], index_key=config.keys["index"])
    web.register(app, config)
    return app
