"""Payout batches, their payments and the bank's answers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payout_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_payout_batch_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_payout_batch_number")),
    )
    _items()
    _answers()


def _items() -> None:
    op.create_table(
        "payout_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=30), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("bank_ref", sa.String(length=60), nullable=True),
        sa.Column("opening_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recheck", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payout_item_amount")),
        sa.CheckConstraint(
            "(state = 'confirmed') = (bank_ref IS NOT NULL)", name=op.f("ck_payout_item_bank_ref")
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_payout_item_award_id")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payout_batch.id"], name=op.f("fk_payout_item_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["opening.id"], name=op.f("fk_payout_item_opening_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_item")),
        sa.UniqueConstraint("bank_ref", name=op.f("uq_payout_item_bank_ref")),
        sa.UniqueConstraint("reference", name=op.f("uq_payout_item_reference")),
    )
    unfailed = sa.text("state <> 'failed'")
    op.create_index("ix_payout_item_award_id", "payout_item", ["award_id"])
    op.create_index("ix_payout_item_batch_id", "payout_item", ["batch_id"])
    op.create_index(
        "uq_payout_item_live", "payout_item", ["award_id"], unique=True,
        sqlite_where=unfailed, postgresql_where=unfailed,
    )  # fmt: skip


def _answers() -> None:
    op.create_table(
        "payout_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("bank_ref", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("read_by", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["payout_item.id"], name=op.f("fk_payout_answer_item_id")
        ),
        sa.ForeignKeyConstraint(["read_by"], ["staff.id"], name=op.f("fk_payout_answer_read_by")),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["staff.id"], name=op.f("fk_payout_answer_settled_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_answer")),
    )
    still_open = sa.text("outcome = 'contradiction'")
    op.create_index("ix_payout_answer_item_id", "payout_answer", ["item_id"])
    op.create_index(
        "ix_payout_answer_open", "payout_answer", ["outcome"],
        sqlite_where=still_open, postgresql_where=still_open,
    )  # fmt: skip


def downgrade() -> None:
    for table in ("payout_answer", "payout_item", "payout_batch"):
        op.drop_table(table)
