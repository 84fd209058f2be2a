"""The vault's tables: nothing in them names a person in plain."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.identity.rules import Kinship

STANDS = text("withdrawn_at IS NULL")


class Vault(StrEnum):
    """What an opening opens: the phone number a reporter left, or the payee of an award."""

    CONTACT = "contact"
    PAYEE = "payee"


class TrackingCode(Model):
    """Only the keyed hash of a report's code."""

    __tablename__ = "tracking_code"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("report.id"), primary_key=True, autoincrement=False
    )
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]


class ClaimSecret(Model):
    """The six digits that a reporter chose for collecting a reward; five wrong tries lock a day."""

    __tablename__ = "claim_secret"
    __table_args__ = (
        Index(
            "ix_claim_secret_locked_until", "locked_until",
            sqlite_where=text("locked_until IS NOT NULL"),
            postgresql_where=text("locked_until IS NOT NULL"),
        ),
    )  # fmt: skip

    report_id: Mapped[int] = mapped_column(
        ForeignKey("report.id"), primary_key=True, autoincrement=False
    )
    secret_hash: Mapped[str] = mapped_column(String(200))
    tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    set_at: Mapped[datetime]


class Contact(Model):
    """The phone number that a reporter left for messages, sealed."""

    __tablename__ = "contact"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("report.id"), primary_key=True, autoincrement=False
    )
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16))
    phone_index: Mapped[str] = mapped_column(String(16), index=True)
    left_at: Mapped[datetime]


class Payee(Model):
    """Who is to be paid for an award, sealed to the custodian."""

    __tablename__ = "payee"

    award_id: Mapped[int] = mapped_column(
        ForeignKey("award.id"), primary_key=True, autoincrement=False
    )
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    payee_index: Mapped[str] = mapped_column(String(16), index=True)
    sealed_at: Mapped[datetime]
    purge_after: Mapped[datetime | None] = mapped_column(index=True)


class Opening(Model):
    """One wish to see an identity: asked with a reason, approved by another, used once in time."""

    __tablename__ = "opening"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    vault: Mapped[Vault] = mapped_column(Word(Vault))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    refused_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]


class Relative(Model):
    """A near relative whom a member of staff declared: keyed indexes only, no number and no name.

    A row is never edited; withdrawn, it still counts for what was reported before.
    """

    __tablename__ = "relative"
    __table_args__ = (
        CheckConstraint("person_index IS NOT NULL OR phone_index IS NOT NULL", name="some_index"),
        Index("uq_relative_person", "staff_id", "person_index", unique=True,
              sqlite_where=STANDS, postgresql_where=STANDS),
        Index("uq_relative_phone", "staff_id", "phone_index", unique=True,
              sqlite_where=STANDS, postgresql_where=STANDS),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    kinship: Mapped[Kinship] = mapped_column(Word(Kinship))
    person_index: Mapped[str | None] = mapped_column(String(16), index=True)
    phone_index: Mapped[str | None] = mapped_column(String(16), index=True)
    declared_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
