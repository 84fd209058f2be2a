"""A drawn part of the closed cases is inspected again; patrols are planned and made."""

import sqlalchemy as sa
from alembic import op

from app.core import append_only
from app.spotchecks import models as spotchecks

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _moment(name: str, *, needed: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def upgrade() -> None:
    op.create_table(
        "spot_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(20), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(64), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("frame_digest", sa.String(64), nullable=False),
        sa.Column("drawn_by", sa.Integer(), nullable=True),
        _moment("drawn_at", needed=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("turn = 1 OR length(reason) > 0", name=op.f("ck_spot_sample_reasoned")),
        sa.ForeignKeyConstraint(["drawn_by"], ["staff.id"], name=op.f("fk_spot_sample_drawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_sample")),
        sa.UniqueConstraint("month", "turn", name=op.f("uq_spot_sample_month_turn")),
    )
    op.create_table(
        "spot_row",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("township_code", sa.String(12), nullable=False),
        sa.Column("grid_code", sa.String(12), nullable=False),
        sa.Column("category", sa.String(4), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("stratum", sa.String(40), nullable=False),
        _moment("closed_at", needed=True),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["spot_sample.id"], name=op.f("fk_spot_row_sample_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_spot_row_case_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["staff.id"], name=op.f("fk_spot_row_handler_id")),
        sa.PrimaryKeyConstraint("sample_id", "case_id", name=op.f("pk_spot_row")),
    )
    for name in ("case_id", "closed_at"):
        op.create_index(f"ix_spot_row_{name}", "spot_row", [name])
    _looks()
    _patrols()
    dialect = op.get_context().dialect.name
    for table in spotchecks.GUARDED:
        for statement in append_only.statements(dialect, table.name, spotchecks.KEPT):
            op.execute(statement)


def _looks() -> None:
    people = ("inspector_id", "confirmed_by", "answered_by")
    op.create_table(
        "spot_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        _moment("closed_at", needed=True),
        sa.Column("inspector_id", sa.Integer(), nullable=True),
        _moment("given_at"),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("challenge", sa.String(32), nullable=True),
        _moment("challenge_at"),
        sa.Column("result", sa.String(40), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        *(_moment(name) for name in ("at", "received_at", "device_at")),
        sa.Column("clock_offset_s", sa.Double(), nullable=True),
        sa.Column("offline", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True)
          for name in ("lng", "lat", "accuracy", "distance_m")),
        sa.Column("grade", sa.String(40), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("photo_id", sa.String(32), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        _moment("confirmed_at"),
        sa.Column("answer", sa.String(40), nullable=True),
        sa.Column("falsified", sa.Boolean(), nullable=False),
        sa.Column("answer_words", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        _moment("answered_at"),
        sa.CheckConstraint(
            "answer IS NULL OR answered_by IS NOT NULL", name=op.f("ck_spot_check_answerer")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["spot_sample.id"], name=op.f("fk_spot_check_sample_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_spot_check_case_id")),
        *(sa.ForeignKeyConstraint([name], ["staff.id"], name=op.f(f"fk_spot_check_{name}"))
          for name in people),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
        sa.UniqueConstraint("sample_id", "case_id", name=op.f("uq_spot_check_sample_id_case_id")),
    )  # fmt: skip
    op.create_index("ix_spot_check_inspector", "spot_check", ["inspector_id", "state"])
    for name in ("case_id", "closed_at", "state"):
        op.create_index(f"ix_spot_check_{name}", "spot_check", [name])


def _patrols() -> None:
    op.create_table(
        "patrol_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        _moment("due_at", needed=True),
        sa.Column("township_code", sa.String(12), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(20), nullable=False),
        _moment("made_at", needed=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_patrol_plan_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_plan")),
        sa.UniqueConstraint("staff_id", "week", name=op.f("uq_patrol_plan_staff_id_week")),
    )
    op.create_index("ix_patrol_plan_due_at", "patrol_plan", ["due_at"])
    op.create_table(
        "patrol",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("township_code", sa.String(12), nullable=False),
        _moment("started_at", needed=True),
        _moment("ended_at"),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_patrol_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol")),
    )
    op.create_index("ix_patrol_staff_week", "patrol", ["staff_id", "week"])
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_patrol_running", "patrol", ["staff_id"], unique=True, sqlite_where=running,
        postgresql_where=running,
    )  # fmt: skip
    op.create_table(
        "patrol_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        _moment("at", needed=True),
        sa.Column("grid_code", sa.String(12), nullable=True),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("lng", "lat", "accuracy")),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_point_patrol_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_point")),
    )
    for name in ("patrol_id", "at"):
        op.create_index(f"ix_patrol_point_{name}", "patrol_point", [name])


def downgrade() -> None:
    for table in ("patrol_point", "patrol", "patrol_plan", "spot_check", "spot_row", "spot_sample"):
        op.drop_table(table)
