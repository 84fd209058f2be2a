"""Fixtures of the pages: an application on a copy of a small county."""

import shutil

import pytest
from sqlalchemy import text

from app import create_app
from app.core.db import db
from config import Config
from tests.infra import lent
from tests.infra.clock import at
from tests.infra.database import let_go
from tests.web import county


@pytest.fixture(scope="session")
def county_file(sqlite_template, tmp_path_factory):
    """Make the county once; every test gets a copy of its database."""
    folder = tmp_path_factory.mktemp("county")
    shutil.copyfile(sqlite_template, folder / "county.db")
    made = create_app(Config.for_tests(folder, f"sqlite:///{folder / 'county.db'}"))
    with at(county.NOW), made.app_context():
        county.make()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    let_go(made)
    return folder / "county.db"


@pytest.fixture
def county_app(county_file, tmp_path):
    """Give an application on a fresh copy of the county, at its moment."""
    shutil.copyfile(county_file, tmp_path / "test.db")
    made = lent.lend(Config.for_tests(tmp_path, f"sqlite:///{tmp_path / 'test.db'}"))
    with at(county.NOW):
        yield made
    let_go(made)
    lent.take_back(made)
