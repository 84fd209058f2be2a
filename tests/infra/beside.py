"""The same installation as a live server's, inside the test's own process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from app import create_app
from config import Config
from tests.infra.database import let_go


@contextmanager
def beside(folder: Path, database_url: str) -> Iterator[Flask]:
    """Stand in an application on the server's database, photos and keys."""
    keys = {path.stem: path.read_bytes() for path in (folder / "keys").glob("*.key")}
    plain = Config.for_tests(folder, database_url)
    settings = {name: getattr(plain, name) for name in plain.__dataclass_fields__}
    app = create_app(Config(**settings | {"keys": keys}))
    with app.app_context():
        yield app
    let_go(app)
