"""Tables of ratings, call-backs, and of the wishes that a supervisor answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.feedback.rules import RequestState, Satisfaction, Solved
from app.feedback.rules_calls import CallOutcome, CallReason, CallState


class Rating(Model):
    """What one reporter says of the outcome; `by` is "reporter" or the member of staff who called.

    It may be changed until `window_ends_at`; `changed_at` is the last time that it was.
    """

    __tablename__ = "rating"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    round: Mapped[int]
    solved: Mapped[Solved] = mapped_column(Word(Solved))
    satisfaction: Mapped[Satisfaction] = mapped_column(Word(Satisfaction))
    attitude: Mapped[Satisfaction | None] = mapped_column(Word(Satisfaction))
    reasons: Mapped[list[Any]]
    words: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    window_ends_at: Mapped[datetime]


class Wish(Model):
    """What a reporter wishes and a supervisor answers: the words of both, and until when."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[RequestState] = mapped_column(Word(RequestState))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class ReopenRequest(Wish):
    """A reporter's wish to have a closed case taken up again, and the supervisor's answer."""

    __tablename__ = "reopen_request"
    __table_args__ = (Index("ix_reopen_request_state_due", "state", "due_at"),)

    round: Mapped[int]


class CallBack(Model):
    """A reporter who is to be called after closing; one a report and round."""

    __tablename__ = "call_back"
    __table_args__ = (
        UniqueConstraint("report_id", "round"),
        Index("ix_call_back_state", "state", "opened_at"),
        Index("ix_call_back_opened_at", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    round: Mapped[int]
    reason: Mapped[CallReason] = mapped_column(Word(CallReason))
    state: Mapped[CallState] = mapped_column(Word(CallState))
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(Text, default="")


class Call(Model):
    """One call through the telephone bridge; no number in it, and none is shown to who calls."""

    __tablename__ = "call"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_back_id: Mapped[int] = mapped_column(ForeignKey("call_back.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    outcome: Mapped[CallOutcome | None] = mapped_column(Word(CallOutcome))


class Objection(Wish):
    """A reporter's objection to the rejection, once a report, and the answer (move 4)."""

    __tablename__ = "objection"
    __table_args__ = (Index("ix_objection_state_due", "state", "due_at"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), unique=True)


class Review(Wish):
    """A request to review the outcome, each of the two stages once a round, and the answer.

    `authority` and `paper` name who reviewed it and the document that says so.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("report_id", "round", "stage"),
        Index("ix_review_state_due", "state", "due_at"),
    )

    round: Mapped[int]
    stage: Mapped[int]
    authority: Mapped[str] = mapped_column(Text, default="")
    paper: Mapped[str] = mapped_column(Text, default="")
