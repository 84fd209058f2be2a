"""Tables of reports and of unfinished ones."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.intake.submission import ContactMode, Datum, Happening, Source


class Report(Model):
    """One submission by one reporter, never edited; no identity in it (R-A1).

    Ids grow in the order of the server's commits (decision 7): the writer holds the one write
    lock of SQLite, or the audit head's row on PostgreSQL, until its commit.
    """

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[Source] = mapped_column(Word(Source))
    received_at: Mapped[datetime] = mapped_column(index=True)
    device_at: Mapped[datetime | None]
    kinds: Mapped[list[Any]]
    happening: Mapped[Happening] = mapped_column(Word(Happening))
    words: Mapped[str] = mapped_column(Text)
    suspect: Mapped[str] = mapped_column(Text, default="")
    place_words: Mapped[str] = mapped_column(Text, default="")
    lng: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    crs: Mapped[Datum] = mapped_column(Word(Datum))
    raw_lng: Mapped[float | None]
    raw_lat: Mapped[float | None]
    place_flag: Mapped[str | None] = mapped_column(String(20))
    grid_code: Mapped[str | None] = mapped_column(String(12))
    township_code: Mapped[str | None] = mapped_column(String(12))
    contact_mode: Mapped[ContactMode] = mapped_column(Word(ContactMode))
    digest: Mapped[str] = mapped_column(String(64))
    ordinal_in_case: Mapped[int] = mapped_column(default=1)
    test: Mapped[bool] = mapped_column(default=False)
    refuses_reply: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None]


class Draft(Model):
    """An unfinished form that the server keeps for a day, for browsers without scripts."""

    __tablename__ = "draft"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fields: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class Note(Model):
    """Something a reporter or the desk added to a report later: an answer, a question, a word."""

    __tablename__ = "report_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
