"""Forms of the field are answered, not taken twice, when a phone sends them again."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "field_receipt",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_field_receipt_staff_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_field_receipt")),
    )


def downgrade() -> None:
    op.drop_table("field_receipt")
