"""Tables of the double-entry ledger: appended only, refused for change by the database itself."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.rewards import ddl


class LedgerTransaction(Model):
    """One event of money with its lines, which sum to 0 fen."""

    __tablename__ = "ledger_transaction"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text, default="")


class LedgerLine(Model):
    """One side of a transaction, in fen; plus is what an account gains."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        Index("ix_ledger_line_account", "account"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), index=True)
    account: Mapped[str] = mapped_column(String(40))
    amount_fen: Mapped[int]


ddl.guard(LedgerTransaction.__table__, LedgerLine.__table__)
