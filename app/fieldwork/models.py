"""Tables of tasks, check-ins, challenges, replies from the site and hand-backs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.fieldwork.rules import Grade
from app.fieldwork.states import HandBackState, Outcome, PointKind, ReplyKind, TaskKind, TaskState

RUNNING = text("ended_at IS NULL")
UNNEEDED = text("no_visit_reason <> ''")


class Task(Model):
    """One worker's piece of a case; `turn` counts within the round, 1 is the visit proper."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_staff_state", "staff_id", "state"),
        Index("ix_task_case_round", "case_id", "round"),
        Index("ix_task_no_visit", "assigned_at", sqlite_where=UNNEEDED, postgresql_where=UNNEEDED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    round: Mapped[int]
    turn: Mapped[int] = mapped_column(default=1)
    kind: Mapped[TaskKind] = mapped_column(Word(TaskKind))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    unit_code: Mapped[str] = mapped_column(String(12))
    state: Mapped[TaskState] = mapped_column(Word(TaskState))
    assigned_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    no_visit_reason: Mapped[str] = mapped_column(Text, default="")
    rework_reason: Mapped[str] = mapped_column(Text, default="")
    passed_reason: Mapped[str | None] = mapped_column(Text)
    site_facts: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))


class ArrivalChallenge(Model):
    """A one-time proof that the arrival page was open on the spot; kept in the record (R-F6)."""

    __tablename__ = "arrival_challenge"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CheckIn(Model):
    """One arrival as told and as graded. `at` is when it happened, `received_at` when we knew.

    Coordinates are WGS-84 degrees, `clock_offset_s` what the server's clock was ahead. A grade C
    waits for a word: `accepted` says whether it counts, the `confirm…` columns who said so.
    """

    __tablename__ = "check_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    device_at: Mapped[datetime | None]
    clock_offset_s: Mapped[float | None]
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    distance_m: Mapped[float | None]
    grade: Mapped[Grade] = mapped_column(Word(Grade))
    reasons: Mapped[list[Any]]
    words: Mapped[str] = mapped_column(Text, default="")
    photo_id: Mapped[str | None] = mapped_column(String(32))
    offline: Mapped[bool] = mapped_column(default=False)
    challenge: Mapped[str | None] = mapped_column(String(32))
    accepted: Mapped[bool | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_at: Mapped[datetime | None]
    confirm_reason: Mapped[str] = mapped_column(Text, default="")


class FieldReceipt(Model):
    """A form of the field that was taken, by the key that its page made; written once."""

    __tablename__ = "field_receipt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class SiteReply(Model):
    """What the unit tells the reporters: the four elements, and words (domain.md §3)."""

    __tablename__ = "site_reply"
    __table_args__ = (Index("ix_site_reply_case_round", "case_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    round: Mapped[int]
    kind: Mapped[ReplyKind] = mapped_column(Word(ReplyKind))
    accepted_on: Mapped[date]
    talked_to: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text)
    time_limit: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, default="")
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class HandBack(Model):
    """A unit's request to give a case back, and what became of it (move 19)."""

    __tablename__ = "hand_back"
    __table_args__ = (Index("ix_hand_back_case_state", "case_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    until: Mapped[datetime | None]
    suggested_unit: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[HandBackState] = mapped_column(Word(HandBackState), index=True)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class PatrolPlan(Model):
    """How many patrols a worker is to make in the week that begins on `week`, a Monday."""

    __tablename__ = "patrol_plan"
    __table_args__ = (UniqueConstraint("staff_id", "week"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    week: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(index=True)
    township_code: Mapped[str] = mapped_column(String(12))
    planned: Mapped[int]
    policy: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]


class Patrol(Model):
    """One patrol from its start to its end; proven where one position lies in an own village.

    One without such a position counts once the duty officer accepts it, with a reason.
    """

    __tablename__ = "patrol"
    __table_args__ = (
        Index("ix_patrol_staff_week", "staff_id", "week"),
        Index(
            "ix_patrol_running", "staff_id", unique=True, sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        CheckConstraint("judged_by <> staff_id", name="second_person"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    week: Mapped[date]
    township_code: Mapped[str] = mapped_column(String(12))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    proven: Mapped[bool] = mapped_column(default=False)
    accepted: Mapped[bool | None]
    judged_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    judged_at: Mapped[datetime | None]
    judged_reason: Mapped[str] = mapped_column(Text, default="")


class PatrolPoint(Model):
    """What a patrol saw at one place; the position itself is forgotten after 90 days."""

    __tablename__ = "patrol_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    patrol_id: Mapped[int] = mapped_column(ForeignKey("patrol.id"), index=True)
    kind: Mapped[PointKind] = mapped_column(Word(PointKind))
    at: Mapped[datetime] = mapped_column(index=True)
    grid_code: Mapped[str | None] = mapped_column(String(12))
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    words: Mapped[str] = mapped_column(Text, default="")
