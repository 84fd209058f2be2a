"""Read reports and drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from app.cases.models import Case
from app.core.db import db
from app.core.errors import NotFound
from app.intake.models import Draft, Note, Report
from app.intake.submission import ContactMode, Happening, Source
from app.media.models import Holder, Photo

FIELDS = (
    "id", "case_id", "source", "received_at", "kinds", "happening", "words", "suspect",
    "place_words", "lng", "lat", "accuracy", "place_flag", "grid_code", "township_code",
    "contact_mode", "digest", "ordinal_in_case", "refuses_reply", "withdrawn_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report as case pages read it; it holds no identity."""

    id: int
    case_id: int
    source: Source
    received_at: datetime
    kinds: list[str]
    happening: Happening
    words: str
    suspect: str
    place_words: str
    lng: float | None
    lat: float | None
    accuracy: float | None
    place_flag: str | None
    grid_code: str | None
    township_code: str | None
    contact_mode: ContactMode
    digest: str
    ordinal_in_case: int
    refuses_reply: bool
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """Something added to a report later."""

    kind: str
    words: str
    actor: str
    at: datetime


def view(report: Report) -> ReportView:
    """Return the plain values of a report."""
    return ReportView(**{name: getattr(report, name) for name in FIELDS})


def by_id(report_id: int) -> ReportView:
    """Return one report. Raises NotFound."""
    report = db.session.get(Report, report_id)
    if report is None:
        raise NotFound("no_such_report")
    return view(report)


def of_case(case_id: int) -> list[ReportView]:
    """Return the reports of a case in the order in which they were received."""
    rows = db.session.scalars(select(Report).where(Report.case_id == case_id).order_by(Report.id))
    return [view(row) for row in rows]


def of_matter(case_id: int) -> list[ReportView]:
    """Return the reports of a case and of the cases merged into it: all who wait for its news."""
    merged = select(Case.id).where(Case.merged_into_id == case_id)
    rows = db.session.scalars(
        select(Report)
        .where(or_(Report.case_id == case_id, Report.case_id.in_(merged)))
        .order_by(Report.id)
    )
    return [view(row) for row in rows]


def of_cases(case_ids: Sequence[int]) -> dict[int, list[ReportView]]:
    """Return the reports of several cases in one statement."""
    found: dict[int, list[ReportView]] = {}
    rows = db.session.scalars(
        select(Report).where(Report.case_id.in_(case_ids)).order_by(Report.id)
    )
    for row in rows:
        found.setdefault(row.case_id, []).append(view(row))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How a case was first told, and how many reports and photos there are."""

    source: Source
    reports: int
    photos: int


def summaries(case_ids: Sequence[int]) -> dict[int, Summary]:
    """Return what the reports of many cases come to, in two statements."""
    per_case = (
        select(Report.case_id, func.min(Report.id).label("first"), func.count().label("reports"))
        .where(Report.case_id.in_(case_ids)).group_by(Report.case_id).subquery()
    )  # fmt: skip
    rows = db.session.execute(
        select(per_case.c.case_id, per_case.c.reports, Report.source)
        .join(Report, Report.id == per_case.c.first)
    )  # fmt: skip
    photos = {row[0]: row[1] for row in db.session.execute(
        select(Report.case_id, func.count())
        .join(Photo, (Photo.holder_id == Report.id) & (Photo.holder_kind == Holder.REPORT))
        .where(Report.case_id.in_(case_ids)).group_by(Report.case_id)
    )}  # fmt: skip
    return {
        row.case_id: Summary(
            source=row.source, reports=row.reports, photos=photos.get(row.case_id, 0)
        )
        for row in rows
    }


def received_between(start: datetime, end: datetime) -> int:
    """Count the reports received in [start, end), tests left out (domain.md §2)."""
    wanted = (Report.received_at >= start, Report.received_at < end, Report.test.is_(False))
    return db.session.scalar(select(func.count()).select_from(Report).where(*wanted)) or 0


def notes(report_id: int) -> list[NoteView]:
    """Return what was added to a report, oldest first."""
    rows = db.session.scalars(select(Note).where(Note.report_id == report_id).order_by(Note.id))
    return [NoteView(kind=r.kind, words=r.words, actor=r.actor, at=r.at) for r in rows]


def load_draft(key: str) -> dict[str, Any] | None:
    """Return the fields of an unfinished form, None when there is none (any more)."""
    draft = db.session.get(Draft, key)
    return None if draft is None else dict(draft.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """An unfinished form that somebody comes back to."""

    key: str
    fields: dict[str, Any]
    updated_at: datetime


def drafts(prefix: str) -> list[DraftView]:
    """Return the unfinished forms whose keys begin with `prefix`, the newest first."""
    rows = db.session.scalars(
        select(Draft).where(Draft.key.startswith(prefix, autoescape=True))
        .order_by(Draft.updated_at.desc())
    )  # fmt: skip
    return [DraftView(key=r.key, fields=dict(r.fields), updated_at=r.updated_at) for r in rows]
