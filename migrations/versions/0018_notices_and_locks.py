"""What the party was told before a decision; locks of claim secrets are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

LOCKED = sa.text("locked_until IS NOT NULL")


def upgrade() -> None:
    op.add_column("penalty", sa.Column("notice", sa.JSON(), nullable=True))
    op.create_index(
        "ix_claim_secret_locked_until", "claim_secret", ["locked_until"],
        sqlite_where=LOCKED, postgresql_where=LOCKED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_claim_secret_locked_until", "claim_secret")
    op.drop_column("penalty", "notice")
