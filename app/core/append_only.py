"""Triggers by which a table takes rows and never gives them up; for tables and migrations."""

from collections.abc import Iterable

from sqlalchemy import DDL, FromClause, MetaData, Table, event

REFUSE = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$ BEGIN "
    "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
)


def statements(dialect: str, table: str, why: str) -> tuple[str, ...]:
    """Return what refuses UPDATE and DELETE; `why` is the sentence that SQLite answers."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
            for verb in ("UPDATE", "DELETE")
        )
    guarded = (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    return REFUSE, guarded


def make_after(table: Table | MetaData, dialect: str, made: Iterable[str]) -> None:
    """Execute statements of a dialect right after a table, or all tables, are made."""
    for statement in made:
        ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def guard(*tables: FromClause, why: str) -> None:
    """Let nobody change or delete what these tables hold."""
    for table in tables:
        assert isinstance(table, Table)
        for dialect in ("sqlite", "postgresql"):
            make_after(table, dialect, statements(dialect, table.name, why))
