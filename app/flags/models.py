"""Tables of flags: what looked odd, at which cases it is shown, what a person said to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.flags.kinds import FlagKind, Verdict


class Flag(Model):
    """One thing for people to judge; without a verdict it is open. It holds no identity.

    `key` names the matter, so that a sweep run twice raises it once; a matter that grows after its
    answer makes a new row with the next `turn`.
    """

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("key", "turn"),
        Index("ix_flag_verdict_raised", "verdict", "raised_at"),
        CheckConstraint("verdict IS NULL OR answered_by IS NOT NULL", name="answerer"),
        CheckConstraint("verdict IS NULL OR length(reason) > 0", name="reasoned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[FlagKind] = mapped_column(Word(FlagKind))
    key: Mapped[str] = mapped_column(String(80))
    turn: Mapped[int] = mapped_column(default=1)
    size: Mapped[int] = mapped_column(default=1)
    evidence: Mapped[dict[str, Any]]
    raised_at: Mapped[datetime]
    verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]


class FlagCase(Model):
    """A case on whose pages a flag is shown."""

    __tablename__ = "flag_case"

    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, index=True)
