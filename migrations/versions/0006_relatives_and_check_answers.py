"""Relatives of staff are registered by index; lists of conditions are answered with evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STANDS = sa.text("withdrawn_at IS NULL")
TO_PRINT, SET_ASIDE = sa.text("to_print"), sa.text("error IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "relative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kinship", sa.String(40), nullable=False),
        sa.Column("person_index", sa.String(16), nullable=True),
        sa.Column("phone_index", sa.String(16), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("person_index IS NOT NULL OR phone_index IS NOT NULL",
                           name=op.f("ck_relative_some_index")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_relative_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relative")),
    )  # fmt: skip
    for column in ("staff_id", "person_index", "phone_index"):
        op.create_index(f"ix_relative_{column}", "relative", [column])
    for column in ("person", "phone"):
        op.create_index(
            f"uq_relative_{column}", "relative", ["staff_id", f"{column}_index"], unique=True,
            sqlite_where=STANDS, postgresql_where=STANDS,
        )  # fmt: skip
    op.create_table(
        "check_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(20), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("seen", sa.String(16), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_check_answer_award_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_check_answer_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_answer")),
    )
    op.create_index("ix_check_answer_line", "check_answer", ["award_id", "key"])
    with op.batch_alter_table("award_appeal") as batch:
        batch.add_column(sa.Column("against", sa.String(40), nullable=True))
    with op.batch_alter_table("payout_answer") as batch:
        batch.add_column(sa.Column("confirmed_by", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_payout_answer_confirmed_by"), "staff", ["confirmed_by"], ["id"]
        )
        batch.create_check_constraint(
            op.f("ck_payout_answer_settled_by_not_confirmed_by"), "settled_by <> confirmed_by"
        )
    with op.batch_alter_table("photo") as batch:
        batch.add_column(
            sa.Column("to_print", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("error", sa.String(500), nullable=True))
    with op.batch_alter_table("photo") as batch:
        batch.alter_column("to_print", server_default=None)
    for name, column, where in (("to_print", "received_at", TO_PRINT), ("error", "id", SET_ASIDE)):
        op.create_index(f"ix_photo_{name}", "photo", [column], sqlite_where=where,
                        postgresql_where=where)  # fmt: skip
    op.execute(
        "UPDATE photo SET to_print = true WHERE NOT EXISTS "
        "(SELECT 1 FROM photo_print WHERE photo_print.sha256 = photo.sha256)"
    )


def downgrade() -> None:
    for name in ("to_print", "error"):
        op.drop_index(f"ix_photo_{name}", "photo")
    with op.batch_alter_table("photo") as batch:
        batch.drop_column("error")
        batch.drop_column("to_print")
    with op.batch_alter_table("payout_answer") as batch:
        batch.drop_constraint(op.f("ck_payout_answer_settled_by_not_confirmed_by"), type_="check")
        batch.drop_constraint(op.f("fk_payout_answer_confirmed_by"), type_="foreignkey")
        batch.drop_column("confirmed_by")
    with op.batch_alter_table("award_appeal") as batch:
        batch.drop_column("against")
    op.drop_table("check_answer")
    op.drop_table("relative")
