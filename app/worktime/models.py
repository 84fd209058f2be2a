"""Tables of the calendar: days that differ from the week, and years whose notice is published."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.worktime.calendar import DayKind


class CalendarYear(Model):
    """A year whose notice is loaded; `stamp` is the digest of its days, `version` counts loads."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    doc_no: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
    stamp: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[str] = mapped_column(String(40))


class CalendarDay(Model):
    """One day that is not what its weekday says."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column("date", primary_key=True)
    kind: Mapped[DayKind] = mapped_column(Word(DayKind))
    doc_no: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
