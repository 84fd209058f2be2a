"""A grade C arrival can be refused, a task given to somebody else; both with their reason."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("check_in", sa.Column("accepted", sa.Boolean(), nullable=True))
    op.add_column("task", sa.Column("passed_reason", sa.Text(), nullable=True))
    op.execute("UPDATE check_in SET accepted = true WHERE confirmed_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("task", "passed_reason")
    op.drop_column("check_in", "accepted")
