"""Patrols: planned by the week, started, a point a tap, ended; attendance is done ÷ planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.accounts import queries as accounts
from app.accounts.permissions import Role
from app.accounts.queries import Actor
from app.accounts.status import Status
from app.audit import service as audit
from app.core.clock import local
from app.core.db import claim, db
from app.core.errors import Invalid, Stale
from app.fieldwork import rules_patrol
from app.fieldwork.models import Patrol, PatrolPlan, PatrolPoint
from app.fieldwork.rules_patrol import Fix
from app.fieldwork.states import PointKind
from app.places import queries as places
from app.worktime import queries as worktime
from app.worktime.calendar import end_of

WEEK = timedelta(days=7)
TRACK_DAYS = 90
"""Positions of staff are kept so long (domain.md §13)."""

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Where a phone is: WGS-84 degrees and accuracy in metres, as far as it told."""

    lng: float | None = None
    lat: float | None = None
    accuracy: float | None = None


NOWHERE = Here()


def plan_batch(now: datetime) -> int:
    """Plan the running week for every grid worker who has a village and none yet; return how many.

    Who is away gets no plan. A worker who comes in the week gets the part that is left of it.
    """
    today = local(now).date()
    week, calendar = rules_patrol.monday(today), worktime.calendar(now=now)
    left = [today + timedelta(days=n) for n in range(7 - today.weekday())]
    policy = rules_patrol.in_force(week)
    wanted = rules_patrol.planned(policy.per_week, sum(calendar.is_working(day) for day in left))
    if not wanted:
        return 0
    there = set(db.session.scalars(select(PatrolPlan.staff_id).where(PatrolPlan.week == week)))
    new = [one for one in workers() if one.staff_id not in there][:BATCH]
    for one in new:
        db.session.add(
            PatrolPlan(
                staff_id=one.staff_id, week=week, due_at=end_of(week + WEEK - timedelta(days=1)),
                township_code=one.area_code, planned=wanted, policy=policy.key, made_at=now,
            )
        )  # fmt: skip
    db.session.flush()
    if new:
        audit.record(
            actor="system", action="patrol.planned", subject=f"week:{week}", now=now,
            detail={"workers": len(new), "each": wanted, "policy": policy.key},
        )  # fmt: skip
    return len(new)


def workers() -> list[Actor]:
    """Return grid workers at work who answer for a village (rank 1)."""
    duties = places.grid_workers(area.code for area in places.grids())
    own = {people[0].staff_id for people in duties.values() if people and people[0].rank == 1}
    return [
        one for one in accounts.holding(Role.GRID_WORKER)
        if one.staff_id in own and one.status is Status.WORKING
    ]  # fmt: skip


def running(staff_id: int) -> Patrol | None:
    """Return the patrol that a person is on."""
    return db.session.scalar(
        select(Patrol).where(Patrol.staff_id == staff_id, Patrol.ended_at.is_(None))
    )


def start(here: Here, *, by: Actor, now: datetime) -> int:
    """Begin a patrol; one at a time. Raises Stale."""
    row = Patrol(
        staff_id=by.staff_id, week=rules_patrol.monday(local(now).date()),
        township_code=by.area_code, started_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Stale("patrol_runs") from None
    patrol_id = row.id
    _point(patrol_id, PointKind.START, here, now=now)
    _note("patrol.started", patrol_id, by=by, now=now)
    return patrol_id


def point(here: Here, *, problem: bool, words: str, by: Actor, now: datetime) -> None:
    """Note one place of the running patrol. Raises Stale, Invalid (a problem without words)."""
    row = running(by.staff_id)
    if row is None:
        raise Stale("patrol_over")
    if problem and not words.strip():
        raise Invalid("patrol_words", field="words")
    kind = PointKind.PROBLEM if problem else PointKind.NORMAL
    _point(row.id, kind, here, now=now, words=words)


def finish(here: Here, *, by: Actor, now: datetime) -> bool:
    """End the running patrol; say whether a position proves it. Raises Stale."""
    row = running(by.staff_id)
    if row is None:
        raise Stale("patrol_over")
    patrol_id, week = row.id, row.week
    _point(patrol_id, PointKind.END, here, now=now)
    fixes = [
        Fix(grid_code=grid, accuracy_m=accuracy)
        for grid, accuracy in db.session.execute(
            select(PatrolPoint.grid_code, PatrolPoint.accuracy).where(
                PatrolPoint.patrol_id == patrol_id
            )
        )
    ]
    own, policy = places.grids_of(by.staff_id), rules_patrol.in_force(week)
    proven = rules_patrol.is_proven(fixes, own, accuracy_m=policy.accuracy_m)
    won = claim(
        update(Patrol)
        .where(Patrol.id == patrol_id, Patrol.ended_at.is_(None))
        .values(ended_at=now, proven=proven)
    )
    if not won:
        raise Stale("patrol_over")
    _note("patrol.ended", patrol_id, by=by, now=now, proven=proven)
    return proven


def _point(
    patrol_id: int, kind: PointKind, here: Here, *, now: datetime, words: str = ""
) -> None:  # fmt: skip
    known = here.lng is not None and here.lat is not None
    grid = places.locate(here.lng, here.lat).grid if known else None
    db.session.add(
        PatrolPoint(
            patrol_id=patrol_id, kind=kind, at=now, grid_code=grid, lng=here.lng, lat=here.lat,
            accuracy=here.accuracy, words=words.strip(),
        )
    )  # fmt: skip
    db.session.flush()


def _note(action: str, patrol_id: int, *, by: Actor, now: datetime, **detail: object) -> None:
    audit.record(actor=by.key, action=action, subject=f"patrol:{patrol_id}", now=now, detail=detail)


def forget_batch(now: datetime, limit: int = BATCH) -> int:
    """Forget positions older than 90 days; village and time stay. Return how many."""
    old = now - timedelta(days=TRACK_DAYS)
    ids: Sequence[int] = db.session.scalars(
        select(PatrolPoint.id)
        .where(PatrolPoint.at < old, PatrolPoint.lng.is_not(None))
        .limit(limit)
    ).all()
    if ids:
        db.session.execute(
            update(PatrolPoint).where(PatrolPoint.id.in_(ids)).values(lng=None, lat=None)
        )
    return len(ids)
