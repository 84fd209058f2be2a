"""Closed cases are looked at again after 30 and 90 days."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

AFTER_CLOSING = sa.text("sample_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("spot_check") as batch:
        batch.add_column(
            sa.Column("occasion", sa.String(40), nullable=False, server_default="drawn")
        )
        batch.alter_column("sample_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("spot_check") as batch:
        batch.alter_column("occasion", server_default=None)
        batch.create_check_constraint(
            op.f("ck_spot_check_occasion"), "(occasion = 'drawn') = (sample_id IS NOT NULL)"
        )
    op.create_index(
        "ix_spot_check_watch", "spot_check", ["case_id", "round", "occasion"], unique=True,
        sqlite_where=AFTER_CLOSING, postgresql_where=AFTER_CLOSING,
    )  # fmt: skip


def downgrade() -> None:
    op.execute("DELETE FROM spot_check WHERE sample_id IS NULL")
    op.drop_index("ix_spot_check_watch", "spot_check")
    with op.batch_alter_table("spot_check") as batch:
        batch.drop_constraint(op.f("ck_spot_check_occasion"), type_="check")
        batch.alter_column("sample_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("occasion")
