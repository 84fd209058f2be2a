"""Photos are compared with all others; what looks odd is flagged for people."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("photo") as batch:
        batch.add_column(sa.Column("told", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("photo") as batch:
        batch.alter_column("told", server_default=None)
        batch.create_index("ix_photo_to_compare", ["compared_at", "received_at"])
    op.create_table(
        "photo_print",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("dhash", sa.BigInteger(), nullable=False),
        sa.Column("phash", sa.BigInteger(), nullable=False),
        sa.Column("grey", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_print")),
        sa.UniqueConstraint("sha256", "part", name=op.f("uq_photo_print_sha256_part")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_photo_print_made_at", "photo_print", ["made_at"])
    op.create_table(
        "photo_likeness",
        sa.Column("photo_id", sa.String(32), nullable=False),
        sa.Column("earlier_id", sa.String(32), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False)
          for name in ("agreement", "left", "right", "top", "bottom")),
        sa.Column("mirrored", sa.Boolean(), nullable=False),
        sa.Column("framed", sa.Boolean(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_photo_likeness_photo_id")),
        sa.ForeignKeyConstraint(["earlier_id"], ["photo.id"], name=op.f("fk_photo_likeness_earlier_id")),
        sa.PrimaryKeyConstraint("photo_id", "earlier_id", name=op.f("pk_photo_likeness")),
    )  # fmt: skip
    op.create_index("ix_photo_likeness_earlier_id", "photo_likeness", ["earlier_id"])
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict IS NULL OR answered_by IS NOT NULL", name=op.f("ck_flag_answerer")
        ),
        sa.CheckConstraint("verdict IS NULL OR length(reason) > 0", name=op.f("ck_flag_reasoned")),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name=op.f("fk_flag_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("key", "turn", name=op.f("uq_flag_key_turn")),
    )
    op.create_index("ix_flag_verdict_raised", "flag", ["verdict", "raised_at"])
    op.create_table(
        "flag_case",
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_case_flag_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_flag_case_case_id")),
        sa.PrimaryKeyConstraint("flag_id", "case_id", name=op.f("pk_flag_case")),
    )
    op.create_index("ix_flag_case_case_id", "flag_case", ["case_id"])


def downgrade() -> None:
    for table in ("flag_case", "flag", "photo_likeness", "photo_print"):
        op.drop_table(table)
    with op.batch_alter_table("photo") as batch:
        batch.drop_index("ix_photo_to_compare")
        batch.drop_column("compared_at")
        batch.drop_column("told")
