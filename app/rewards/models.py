"""Tables of rule sets, awards, appeals and payments; the ledger's stand in `accounts.py`."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.rewards import accounts
from app.rewards.states import AnswerOutcome, PayoutState, Relation, State, Way

LedgerTransaction, LedgerLine = accounts.LedgerTransaction, accounts.LedgerLine


ACTIVE = text("state <> 'not_eligible'")
UNFAILED = text("state <> 'failed'")
OPEN_CONTRADICTION = text("outcome = 'contradiction'")


def _staff() -> Mapped[int | None]:
    return mapped_column(ForeignKey("staff.id"))


def _apart(*columns: str) -> tuple[CheckConstraint, ...]:
    """Return one constraint a pair: nobody stands in two of these columns."""
    pairs = [(a, b) for i, a in enumerate(columns) for b in columns[i + 1 :]]
    return tuple(CheckConstraint(f"{a} <> {b}", name=f"{a}_not_{b}") for a, b in pairs)


class RuleSet(Model):
    """One version of a rule set; once active it is never edited."""

    __tablename__ = "rule_set"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        CheckConstraint("proposed_by <> activated_by", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    valid_from: Mapped[date]
    document: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(Text, default="")
    proposed_by: Mapped[int | None] = _staff()
    proposed_at: Mapped[datetime]
    activated_by: Mapped[int | None] = _staff()
    activated_at: Mapped[datetime | None]


class Award(Model):
    """One stage of a reward for one report; no identity in it.

    `trigger` names the event that made it, so that an event makes it once; `checks` are the rows
    of the eligibility list with their evidence.
    """

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("report_id", "trigger"),
        Index("uq_award_active", "case_id", "trigger", "share_no", unique=True,
              sqlite_where=ACTIVE, postgresql_where=ACTIVE),
        Index("ix_award_state_at", "state", "assessed_at"),
        Index("ix_award_state_due", "state", "claim_due_at"),
        Index("ix_award_reminder", "next_reminder_at"),
        CheckConstraint("amount_fen >= 0", name="amount"),
        CheckConstraint("state = 'not_eligible' OR finding_id IS NOT NULL", name="verified"),
        CheckConstraint("state <> 'paid' OR paid_by IS NOT NULL", name="payer"),
        *_apart("proposed_by", "reviewed_by", "approved_by", "approved2_by", "paid_by"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    trigger: Mapped[str] = mapped_column(String(40))
    stage: Mapped[int] = mapped_column(default=1)
    share_no: Mapped[int] = mapped_column(default=1)
    share_of: Mapped[int] = mapped_column(default=1)
    state: Mapped[State] = mapped_column(Word(State))
    back_state: Mapped[State | None] = mapped_column(Word(State))
    version: Mapped[int] = mapped_column(default=1)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))
    facts: Mapped[dict[str, Any]]
    checks: Mapped[list[Any]]
    lines: Mapped[list[Any]]
    total_fen: Mapped[int]
    earlier_fen: Mapped[int] = mapped_column(default=0)
    amount_fen: Mapped[int]
    excluded: Mapped[str | None] = mapped_column(String(40))
    capped_by: Mapped[str | None] = mapped_column(String(60))
    assessed_at: Mapped[datetime]
    notify_by: Mapped[datetime | None]
    proposed_by: Mapped[int | None] = _staff()
    proposed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    reviewed_by: Mapped[int | None] = _staff()
    reviewed_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = _staff()
    approved_at: Mapped[datetime | None]
    approved2_by: Mapped[int | None] = _staff()
    minutes_no: Mapped[str] = mapped_column(String(60), default="")
    approval_hash: Mapped[str | None] = mapped_column(String(64))
    notified_at: Mapped[datetime | None]
    claim_due_at: Mapped[datetime | None]
    next_reminder_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    claim_way: Mapped[Way | None] = mapped_column(Word(Way))
    relation: Mapped[Relation | None] = mapped_column(Word(Relation))
    voucher_no: Mapped[str | None] = mapped_column(String(20), unique=True)
    payee_index: Mapped[str | None] = mapped_column(String(64), index=True)
    claim_hash: Mapped[str | None] = mapped_column(String(64))
    paid_by: Mapped[int | None] = _staff()
    paid_at: Mapped[datetime | None]
    overpaid_fen: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]


class CheckAnswer(Model):
    """What a person said to one line of an award's list; never edited, the last of a line counts.

    `seen` is a digest of the records it rests on: when they change, it has to be given anew.
    """

    __tablename__ = "check_answer"
    __table_args__ = (Index("ix_check_answer_line", "award_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    key: Mapped[str] = mapped_column(String(20))
    ok: Mapped[bool]
    words: Mapped[str] = mapped_column(Text, default="")
    seen: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class Appeal(Model):
    """A reporter's objection to an award: once, answered by somebody else.

    `against` is the reason that barred the award then; None where the amount is at issue.
    """

    __tablename__ = "award_appeal"

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    words: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    against: Mapped[str | None] = mapped_column(String(40))
    upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = _staff()
    decided_at: Mapped[datetime | None]


class Payment(Model):
    """Money that finance says it has paid: recorded once, never moved by this service."""

    __tablename__ = "payment"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    amount_fen: Mapped[int]
    payer_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(String(60), unique=True)
    idem_key: Mapped[str] = mapped_column(String(64), unique=True)
    body_hash: Mapped[str] = mapped_column(String(64))


class PayoutBatch(Model):
    """Payments that go to the bank in one file; `digest` is the file's, the same each time."""

    __tablename__ = "payout_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    amount_fen: Mapped[int]
    digest: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime | None]


class PayoutItem(Model):
    """One payment of a batch; `reference` is its key at the bank, for ever.

    `recheck`: a decision changed while it was on its way, so its answer values the case anew.
    """

    __tablename__ = "payout_item"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("(state = 'confirmed') = (bank_ref IS NOT NULL)", name="bank_ref"),
        Index("uq_payout_item_live", "award_id", unique=True,
              sqlite_where=UNFAILED, postgresql_where=UNFAILED),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"), index=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    reference: Mapped[str] = mapped_column(String(30), unique=True)
    amount_fen: Mapped[int]
    state: Mapped[PayoutState] = mapped_column(Word(PayoutState))
    bank_ref: Mapped[str | None] = mapped_column(String(60), unique=True)
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("opening.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    recheck: Mapped[bool] = mapped_column(default=False)


class PayoutAnswer(Model):
    """One line of a result file as it was read; an open contradiction stops payment."""

    __tablename__ = "payout_answer"
    __table_args__ = (
        Index("ix_payout_answer_open", "outcome",
              sqlite_where=OPEN_CONTRADICTION, postgresql_where=OPEN_CONTRADICTION),
        *_apart("settled_by", "confirmed_by"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("payout_item.id"), index=True)
    file_digest: Mapped[str] = mapped_column(String(64))
    word: Mapped[PayoutState] = mapped_column(Word(PayoutState))
    bank_ref: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[AnswerOutcome] = mapped_column(Word(AnswerOutcome))
    read_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    read_at: Mapped[datetime]
    settled_by: Mapped[int | None] = _staff()
    settled_note: Mapped[str] = mapped_column(Text, default="")
    confirmed_by: Mapped[int | None] = _staff()


class ApproverLevel(Model):
    """Up to which rung of the ladder a person may approve."""

    __tablename__ = "approver_level"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(40))


class LedgerClose(Model):
    """A daily close: ledger, payments and awards compared; a difference stops payment."""

    __tablename__ = "ledger_close"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(40))
    ok: Mapped[bool]
    figures: Mapped[dict[str, Any]]
