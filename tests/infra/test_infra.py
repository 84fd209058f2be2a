"""The ground holds: both databases, the live server, the watched browser, the moved clock."""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, make_url

from app.core import clock
from app.core.db import db
from tests.infra import leavings
from tests.infra.browser import DESK, Pages
from tests.infra.clock import at, moment
from tests.infra.process import Process
from tests.infra.server import serving


def test_app_stands_on_each_kind_of_database(any_db, app):
    with app.app_context():
        assert db.engine.dialect.name.startswith(any_db)
        assert set(inspect(db.engine).get_table_names()) == set(db.metadata.tables)


def test_a_test_sees_no_rows_of_another(any_db, database_url):
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE only_here (id INTEGER)")
    engine.dispose()
    assert "only_here" not in db.metadata.tables


def test_sqlite_is_the_default(database_url):
    assert make_url(database_url).get_backend_name() == "sqlite"


def test_the_live_server_answers_on_each_kind_of_database(any_db, live_server):
    assert live_server.url.startswith("http://127.0.0.1:")
    assert live_server.process.popen.poll() is None


def test_a_process_that_does_not_start_says_why(tmp_path):
    with pytest.raises(RuntimeError, match="no such word"):
        Process(["sh", "-c", "echo no such word; exit 3"], ready="ready", cwd=tmp_path)


def test_what_processes_leave_behind_goes_with_the_run(tmp_path):
    of_this_run = Path(tempfile.gettempdir())
    assert of_this_run.name.startswith("eco110-tests-")
    assert of_this_run not in tmp_path.parents  # pytest keeps these for who looks for a fault
    remove = leavings.gather()
    folder = Path(tempfile.mkdtemp()).parent
    assert of_this_run in folder.parents
    remove()
    assert not folder.exists()
    assert tempfile.gettempdir() == os.environ["TMPDIR"] == str(of_this_run)


@pytest.fixture(scope="module")
def served(sqlite_template, tmp_path_factory):
    """Serve an empty county to the tests that need a page and nothing on it."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copyfile(sqlite_template, folder / "test.db")
    with serving(folder) as started:
        yield started


def test_files_lie_in_memory_only_where_it_has_room_and_nobody_chose(monkeypatch, tmp_path):
    chosen = tempfile.gettempdir()
    monkeypatch.setattr(leavings, "MEMORY", tmp_path)
    assert leavings.place() == chosen, "the run's own TMPDIR is somebody's choice"
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setattr(leavings, "ROOM", 1)
    assert leavings.place() == str(tmp_path)
    monkeypatch.setattr(leavings, "ROOM", 2**80)
    assert leavings.place() == chosen
    monkeypatch.setattr(leavings, "MEMORY", tmp_path / "absent")
    assert leavings.place() == chosen


def test_the_clock_moves_and_comes_back():
    with at("2026-11-23 09:00"):
        assert clock.now() == datetime(2026, 11, 23, 1, 0, tzinfo=UTC) == moment("2026-11-23 09:00")


@pytest.mark.browser
@pytest.mark.parametrize("js", [True, False])
def test_a_page_opens(browser, served, js):
    pages = Pages(browser, served.url)
    page = pages(size=DESK, js=js)
    answer = page.goto("/healthz")
    assert answer is not None
    assert answer.status == 200
    pages.close()


@pytest.mark.browser
def test_a_page_that_calls_another_host_fails(browser, served):
    watched = Pages(browser, served.url)
    page = watched()
    page.goto("/healthz")
    page.evaluate("fetch('http://other.invalid/x').catch(() => 0)")
    with pytest.raises(AssertionError, match=r"other\.invalid"):
        watched.close()
