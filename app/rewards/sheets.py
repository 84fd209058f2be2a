"""Read one award as the work sheet shows it: records, arithmetic, ladder, budget, who signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts import queries as accounts
from app.cases import queries as cases
from app.core.db import db
from app.enforcement.models import Finding
from app.intake.models import Report
from app.rewards import approval, ledger, matter, moves, queries
from app.rewards.matter import Matter
from app.rewards.models import Award
from app.rewards.queries import AwardView

TRAIL = (
    ("proposed", "proposed_by", "proposed_at"),
    ("reviewed", "reviewed_by", "reviewed_at"),
    ("approved", "approved_by", "approved_at"),
    ("approved_second", "approved2_by", "approved_at"),
    ("paid", "paid_by", "paid_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One step of the trail and who took it."""

    key: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything the clerk and the approver read before they sign; nothing of the reporter."""

    award: AwardView
    case_number: str
    category: str
    township_code: str | None
    received_at: datetime
    finding: str | None
    found_at: datetime | None
    filed_at: datetime | None
    decided_at: datetime | None
    fine_fen: int | None
    cause: str
    measure: str | None
    level: str
    needs_review: bool
    needs_second: bool
    needs_minutes: bool
    note: str
    minutes_no: str
    notify_by: datetime | None
    budget_year: int
    budget_left_fen: int
    trail: tuple[Signature, ...]
    people: frozenset[int]


def sheet(award_id: int, *, now: datetime) -> Sheet:
    """Return the work sheet of an award. Raises NotFound."""
    row = moves.get(award_id)
    found = matter.of_case(row.case_id)
    case = cases.by_id(row.case_id)
    report = db.session.get_one(Report, row.report_id)
    finding = db.session.get(Finding, row.finding_id) if row.finding_id else None
    rung, year = approval.rung_of(row), ledger.year_of(now)
    return Sheet(
        award=queries.views([row])[0], case_number=case.number, category=case.category,
        township_code=case.township_code, received_at=report.received_at,
        finding=str(finding.kind) if finding else None,
        found_at=finding.set_at if finding else None, **_penalty(found, report), level=rung.level,
        needs_review=rung.review, needs_second=rung.second, needs_minutes=rung.minutes,
        note=row.note, minutes_no=row.minutes_no, notify_by=row.notify_by, budget_year=year,
        budget_left_fen=ledger.balances().get(ledger.budget(year), 0), trail=_trail(row),
        people=frozenset(getattr(row, name) for name in moves.PEOPLE if getattr(row, name)),
    )  # fmt: skip


def _penalty(found: Matter, report: Report) -> dict[str, Any]:
    """Return the newest penalty that the report brought about; fines that stand as one sum."""
    rows = found.brought_about_by(report)
    standing = [row for row in rows if row.revoked_at is None] or rows[-1:]
    if not rows:
        return dict.fromkeys(("filed_at", "decided_at", "fine_fen", "measure")) | {"cause": ""}
    row, fines = standing[-1], [one.amount_fen for one in standing if one.amount_fen is not None]
    return {
        "filed_at": row.measure_at, "decided_at": row.decided_at,
        "fine_fen": sum(fines) if fines else None,
        "measure": str(row.measure), "cause": row.cause,
    }  # fmt: skip


def _trail(row: Award) -> tuple[Signature, ...]:
    people = accounts.by_ids({getattr(row, by) for _, by, _ in TRAIL} - {None})
    return tuple(
        Signature(key=key, name=people[getattr(row, by)].name, at=getattr(row, at))
        for key, by, at in TRAIL
        if getattr(row, by) in people
    )
