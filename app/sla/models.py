"""Tables of clocks and their ledgers; the database itself refuses to change a ledger line."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import append_only
from app.core.db import Model, Word
from app.sla.kinds import (
    ClockKind,
    ClockState,
    EntryKind,
    ExtensionState,
    PauseReason,
    SuspensionState,
)
from app.sla.policies import OWN
from app.worktime.rules import Unit

KEPT = "a clock ledger is append-only"

SWEPT = "state = 'running' AND breached_at IS NULL AND error IS NULL"


def _partial(name: str, column: str, condition: str) -> Index:
    return Index(name, column, sqlite_where=text(condition), postgresql_where=text(condition))


class Clock(Model):
    """One running time limit; its columns are what `rules.replay` says of its ledger.

    `whole` is the limit in seconds of its own unit; `warn_at` and `near_at` are the moments at
    which 50 and 80 % are used. `subject` names what is neither report nor task ("order:3").
    `recount` asks for a new count after a calendar was loaded; `error` sets the row aside.
    """

    __tablename__ = "clock"
    __table_args__ = (
        Index("ix_clock_case", "case_id", "kind"),
        Index("ix_clock_cohort", "kind", "due_at"),
        _partial("ix_clock_breach", "due_at", SWEPT),
        _partial("ix_clock_warn", "warn_at", f"{SWEPT} AND warned_at IS NULL"),
        _partial("ix_clock_near", "near_at", f"{SWEPT} AND near_at_done IS NULL"),
        _partial("ix_clock_cap", "pause_until", "state = 'paused'"),
        _partial("ix_clock_overdue", "due_at", "state = 'running' AND breached_at IS NOT NULL"),
        _partial("ix_clock_provisional", "due_at", "provisional"),
        _partial("ix_clock_recount", "due_at", "recount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    task_id: Mapped[int | None]
    subject: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[ClockKind] = mapped_column(Word(ClockKind))
    round: Mapped[int]
    urgency: Mapped[str] = mapped_column(String(10))
    unit_code: Mapped[str] = mapped_column(String(12))
    township_code: Mapped[str] = mapped_column(String(12))
    grid_code: Mapped[str] = mapped_column(String(12))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    length: Mapped[int]
    unit: Mapped[Unit] = mapped_column(Word(Unit))
    whole: Mapped[int]
    policy: Mapped[str] = mapped_column(String(40))
    state: Mapped[ClockState] = mapped_column(Word(ClockState))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    held_due_at: Mapped[datetime | None]
    origin_due_at: Mapped[datetime]
    warn_at: Mapped[datetime | None]
    near_at: Mapped[datetime | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    extended: Mapped[bool] = mapped_column(default=False)
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None] = mapped_column(String(30))
    pause_until: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    on_time: Mapped[bool | None]
    pending: Mapped[bool] = mapped_column(default=False)
    warned_at: Mapped[datetime | None]
    near_at_done: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    entries: Mapped[int] = mapped_column(default=1)
    recount: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(Text)


class ClockEntry(Model):
    """One line of a clock's ledger; written once."""

    __tablename__ = "clock_entry"

    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[EntryKind] = mapped_column(Word(EntryKind))
    at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]]


class Extension(Model):
    """A request for more time on a clock, asked and decided before it expires; once a clock."""

    __tablename__ = "clock_extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    length: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ExtensionState] = mapped_column(Word(ExtensionState))
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class Storm(Model):
    """A storm over a township: until its end what begins to run there stands still as well."""

    __tablename__ = "storm"

    id: Mapped[int] = mapped_column(primary_key=True)
    township_code: Mapped[str] = mapped_column(String(12), index=True)
    warning: Mapped[str] = mapped_column(String(80))
    begun_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    begun_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]


class Suspension(Model):
    """A unit's wish to let a case rest, and what became of it (move 18); `words` are public.

    `until` is the end of the cap, at which the case goes on by itself.
    """

    __tablename__ = "suspension"
    __table_args__ = (Index("ix_suspension_state_until", "state", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    reason: Mapped[PauseReason] = mapped_column(Word(PauseReason))
    words: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    review_on: Mapped[date]
    state: Mapped[SuspensionState] = mapped_column(Word(SuspensionState))
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(40), default="")


append_only.guard(ClockEntry.__table__, why=KEPT)


class PolicyVersion(Model):
    """Limits that the county set; never edited, and taken back only before its first day."""

    __tablename__ = "clock_policy"
    __table_args__ = (CheckConstraint("proposed_by <> activated_by", name="second_person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    document: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime]
    activated_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    activated_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None]

    @property
    def key(self) -> str:
        """The name by which clocks remember it."""
        return f"{OWN}{self.id}"
