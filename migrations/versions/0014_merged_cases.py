"""Cases that were merged into another one are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MERGED = sa.text("merged_into_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_case_file_merged_into_id", "case_file", ["merged_into_id"],
        sqlite_where=MERGED, postgresql_where=MERGED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_case_file_merged_into_id", table_name="case_file")
