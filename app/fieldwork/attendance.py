"""巡查到位率: patrols made of those planned, by worker and week, and the patrols behind it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, false, func, select

from app.core.clock import local
from app.core.db import db
from app.core.paging import Page
from app.fieldwork import rules_patrol
from app.fieldwork.models import Patrol, PatrolPlan, PatrolPoint
from app.fieldwork.states import PointKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What one worker was to do in one week and did; what is `unproven` counts for nothing yet."""

    staff_id: int
    week: date
    township_code: str
    planned: int
    done: int
    unproven: int

    @property
    def counted(self) -> int:
        """Patrols as attendance counts them: never more than were planned."""
        return min(self.done, self.planned)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolView:
    """One patrol with what it noted."""

    id: int
    staff_id: int
    township_code: str
    started_at: datetime
    ended_at: datetime | None
    proven: bool
    accepted: bool | None
    judged_reason: str
    points: int
    problems: int

    @property
    def counts(self) -> bool:
        """Whether attendance counts it: by its position, or by the duty officer's word."""
        return self.proven or self.accepted is True


@dataclass(frozen=True, slots=True, kw_only=True)
class PointView:
    """One place that a patrol noted."""

    kind: PointKind
    at: datetime
    grid_code: str | None
    accuracy: float | None
    words: str


def weeks(
    start: datetime, end: datetime, *, now: datetime, township_code: str | None = None,
    staff_id: int | None = None,
) -> list[Week]:  # fmt: skip
    """Return the planned weeks that ended between two moments and before now."""
    wanted = [PatrolPlan.due_at >= start, PatrolPlan.due_at < end, PatrolPlan.due_at < now]
    if township_code is not None:
        wanted.append(PatrolPlan.township_code == township_code)
    if staff_id is not None:
        wanted.append(PatrolPlan.staff_id == staff_id)
    return _weeks(wanted)


def planned_in(week: date) -> list[Week]:
    """Return the plans of one week and what was made of them, also while it runs."""
    return _weeks([PatrolPlan.week == week])


def this_week(staff_id: int, *, now: datetime) -> Week | None:
    """Return a person's running week; None where nothing is planned."""
    week = rules_patrol.monday(local(now).date())
    found = _weeks([PatrolPlan.week == week, PatrolPlan.staff_id == staff_id])
    return found[0] if found else None


def _weeks(wanted: Sequence[ColumnElement[bool]]) -> list[Week]:
    over = Patrol.ended_at.is_not(None)
    good = Patrol.proven.is_(True) | func.coalesce(Patrol.accepted, false())
    proven, other = and_(over, good), and_(over, ~good)
    mine = and_(Patrol.staff_id == PatrolPlan.staff_id, Patrol.week == PatrolPlan.week)
    rows = db.session.execute(
        select(
            PatrolPlan.staff_id, PatrolPlan.week, PatrolPlan.township_code, PatrolPlan.planned,
            func.coalesce(func.sum(case((proven, 1), else_=0)), 0),
            func.coalesce(func.sum(case((other, 1), else_=0)), 0),
        )
        .outerjoin(Patrol, mine)
        .where(*wanted)
        .group_by(
            PatrolPlan.id, PatrolPlan.staff_id, PatrolPlan.week, PatrolPlan.township_code,
            PatrolPlan.planned,
        )
        .order_by(PatrolPlan.week.desc(), PatrolPlan.township_code, PatrolPlan.staff_id)
    )  # fmt: skip
    return [
        Week(staff_id=row[0], week=row[1], township_code=row[2], planned=row[3],
             done=int(row[4]), unproven=int(row[5]))
        for row in rows
    ]  # fmt: skip


def patrols(
    *, staff_id: int | None = None, week: date | None = None, number: int = 1, size: int = 50
) -> Page[PatrolView]:
    """Return patrols, the newest first, of one person and week where given."""
    wanted = []
    if staff_id is not None:
        wanted.append(Patrol.staff_id == staff_id)
    if week is not None:
        wanted.append(Patrol.week == week)
    return _patrols(wanted, number=number, size=size)


def to_judge(*, number: int = 1, size: int = 50) -> Page[PatrolView]:
    """Return ended patrols that no position proves and nobody judged, the newest first."""
    wanted = [
        Patrol.ended_at.is_not(None), Patrol.proven.is_(False), Patrol.accepted.is_(None)
    ]  # fmt: skip
    return _patrols(wanted, number=number, size=size)


def _patrols(
    wanted: Sequence[ColumnElement[bool]], *, number: int, size: int
) -> Page[PatrolView]:  # fmt: skip
    total = db.session.scalar(select(func.count()).select_from(Patrol).where(*wanted)) or 0
    noted = PatrolPoint.kind.in_((PointKind.NORMAL, PointKind.PROBLEM))
    rows = db.session.execute(
        select(
            Patrol,
            func.coalesce(func.sum(case((noted, 1), else_=0)), 0),
            func.coalesce(func.sum(case((PatrolPoint.kind == PointKind.PROBLEM, 1), else_=0)), 0),
        )
        .outerjoin(PatrolPoint, PatrolPoint.patrol_id == Patrol.id)
        .where(*wanted)
        .group_by(Patrol.id)
        .order_by(Patrol.started_at.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    found = [_patrol(row[0], int(row[1]), int(row[2])) for row in rows]
    return Page(rows=found, number=number, size=size, total=total)


def _patrol(row: Patrol, points: int, problems: int) -> PatrolView:
    return PatrolView(
        id=row.id, staff_id=row.staff_id, township_code=row.township_code,
        started_at=row.started_at, ended_at=row.ended_at, proven=row.proven, accepted=row.accepted,
        judged_reason=row.judged_reason, points=points, problems=problems,
    )  # fmt: skip


def said(patrol_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the words of what patrols noted, the first first, in one statement."""
    rows = db.session.execute(
        select(PatrolPoint.patrol_id, PatrolPoint.words)
        .where(PatrolPoint.patrol_id.in_(patrol_ids), PatrolPoint.words != "")
        .order_by(PatrolPoint.id)
    )
    found: dict[int, list[str]] = {}
    for patrol_id, words in rows:
        found.setdefault(patrol_id, []).append(words)
    return found


def points(patrol_id: int) -> list[PointView]:
    """Return what a patrol noted, the first first; positions are not given out."""
    rows = db.session.scalars(
        select(PatrolPoint).where(PatrolPoint.patrol_id == patrol_id).order_by(PatrolPoint.id)
    )
    return [
        PointView(kind=row.kind, at=row.at, grid_code=row.grid_code, accuracy=row.accuracy,
                  words=row.words)
        for row in rows
    ]  # fmt: skip
