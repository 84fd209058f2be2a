"""Tables of staff, their recovery codes and their web sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.status import Status
from app.core.db import Model, Word

__all__ = ["RecoveryCode", "Staff", "Status", "WebSession"]


class Staff(Model):
    """One account; `person_index` is the blind index of the natural person behind it."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    roles: Mapped[list[Any]]
    area_code: Mapped[str] = mapped_column(String(40), default="")
    status: Mapped[Status] = mapped_column(Word(Status), default=Status.WORKING)
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    totp_step: Mapped[int] = mapped_column(default=0)
    person_index: Mapped[str | None] = mapped_column(String(32), index=True)
    created_at: Mapped[datetime]


class RecoveryCode(Model):
    """A code that replaces the second factor once; only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    used_at: Mapped[datetime | None]


class WebSession(Model):
    """One sign-in on one browser: the cookie holds a random id, the row its hash.

    `complete` is False between the password and the second factor.
    """

    __tablename__ = "web_session"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    complete: Mapped[bool]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
