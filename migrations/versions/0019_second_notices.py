"""A notice can be replaced before the decision: each is a row of its own, the last one counts."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

penalty = sa.table(
    "penalty", sa.column("id", sa.Integer), sa.column("notice", sa.JSON),
    sa.column("filed_by", sa.Integer), sa.column("filed_at", sa.DateTime(timezone=True)),
)  # fmt: skip
step = sa.table(
    "penalty_step", sa.column("penalty_id", sa.Integer), sa.column("to_state", sa.String),
    sa.column("staff_id", sa.Integer), sa.column("at", sa.DateTime(timezone=True)),
    sa.column("seq", sa.Integer),
)  # fmt: skip
MORE_THAN_ONE = "SELECT count(*) FROM penalty_notice WHERE seq > 1"
OLD = ("kinds", "amount_fen", "offered", "ground", "word", "policy")


def upgrade() -> None:
    kept = op.create_table(
        "penalty_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("penalty_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["penalty_id"], ["penalty.id"], name="fk_penalty_notice_penalty_id"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_penalty_notice_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_penalty_notice"),
        sa.UniqueConstraint("penalty_id", "seq", name="uq_penalty_notice_penalty_id_seq"),
    )
    rows = {row["id"]: _kept(row) for row in op.get_bind().execute(_told()).mappings()}
    if rows:
        op.bulk_insert(kept, list(rows.values()))
    op.drop_column("penalty", "notice")


def _told() -> sa.Select:
    """Select every notice with the steps to it, the one that recorded it last."""
    joined = penalty.outerjoin(
        step, (step.c.penalty_id == penalty.c.id) & (step.c.to_state == "notified")
    )
    return sa.select(
        penalty.c.id, penalty.c.notice,
        sa.func.coalesce(step.c.staff_id, penalty.c.filed_by).label("staff_id"),
        sa.func.coalesce(step.c.at, penalty.c.filed_at).label("at"),
    ).select_from(joined).where(sa.cast(penalty.c.notice, sa.Text) != "null").order_by(step.c.seq)  # fmt: skip


def _kept(row: sa.RowMapping) -> dict[str, object]:
    notice = row["notice"]
    return {name: notice[name] for name in OLD} | {
        "penalty_id": row["id"], "seq": 1, "told_on": date.fromisoformat(notice["on"]),
        "reason": "", "staff_id": row["staff_id"], "at": row["at"],
    }  # fmt: skip


def downgrade() -> None:
    """Go back while no record has two notices: none may be lost."""
    if op.get_bind().execute(sa.text(MORE_THAN_ONE)).scalar_one():
        raise RuntimeError("a penalty has two notices: there was room for one before 0019")
    op.add_column("penalty", sa.Column("notice", sa.JSON(), nullable=True))
    bind = op.get_bind()
    kept = sa.Table("penalty_notice", sa.MetaData(), autoload_with=bind)
    for row in bind.execute(sa.select(kept)).mappings().all():
        notice = {name: row[name] for name in OLD} | {"on": row["told_on"].isoformat()}
        bind.execute(
            penalty.update().where(penalty.c.id == row["penalty_id"]).values(notice=notice)
        )
    op.drop_table("penalty_notice")
