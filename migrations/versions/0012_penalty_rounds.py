"""Each round of a case has a penalty of its own; its clocks are called after the round."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROUND = """
    UPDATE penalty SET round = 1 + (
        SELECT count(*) FROM case_step WHERE case_step.case_id = penalty.case_id
        AND case_step.move = 'reopen' AND case_step.at < penalty.filed_at)
"""
CLOCKS = """
    UPDATE clock SET subject = {subject}
    WHERE kind IN ('filing', 'decision', 'hearing', 'serve', 'withdraw_publication')
"""
TRIGGERS = """
    SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%FROM penalty %'
"""
MORE_THAN_ONE = """
    SELECT count(*) FROM penalty AS one JOIN penalty AS other
    ON other.case_id = one.case_id AND other.round > one.round
"""


@contextmanager
def _table_copied() -> Iterator[None]:
    """Let SQLite copy the table: triggers of others that read it go meanwhile."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    triggers = op.get_bind().execute(sa.text(TRIGGERS)).all()
    for name, _ in triggers:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _, made in triggers:
        op.execute(made)


def upgrade() -> None:
    with _table_copied():
        with op.batch_alter_table("penalty") as table:
            table.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
            table.drop_constraint(op.f("uq_penalty_case_id"), type_="unique")
            table.create_unique_constraint(op.f("uq_penalty_case_id_round"), ["case_id", "round"])
        op.execute(ROUND)
        with op.batch_alter_table("penalty") as table:
            table.alter_column("round", server_default=None)
        op.execute(CLOCKS.format(subject="'round:' || round"))


def downgrade() -> None:
    """Go back while no case has two records: none may be lost."""
    if op.get_bind().execute(sa.text(MORE_THAN_ONE)).scalar_one():
        raise RuntimeError("a case has two penalties: there was room for one before 0012")
    with _table_copied():
        op.execute(CLOCKS.format(subject="''"))
        with op.batch_alter_table("penalty") as table:
            table.drop_constraint(op.f("uq_penalty_case_id_round"), type_="unique")
            table.create_unique_constraint(op.f("uq_penalty_case_id"), ["case_id"])
            table.drop_column("round")
