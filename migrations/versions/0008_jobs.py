"""Jobs that raise are shown; on PostgreSQL the tables of Procrastinate 3.10 (ADR 7)."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).resolve().parents[1] / "procrastinate" / "schema-3.10.sql"
TABLES = ("events", "periodic_defers", "jobs", "workers")
REST = """
DO $$
DECLARE thing record;
BEGIN
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
    LOOP EXECUTE 'DROP FUNCTION ' || thing.name || ' CASCADE'; END LOOP;
    FOR thing IN SELECT oid::regtype AS name FROM pg_type
        WHERE typname LIKE 'procrastinate\\_%' AND typnamespace = current_schema()::regnamespace
    LOOP EXECUTE 'DROP TYPE ' || thing.name || ' CASCADE'; END LOOP;
END $$
"""


def is_postgres() -> bool:
    return op.get_context().dialect.name == "postgresql"


def run_script(script: str) -> None:
    """Hand many statements to the driver as they are: nothing in them is a parameter."""
    op.get_bind().connection.driver_connection.execute(script)


def upgrade() -> None:
    op.create_table(
        "job_failure",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_failure")),
    )
    if is_postgres():
        run_script(SCHEMA.read_text(encoding="utf-8"))


def downgrade() -> None:
    if is_postgres():
        for table in TABLES:
            op.execute(f"DROP TABLE procrastinate_{table} CASCADE")
        run_script(REST)
    op.drop_table("job_failure")
