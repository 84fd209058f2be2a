"""What the party was told before a decision: planned penalty, right to a hearing and its ground."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("penalty", sa.Column("notice", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("penalty", "notice")
