"""The application: `create_app` is the only wiring."""

from flask import Flask
from flask_migrate import Migrate

from app import cli, jobs, reactions, web
from app.accounts import service as accounts
from app.audit import heads
from app.core import events, limits
from app.core.db import db, prepare_engine
from app.identity import keys as identity
from app.media import settings as media
from app.notify import outlet
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
    settle(config)
    web.register(app, config)
    cli.register(app)
    return app


def settle(config: Config) -> None:
    """Hand to each feature what it needs of the settings, and say what follows what."""
    events.react_with(reactions.REACTIONS)
    limits.configure(config.keys["limiter"])
    heads.configure(config.heads, key=config.keys["index"])
    accounts.configure(session_key=config.keys["session"], index_key=config.keys["index"])
    identity.configure(config.keys, folder=config.custodian, make_custodian=config.demo)
    media.configure(config.uploads, max_bytes=config.max_photo_bytes, max_photos=config.max_photos)
    outlet.configure(folder=config.outbox_folder)
    jobs.configure(config.jobs, database_url=config.database_url)
