"""Triggers that keep the audit chain, the clocks' ledger and the money's ledger append-only."""

from alembic import op

from app.audit import models as audit
from app.core import append_only
from app.rewards import ddl
from app.sla import models as sla

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    chain = append_only.statements(dialect, "audit_entry", audit.KEPT)
    clocks = append_only.statements(dialect, "clock_entry", sla.KEPT)
    for statement in (*chain, *clocks, *ddl.statements(dialect)):
        op.execute(statement)


def downgrade() -> None:
    """Drop what `upgrade` made; the tables go with the migration before."""
    if op.get_context().dialect.name == "sqlite":
        for table in ("audit_entry", "clock_entry", *ddl.TABLES):
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        return
    for table in ("audit_entry", "clock_entry", *ddl.TABLES):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
    op.execute(f"DROP TRIGGER IF EXISTS {ddl.BALANCED} ON ledger_line")
