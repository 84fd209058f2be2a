"""Tables of findings and of penalties with their steps."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint, cast, literal
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.enforcement.rounds import SUBJECT
from app.enforcement.rules_hearing import Ground
from app.enforcement.workflow import FindingKind, Measure, PenaltyState, ServiceWay


class Finding(Model):
    """What the check of a round found: an officer may propose it, the checker sets it."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    round: Mapped[int]
    kind: Mapped[FindingKind] = mapped_column(Word(FindingKind))
    punishable: Mapped[bool]
    our_jurisdiction: Mapped[bool]
    offender_known: Mapped[bool]
    order_to_correct: Mapped[bool]
    on_spot_corrected: Mapped[bool] = mapped_column(default=False)
    grounds: Mapped[str] = mapped_column(Text)
    officers: Mapped[list[Any]]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime | None]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    set_at: Mapped[datetime | None]


class Penalty(Model):
    """The enforcement record of a round of a case; `amount_fen` is the fine in whole fen."""

    __tablename__ = "penalty"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    round: Mapped[int]
    state: Mapped[PenaltyState] = mapped_column(Word(PenaltyState), index=True)
    measure: Mapped[Measure] = mapped_column(Word(Measure))
    measure_at: Mapped[datetime]
    filing_no: Mapped[str | None] = mapped_column(String(60), unique=True)
    cause: Mapped[str] = mapped_column(Text, default="")
    party: Mapped[str] = mapped_column(Text)
    credit_code: Mapped[str | None] = mapped_column(String(18))
    legal_basis: Mapped[str] = mapped_column(Text)
    officers: Mapped[list[Any]]
    violation_on: Mapped[date | None]
    kinds: Mapped[list[Any]]
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    document_no: Mapped[str | None] = mapped_column(String(60), unique=True)
    decided_at: Mapped[datetime | None]
    published: Mapped[bool] = mapped_column(default=False)
    events: Mapped[dict[str, Any]]
    filed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    filed_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    hearing_at: Mapped[datetime | None]
    served_at: Mapped[datetime | None]
    served_way: Mapped[ServiceWay | None] = mapped_column(Word(ServiceWay))
    withdrawn_at: Mapped[datetime | None]


class PenaltyNotice(Model):
    """What the party was told before a decision; the last one counts, each stays as it was given.

    `amount_fen` is the planned fine in whole fen; `reason` says why it replaces the one before.
    """

    __tablename__ = "penalty_notice"
    __table_args__ = (UniqueConstraint("penalty_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    penalty_id: Mapped[int] = mapped_column(ForeignKey("penalty.id"))
    seq: Mapped[int]
    kinds: Mapped[list[Any]]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    offered: Mapped[bool]
    ground: Mapped[Ground | None] = mapped_column(Word(Ground))
    word: Mapped[str] = mapped_column(Text, default="")
    policy: Mapped[str] = mapped_column(String(20))
    told_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


OF_ITS_CLOCKS = literal(SUBJECT) + cast(Penalty.round, String)
"""How the clocks of a record are called, as a database computes it."""


class PenaltyStep(Model):
    """One step of a penalty; written once, never edited (rule 7)."""

    __tablename__ = "penalty_step"
    __table_args__ = (UniqueConstraint("penalty_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    penalty_id: Mapped[int] = mapped_column(ForeignKey("penalty.id"))
    seq: Mapped[int]
    from_state: Mapped[PenaltyState | None] = mapped_column(Word(PenaltyState))
    to_state: Mapped[PenaltyState] = mapped_column(Word(PenaltyState))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")
