"""Fixtures: an application on SQLite or PostgreSQL, its client, a live server, browser pages.

`app` stands on SQLite, unless the test also asks for `any_db`: then it runs on both kinds.
Each test has its own folder and its own copy of a database whose tables were made once.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import make_url

from app import create_app
from config import Config
from tests.infra import browser as chromium
from tests.infra import leavings, lent, network, postgres, quick, server
from tests.infra.database import let_go, make_tables, written
from tools.compile_catalogues import compile_stale

KINDS = ("sqlite", "postgres")
settings.register_profile("eco110", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("eco110")


def pytest_configure(config: pytest.Config) -> None:
    network.forbid_the_world()
    quick.make_cheap()
    if not hasattr(config, "workerinput"):
        compile_stale()
        config.add_cleanup(leavings.gather())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    with postgres.running() as started:
        yield started


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("template-sqlite")
    make_tables(folder, f"sqlite:///{folder / 'template.db'}")
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgres_template(postgres_server, tmp_path_factory):
    url = postgres_server.create()
    make_tables(tmp_path_factory.mktemp("template-postgres"), written(url))
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=KINDS)
def any_db(request) -> str:
    """Make the test run on every kind of database."""
    return request.param


@pytest.fixture
def database_url(request, tmp_path) -> Iterator[str]:
    """Give the URL of a database of this test alone, with all tables and no rows."""
    kind = request.getfixturevalue("any_db") if "any_db" in request.fixturenames else "sqlite"
    if kind == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    running = request.getfixturevalue("postgres_server")
    url = running.create(request.getfixturevalue("postgres_template"))
    yield written(url)
    running.drop(make_url(url))


@pytest.fixture
def app(request, database_url, tmp_path) -> Iterator[Flask]:
    build = create_app if request.node.get_closest_marker("own_app") else lent.lend
    made = build(Config.for_tests(tmp_path, database_url))
    yield made
    let_go(made)
    lent.take_back(made)


@pytest.fixture
def context(app) -> Iterator[Flask]:
    """Stand inside the application, to call services; not together with `client`."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def live_server(database_url, tmp_path) -> Iterator[server.Server]:
    """Serve the test's database by gunicorn on 127.0.0.1."""
    with server.serving(tmp_path, database_url) as started:
        yield started
    sys.stdout.write(started.process.output)  # pytest shows it beside a failure


@pytest.fixture(scope="session")
def browser():
    with chromium.launched() as started:
        yield started


@pytest.fixture
def pages(browser, live_server) -> Iterator[chromium.Pages]:
    """Open pages of the live server: `pages(size=DESK, locale="en", js=False)`."""
    opened = chromium.Pages(browser, live_server.url)
    yield opened
    opened.close()
