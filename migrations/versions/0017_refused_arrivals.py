"""A grade C arrival can be refused: its word says whether it counts."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("check_in") as batch:
        batch.add_column(sa.Column("accepted", sa.Boolean(), nullable=True))
    op.execute("UPDATE check_in SET accepted = true WHERE confirmed_at IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("check_in") as batch:
        batch.drop_column("accepted")
