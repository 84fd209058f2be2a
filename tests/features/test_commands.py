"""What operators type: odd words get one sentence and a status, never a traceback."""

import json

import pytest
from sqlalchemy import text

from app.accounts import queries as accounts
from app.accounts.permissions import Role
from app.audit import service as audit
from app.core.db import db
from app.core.tx import transaction
from app.places import demo
from app.places import service as places
from tests.infra.clock import moment

NOW = moment("2026-11-23 09:00")


@pytest.fixture
def run(app):
    def command(*args, told=None):
        done = app.test_cli_runner().invoke(args=list(args), input=told)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return command


def test_staff_add_takes_every_role_as_it_is_written(app, run):
    wanted = [word for role in Role for word in ("--role", str(role))]
    status, said = run(
        "staff", "add", "Everybody", "--name", "全员", "--area", "330226001", *wanted
    )
    assert status == 0, said
    assert "first password" in said
    with app.app_context():
        person = accounts.by_username("everybody")
        assert (set(person.roles), person.area_code) == (set(Role), "330226001000")
    assert run("staff", "add", "everybody", "--name", "x", "--role", "desk")[0] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("", "--name", "x"),
        ("x" * 41, "--name", "x"),
        ("x", "--name", " "),
        ("x", "--name", "a\x00"),
    ],
)
def test_staff_add_refuses_names_that_nobody_can_read(run, words):
    status, said = run("staff", "add", *words, "--role", "desk")
    assert status == 1
    assert "name_length" in said


def test_a_local_role_needs_a_township_that_exists(app, run):
    with app.app_context(), transaction():
        places.import_areas(demo.collection(), by="system", now=NOW, source="demo")
    for area in ((), ("--area", "330226103")):
        status, said = run("staff", "add", "w", "--name", "老李", "--role", "grid_worker", *area)
        assert status == 1
        assert "330226001000" in said
    area = ("--area", "330226001")
    assert run("staff", "add", "w", "--name", "老李", "--role", "grid_worker", *area)[0] == 0


def test_an_unknown_job_is_named_with_those_there_are(run):
    status, said = run("tick", "nothing")
    assert status == 2
    assert "clocks" in said


@pytest.mark.parametrize("days", [("0001-01-01", "2026-11-30"), ("2026-11-01", "9999-12-31")])
def test_rates_of_days_that_no_calendar_has(run, days):
    for command in ("show", "recount"):
        status, said = run("rates", command, "--from", days[0], "--to", days[1])
        assert status == 2
        assert "between 2000 and 2999" in said


DEEP = "[" * 100_000


def test_json_without_a_bottom(run, tmp_path):
    file = tmp_path / "areas.json"
    polygon = {"type": "Polygon", "coordinates": "DEEP"}
    area = {"properties": {"code": "330226", "name": "x", "level": "county"}, "geometry": polygon}
    collection = json.dumps({"type": "FeatureCollection", "features": [area]})
    for content in (DEEP, collection.replace('"DEEP"', "[" * 900 + "]" * 900)):
        file.write_text(content)
        assert run("areas", "import", str(file))[0] == 1
    explain = ("rewards", "explain", "--rule-set", "eco110-default", "--facts", "-")
    assert run(*explain, told=DEEP)[0] == 1


@pytest.mark.parametrize(
    "change",
    ["actor = 'x'", "at = 'no time'", "detail = '{no json'", "detail = '7'", "hash = ''"],
)
def test_verify_names_the_first_bad_entry(app, run, change):
    with app.app_context():
        for number in range(5):
            with transaction():
                audit.record(actor="system", action="test", subject=f"n:{number}", now=NOW)
        assert run("audit", "verify")[0] == 0
        with transaction():
            db.session.execute(text("DROP TRIGGER audit_entry_no_update"))
            db.session.execute(text(f"UPDATE audit_entry SET {change} WHERE seq IN (3, 5)"))
    status, said = run("audit", "verify")
    assert status == 1
    assert "first bad entry is seq 3 of 5" in said
