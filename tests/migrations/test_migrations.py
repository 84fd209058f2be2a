"""One head; `upgrade` from nothing gives exactly what the models say, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine, inspect

import app.schema
from app import create_app
from app.core.db import db
from config import Config
from tests.architecture.code import ROOT
from tests.infra.database import let_go, written

GUARDS = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
        " AND NOT starts_with(c.relname, 'procrastinate')"
    ),
}


@pytest.fixture
def migrated(any_db, request, tmp_path):
    """Give an engine on a database that was only ever migrated."""
    server = request.getfixturevalue("postgres_server") if any_db == "postgres" else None
    url = server.create() if server else None
    address = written(url) if url else f"sqlite:///{tmp_path / 'migrated.db'}"
    made = create_app(Config.for_tests(tmp_path, address))
    with made.app_context():
        upgrade(str(ROOT / "migrations"))
    let_go(made)
    engine = create_engine(address)
    yield engine
    engine.dispose()
    if server and url:
        server.drop(url)


@pytest.fixture
def modelled(database_url):
    """Give an engine on a database whose tables come from the models."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def test_there_is_one_head():
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


def test_upgrade_equals_the_models(any_db, migrated):
    assert app.schema
    with migrated.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: kind != "table" or is_ours(name),
            },
        )
        differences = compare_metadata(context, db.metadata)
    assert not differences


def is_ours(table):
    """Procrastinate's tables come from its own script, not from models (ADR 7)."""
    return not table.startswith("procrastinate_")


def options(index):
    """Return the conditions of a partial index as words, not as objects."""
    return sorted((key, str(value)) for key, value in index.get("dialect_options", {}).items())


def shape(engine):
    """Return what compare_metadata does not look at: checks, unique keys, guards."""
    looked = inspect(engine)
    tables = sorted(set(filter(is_ours, looked.get_table_names())) - {"alembic_version"})
    with engine.connect() as connection:
        guards = connection.exec_driver_sql(GUARDS[engine.dialect.name]).all()
    return {
        "tables": tables,
        "checks": {
            table: sorted((check["name"], check["sqltext"]) for check in found)
            for (_, table), found in looked.get_multi_check_constraints().items()
            if table in tables
        },
        "unique": {
            table: sorted(key["name"] or "" for key in looked.get_unique_constraints(table))
            for table in tables
        },
        "indexes": {
            table: sorted(
                (index["name"], bool(index["unique"]), options(index))
                for index in looked.get_indexes(table)
            )
            for table in tables
        },
        "guards": sorted(tuple(" ".join(str(part).split()) for part in row) for row in guards),
    }


def test_checks_keys_and_guards_are_equal_too(any_db, migrated, modelled):
    by_steps, by_models = shape(migrated), shape(modelled)
    for part, found in by_steps.items():
        assert found == by_models[part], part


SCRIPT = ROOT / "migrations" / "procrastinate" / "schema-3.10.sql"
LEFT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE name LIKE '%procrastinate%'",
    "postgresql": """
        SELECT relname FROM pg_class WHERE strpos(relname, 'procrastinate') > 0
        UNION SELECT proname FROM pg_proc WHERE strpos(proname, 'procrastinate') > 0
        UNION SELECT typname FROM pg_type WHERE strpos(typname, 'procrastinate') > 0
    """,
}


def before(revision):
    return ScriptDirectory(str(ROOT / "migrations")).get_revision(revision).down_revision


def test_the_script_is_what_the_installed_procrastinate_wants():
    """A newer library brings its steps in a folder: then they make a migration (ADR 7)."""
    assert SCRIPT.read_text(encoding="utf-8") == SchemaManager.get_schema()


def test_the_queue_comes_on_postgres_alone_and_goes_again(any_db, migrated, tmp_path):
    def left():
        with migrated.connect() as connection:
            return connection.exec_driver_sql(LEFT[migrated.dialect.name]).all()

    assert bool(left()) == (any_db == "postgres")
    made = create_app(Config.for_tests(tmp_path, written(migrated.url)))
    with made.app_context():
        downgrade(str(ROOT / "migrations"), revision=before("0008"))
        assert not left()
        upgrade(str(ROOT / "migrations"))
    let_go(made)
    assert bool(left()) == (any_db == "postgres")
