"""Released cases are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PUBLIC = sa.text("public")


def upgrade() -> None:
    op.create_index(
        "ix_case_file_public", "case_file", ["opened_at"],
        sqlite_where=PUBLIC, postgresql_where=PUBLIC,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_case_file_public", table_name="case_file")
