"""Tables of areas, their versions and who is responsible for a grid."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Word
from app.places.rules import Level


class Area(Model):
    """One area as it was last imported; a retired one keeps its name for old cases."""

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[Level] = mapped_column(Word(Level))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="")
    approximate: Mapped[bool] = mapped_column(default=False)
    centre_lng: Mapped[float]
    centre_lat: Mapped[float]
    area_km2: Mapped[float]
    geometry: Mapped[dict[str, Any]]
    version: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)


class AreaVersion(Model):
    """One import; processes compare the newest digest with theirs to know when to read again."""

    __tablename__ = "area_version"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    summary: Mapped[dict[str, Any]]


class GridDuty(Model):
    """Who is sent out in a grid: rank 1 its worker, rank 2 the deputy."""

    __tablename__ = "grid_duty"
    __table_args__ = (UniqueConstraint("grid_code", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    rank: Mapped[int]
