"""Looks after closing, draws again by two, patrols that the duty officer judges."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AFTER_CLOSING = sa.text("sample_id IS NULL")
ASKED = sa.text("state = 'asked'")


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
    _redraws()
    with op.batch_alter_table("patrol") as batch:
        batch.add_column(sa.Column("accepted", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("judged_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("judged_reason", sa.Text(), nullable=False, server_default=""))
        batch.create_foreign_key(op.f("fk_patrol_judged_by"), "staff", ["judged_by"], ["id"])
        batch.create_check_constraint(op.f("ck_patrol_second_person"), "judged_by <> staff_id")
    with op.batch_alter_table("patrol") as batch:
        batch.alter_column("judged_reason", server_default=None)


def _redraws() -> None:
    people = ("asked_by", "decided_by")
    op.create_table(
        "spot_redraw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state <> 'drawn' OR decided_by <> asked_by", name=op.f("ck_spot_redraw_second_person")
        ),
        *(sa.ForeignKeyConstraint([name], ["staff.id"], name=op.f(f"fk_spot_redraw_{name}"))
          for name in people),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["spot_sample.id"], name=op.f("fk_spot_redraw_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_redraw")),
    )  # fmt: skip
    op.create_index(
        "ix_spot_redraw_asked", "spot_redraw", ["month"], unique=True, sqlite_where=ASKED,
        postgresql_where=ASKED,
    )  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table("patrol") as batch:
        batch.drop_constraint(op.f("ck_patrol_second_person"), type_="check")
        batch.drop_constraint(op.f("fk_patrol_judged_by"), type_="foreignkey")
        for name in ("accepted", "judged_by", "judged_at", "judged_reason"):
            batch.drop_column(name)
    op.drop_table("spot_redraw")
    op.execute("DELETE FROM spot_check WHERE sample_id IS NULL")
    op.drop_index("ix_spot_check_watch", "spot_check")
    with op.batch_alter_table("spot_check") as batch:
        batch.drop_constraint(op.f("ck_spot_check_occasion"), type_="check")
        batch.alter_column("sample_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("occasion")
