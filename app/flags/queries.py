"""Read flags: of a case, those that wait, and how many were false alarms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts import queries as accounts
from app.cases.models import Case
from app.core.db import db
from app.core.errors import NotFound
from app.core.paging import Page
from app.flags.kinds import FlagKind, Verdict
from app.flags.models import Flag, FlagCase


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagView:
    """A flag as pages show it; `cases` are the numbers of those it is shown at."""

    id: int
    kind: FlagKind
    turn: int
    size: int
    evidence: dict[str, Any]
    raised_at: datetime
    verdict: Verdict | None
    reason: str
    answered_by: str
    answered_at: datetime | None
    cases: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether it waits for a person."""
        return self.verdict is None


def by_id(flag_id: int) -> FlagView:
    """Return one flag. Raises NotFound."""
    flag = db.session.get(Flag, flag_id)
    if flag is None:
        raise NotFound("no_such_flag")
    return _views([flag])[0]


def of_case(case_id: int) -> list[FlagView]:
    """Return the flags shown at a case: open ones first, then the answered, newest first."""
    mine = select(FlagCase.flag_id).where(FlagCase.case_id == case_id)
    rows = db.session.scalars(select(Flag).where(Flag.id.in_(mine)).order_by(Flag.id.desc()))
    return sorted(_views(rows.all()), key=lambda flag: not flag.open)


def page(*, open_ones: bool = True, number: int = 1, size: int = 50) -> Page[FlagView]:
    """Return a page of the flags that wait, oldest first, or of the answered, newest first."""
    wanted = Flag.verdict.is_(None) if open_ones else Flag.verdict.is_not(None)
    order = Flag.raised_at if open_ones else Flag.answered_at.desc()
    total = db.session.scalar(select(func.count()).select_from(Flag).where(wanted)) or 0
    rows = db.session.scalars(
        select(Flag).where(wanted).order_by(order, Flag.id).limit(size).offset((number - 1) * size)
    )
    return Page(rows=_views(rows.all()), number=number, size=size, total=total)


def verdicts() -> dict[Verdict, int]:
    """Return how many flags got each answer: the share of false alarms is shown (features.md)."""
    rows = db.session.execute(
        select(Flag.verdict, func.count()).where(Flag.verdict.is_not(None)).group_by(Flag.verdict)
    )
    return {verdict: count for verdict, count in rows if verdict is not None}


def _views(rows: Sequence[Flag]) -> list[FlagView]:
    people = accounts.by_ids({row.answered_by for row in rows if row.answered_by})
    numbers: dict[int, list[str]] = {}
    shown = db.session.execute(
        select(FlagCase.flag_id, Case.number)
        .join(Case, Case.id == FlagCase.case_id)
        .where(FlagCase.flag_id.in_([row.id for row in rows]))
        .order_by(Case.id)
    )
    for flag_id, number in shown:
        numbers.setdefault(flag_id, []).append(number)
    return [
        FlagView(
            id=row.id, kind=row.kind, turn=row.turn, size=row.size, evidence=row.evidence,
            raised_at=row.raised_at, verdict=row.verdict, reason=row.reason,
            answered_by=people[row.answered_by].name if row.answered_by in people else "",
            answered_at=row.answered_at, cases=tuple(numbers.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip
