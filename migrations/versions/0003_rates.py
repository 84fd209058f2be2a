"""Exclusions by hand, published months, tallies of days and the triggers that mark them."""

import sqlalchemy as sa
from alembic import op

from app.core import append_only
from app.rates import models, triggers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STAFF = ("staff.id",)


def upgrade() -> None:
    op.create_table(
        "rate_exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_rate_exclusion_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_rate_exclusion_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["staff.id"], name=op.f("fk_rate_exclusion_proposed_by")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_rate_exclusion_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_exclusion")),
    )
    op.create_index("ix_rate_exclusion_case", "rate_exclusion", ["case_id", "state"])
    op.create_table(
        "rate_month",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("definition", sa.String(length=20), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by"], ["staff.id"], name=op.f("fk_rate_month_published_by")
        ),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_rate_month")),
    )
    op.create_table(
        "rate_month_row",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("rate", sa.String(length=20), nullable=False),
        sa.Column("record", sa.String(length=30), nullable=False),
        sa.Column("case_number", sa.String(length=12), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("unit_code", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=4), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("excluded", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(
            ["month"], ["rate_month.month"], name=op.f("fk_rate_month_row_month")
        ),
        sa.PrimaryKeyConstraint("month", "rate", "record", name=op.f("pk_rate_month_row")),
    )
    op.create_table(
        "rate_tally",
        sa.Column("rate", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("township_code", sa.String(length=12), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("bottom", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rate", "day", "township_code", name=op.f("pk_rate_tally")),
    )
    op.create_table(
        "rate_changed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rate", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_changed")),
    )
    op.create_index("ix_rate_changed_day", "rate_changed", ["rate", "day"])
    closed, unneeded = sa.text("move = 'close'"), sa.text("no_visit_reason <> ''")
    op.create_index(
        "ix_case_step_closed", "case_step", ["at"], sqlite_where=closed, postgresql_where=closed
    )
    op.create_index(
        "ix_task_no_visit",
        "task",
        ["assigned_at"],
        sqlite_where=unneeded,
        postgresql_where=unneeded,
    )
    dialect = op.get_context().dialect.name
    for table in models.GUARDED:
        for statement in append_only.statements(dialect, table.name, models.KEPT):
            op.execute(statement)
    for statement in (*triggers.statements(dialect), *triggers.first_marks(dialect)):
        op.execute(statement)


def downgrade() -> None:
    for statement in triggers.drops(op.get_context().dialect.name):
        op.execute(statement)
    op.drop_index("ix_task_no_visit", "task")
    op.drop_index("ix_case_step_closed", "case_step")
    for table in ("rate_changed", "rate_tally", "rate_month_row", "rate_month", "rate_exclusion"):
        op.drop_table(table)
