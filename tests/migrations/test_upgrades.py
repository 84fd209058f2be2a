"""What a county has stored goes through an upgrade and back."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, Table, create_engine, inspect

from app import create_app
from config import Config
from tests.architecture.code import ROOT
from tests.infra.database import let_go, written

STEPS = str(ROOT / "migrations")
MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))
BY_TYPE = ((sa.Boolean, False), (sa.Integer, 1), (sa.DateTime, MAY), (sa.JSON, []), (sa.String, ""))


@pytest.fixture
def at_0011(stored_at):
    """Give the app and an engine of a database as it was before penalties had rounds."""
    return stored_at("0011")


@pytest.fixture
def stored_at(any_db, request, tmp_path):
    """Give what makes the app and an engine of a database as it was at a revision."""
    server = request.getfixturevalue("postgres_server") if any_db == "postgres" else None
    url = server.create() if server else None
    address = written(url) if url else f"sqlite:///{tmp_path / 'old.db'}"
    made = create_app(Config.for_tests(tmp_path, address))
    engine = create_engine(address)

    def at(revision):
        with made.app_context():
            upgrade(STEPS, revision=revision)
        return made, engine

    yield at
    engine.dispose()
    let_go(made)
    if server and url:
        server.drop(url)


def put(connection, name, **values):
    """Store a row; what it must have and is not named is empty."""
    table = Table(name, MetaData(), autoload_with=connection)
    for column in table.columns:
        if column.nullable or column.name in values or column.primary_key:
            continue
        values[column.name] = next(
            value for kind, value in BY_TYPE if isinstance(column.type, kind)
        )
    return connection.execute(table.insert().returning(table.c.id), [values]).scalar_one()


def stored(connection):
    """Store a case that was punished in its first round and one punished in its second."""
    staff = put(connection, "staff", login="u1", natural_person="p1")
    for number, reopened in (("E1", JULY), ("E2", MAY)):
        case = put(connection, "case_file", number=number, round=2, version=1)
        put(connection, "case_step", case_id=case, seq=1, move="reopen", at=reopened, round=2)
        penalty = put(
            connection, "penalty", case_id=case, filed_at=JUNE, filed_by=staff, filing_no=number,
            document_no=number,
        )  # fmt: skip
        put(connection, "penalty_step", penalty_id=penalty, seq=1, staff_id=staff)
        for kind in ("filing", "arrive"):
            put(connection, "clock", case_id=case, kind=kind, round=1, subject="")


def seen(connection, *columns, table="penalty"):
    looked = Table(table, MetaData(), autoload_with=connection)
    rows = connection.execute(sa.select(*(looked.c[name] for name in columns)))
    return sorted(tuple(row) for row in rows)


def test_a_penalty_gets_the_round_in_which_it_was_filed(at_0011):
    made, engine = at_0011
    with engine.begin() as connection:
        stored(connection)
        guards = triggers(connection)
    with made.app_context():
        upgrade(STEPS, revision="0012")
    with engine.connect() as connection:
        assert seen(connection, "case_id", "round") == [(1, 1), (2, 2)]
        assert len(seen(connection, "penalty_id", table="penalty_step")) == 2
        assert triggers(connection) == guards
        assert seen(connection, "kind", "subject", table="clock") == [
            ("arrive", ""), ("arrive", ""), ("filing", "round:1"), ("filing", "round:1"),
        ]  # fmt: skip


def test_there_is_a_way_back_while_nothing_would_be_lost(at_0011, caplog):
    made, engine = at_0011
    with engine.begin() as connection:
        stored(connection)
    with made.app_context():
        upgrade(STEPS, revision="0012")
    with engine.begin() as connection:
        second = put(
            connection, "penalty", case_id=1, filed_at=JULY, filed_by=1, filing_no="E3",
            document_no="E3", round=2,
        )  # fmt: skip
    with made.app_context(), pytest.raises(SystemExit):
        downgrade(STEPS, revision="0011")
    assert "two penalties" in caplog.text
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM penalty WHERE id = :id"), {"id": second})
    with made.app_context():
        downgrade(STEPS, revision="0011")
    with engine.connect() as connection:
        assert "round" not in {one["name"] for one in inspect(connection).get_columns("penalty")}
        assert len(seen(connection, "penalty_id", table="penalty_step")) == 2
        assert seen(connection, "subject", table="clock") == [("",)] * 4


def triggers(connection):
    if connection.dialect.name != "sqlite":
        return []
    found = connection.execute(
        sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    )
    return [tuple(row) for row in found]


NOTICE = {
    "kinds": ["fine"], "amount_fen": 1_000, "offered": False, "ground": None, "word": "",
    "policy": "2023-07-01", "on": "2026-05-02",
}  # fmt: skip


def test_a_notice_becomes_a_row_of_its_own_and_goes_back(stored_at, caplog):
    made, engine = stored_at("0018")
    with engine.begin() as connection:
        stored(connection)
        table = Table("penalty", MetaData(), autoload_with=connection)
        connection.execute(table.update().where(table.c.id == 1).values(notice=NOTICE))
        put(connection, "penalty_step", penalty_id=1, seq=2, staff_id=1, to_state="notified",
            at=JUNE)  # fmt: skip
    with made.app_context():
        upgrade(STEPS, revision="0019")
    with engine.begin() as connection:
        columns = ("penalty_id", "seq", "amount_fen", "offered", "staff_id")
        assert seen(connection, *columns, table="penalty_notice") == [(1, 1, 1_000, False, 1)]
        (told,) = seen(connection, "told_on", table="penalty_notice")
        assert told == (date(2026, 5, 2),)
        put(connection, "penalty_notice", penalty_id=1, seq=2, told_on=told[0], staff_id=1)
    with made.app_context(), pytest.raises(SystemExit):
        downgrade(STEPS, revision="0018")
    assert "two notices" in caplog.text
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM penalty_notice WHERE seq = 2"))
    with made.app_context():
        downgrade(STEPS, revision="0018")
    with engine.connect() as connection:
        told = dict(seen_by_id(connection))
        assert (told[1], told[2]) == (NOTICE, None)
        assert not inspect(connection).has_table("penalty_notice")


def seen_by_id(connection):
    table = Table("penalty", MetaData(), autoload_with=connection)
    return [tuple(row) for row in connection.execute(sa.select(table.c.id, table.c.notice))]
