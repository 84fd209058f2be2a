"""Triggers that let nobody change or delete what the ledger holds; for tables and migrations."""

from sqlalchemy import FromClause, Table

from app.core import append_only

TABLES = ("ledger_transaction", "ledger_line")
BALANCED = "ledger_line_balanced"


def sqlite_statements(table: str) -> tuple[str, ...]:
    """Return the triggers of one table for SQLite."""
    return append_only.statements("sqlite", table, f"{table} is append-only")


def postgresql_statements(table: str) -> tuple[str, ...]:
    """Return the triggers of one table for PostgreSQL; lines must balance at the commit."""
    refuse = (
        "CREATE OR REPLACE FUNCTION refuse_ledger_change() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'the ledger is append-only'; END $$ LANGUAGE plpgsql"
    )
    guard = (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
    )
    if table != "ledger_line":
        return refuse, guard
    balance = (
        "CREATE OR REPLACE FUNCTION ledger_must_balance() RETURNS trigger AS $$ BEGIN "
        "IF (SELECT sum(amount_fen) FROM ledger_line "
        "WHERE transaction_id = NEW.transaction_id) <> 0 THEN "
        "RAISE EXCEPTION 'ledger lines do not sum to 0'; END IF; RETURN NULL; END $$ "
        "LANGUAGE plpgsql"
    )
    watch = (
        f"CREATE CONSTRAINT TRIGGER {BALANCED} AFTER INSERT ON {table} "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_must_balance()"
    )
    return refuse, guard, balance, watch


def statements(dialect: str) -> tuple[str, ...]:
    """Return every statement for a dialect, as a migration executes them."""
    make = sqlite_statements if dialect == "sqlite" else postgresql_statements
    return tuple(statement for table in TABLES for statement in make(table))


def guard(*tables: FromClause) -> None:
    """Make the triggers right after each table."""
    for table in tables:
        assert isinstance(table, Table)
        append_only.make_after(table, "sqlite", sqlite_statements(table.name))
        append_only.make_after(table, "postgresql", postgresql_statements(table.name))
