"""Time limits that a county sets itself, in versions."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    people = ("proposed_by", "activated_by", "withdrawn_by")
    op.create_table(
        "clock_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.Integer(), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "proposed_by <> activated_by", name=op.f("ck_clock_policy_second_person")
        ),
        *(
            sa.ForeignKeyConstraint([who], ["staff.id"], name=op.f(f"fk_clock_policy_{who}"))
            for who in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_policy")),
    )


def downgrade() -> None:
    op.drop_table("clock_policy")
