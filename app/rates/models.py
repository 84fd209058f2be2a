"""Tables of the rates: exclusions by hand, published months with their rows, tallies of days."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import append_only
from app.core.db import Model, Word
from app.rates import triggers
from app.rates.words import ExclusionState


class Exclusion(Model):
    """A record left out by hand: proposed by one person, approved by another, both with a reason.

    Without `report_id` it is about the case.
    """

    __tablename__ = "rate_exclusion"
    __table_args__ = (Index("ix_rate_exclusion_case", "case_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    reason: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text)
    state: Mapped[ExclusionState] = mapped_column(Word(ExclusionState))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class Month(Model):
    """A published month: what it said then, by which definition; never changed.

    `digest` is the SHA-256 of the file that `published.export` writes of its rows.
    """

    __tablename__ = "rate_month"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    definition: Mapped[str] = mapped_column(String(20))
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    count: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class MonthRow(Model):
    """One record of a published month as it counted then."""

    __tablename__ = "rate_month_row"

    month: Mapped[str] = mapped_column(ForeignKey("rate_month.month"), primary_key=True)
    rate: Mapped[str] = mapped_column(String(20), primary_key=True)
    record: Mapped[str] = mapped_column(String(30), primary_key=True)
    case_number: Mapped[str] = mapped_column(String(12))
    township_code: Mapped[str] = mapped_column(String(12))
    unit_code: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(String(4))
    urgency: Mapped[str] = mapped_column(String(10))
    counted_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    good: Mapped[bool]
    excluded: Mapped[str] = mapped_column(String(30))


class Tally(Model):
    """How many records of a rate a township had on one county day: a copy of a raw count."""

    __tablename__ = "rate_tally"

    rate: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    township_code: Mapped[str] = mapped_column(String(12), primary_key=True)
    top: Mapped[int]
    bottom: Mapped[int]
    excluded: Mapped[int]


class Changed(Model):
    """A mark, left by a trigger: something that a rate counts on this county day has changed.

    Until `tally.refresh` has counted the day anew, readers count it from its rows.
    """

    __tablename__ = "rate_changed"
    __table_args__ = (Index("ix_rate_changed_day", "rate", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rate: Mapped[str] = mapped_column(String(20))
    day: Mapped[date]


GUARDED = (Month.__table__, MonthRow.__table__)
KEPT = "a published month never changes"
append_only.guard(*GUARDED, why=KEPT)

MARKS = {name: triggers.statements(name) for name in ("sqlite", "postgresql")}
"""What marks the days; it needs the tables of all features, so it is made after them."""


for _dialect, _statements in MARKS.items():
    append_only.make_after(Model.metadata, _dialect, _statements)
