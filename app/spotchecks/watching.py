"""跟踪复查: 30 and 90 days after closing the village's worker sees whether it is still in order."""

from datetime import datetime, timedelta

from sqlalchemy import Select, case, exists, select

from app.accounts.models import Staff
from app.accounts.status import Status
from app.audit import service as audit
from app.cases.models import Case
from app.core.db import db
from app.places import queries as places
from app.sla.kinds import ClockKind, ClockState
from app.sla.models import Clock
from app.sla.rules_moves import WATCH, WATCHES
from app.spotchecks.giving import give
from app.spotchecks.kinds import Occasion, SpotState
from app.spotchecks.models import SpotCheck
from app.worktime.calendar import end_of, local

AHEAD = timedelta(days=7)
"""So long before its last day a look is asked for."""

BATCH = 50
OCCASIONS = {
    ClockKind.RECHECK_30: Occasion.AFTER_30,
    ClockKind.RECHECK_90: Occasion.AFTER_90,
}


def give_batch(now: datetime, limit: int = BATCH) -> int:
    """Ask for the looks whose time comes; who is away passes hers on. Return how many were given.

    The village's worker goes, on leave the deputy, also one who handled the case: the look follows
    the work up and audits nobody. A look without anybody waits until there is somebody.
    """
    opened = _open(now, limit)
    return opened + _pass_on(now, limit)


def _open(now: datetime, limit: int) -> int:
    rows = db.session.execute(_due(now).limit(limit)).all()
    for clock in rows:
        db.session.add(
            SpotCheck(
                occasion=OCCASIONS[clock.kind], case_id=clock.case_id, round=clock.round,
                closed_at=clock.started_at, state=SpotState.OPEN, reasons=[],
            )
        )  # fmt: skip
    db.session.flush()
    return len(rows)


def _due(now: datetime) -> Select[int, ClockKind, int, datetime]:
    """Select the watches that are due within a week and that nobody was asked for."""
    occasion = case(
        (Clock.kind == ClockKind.RECHECK_30, str(Occasion.AFTER_30)),
        else_=str(Occasion.AFTER_90),
    )
    asked = exists().where(
        SpotCheck.case_id == Clock.case_id, SpotCheck.round == Clock.round,
        SpotCheck.occasion == occasion,
    )  # fmt: skip
    return (
        select(Clock.case_id, Clock.kind, Clock.round, Clock.started_at)
        .where(
            Clock.kind.in_(WATCHES), Clock.subject == WATCH, Clock.state == ClockState.RUNNING,
            Clock.due_at <= end_of(local(now).date() + AHEAD), ~asked,
        )
        .order_by(Clock.due_at, Clock.id)
    )  # fmt: skip


def _pass_on(now: datetime, limit: int) -> int:
    """Give what waits for nobody, or for somebody who is away, to who is on duty there."""
    away = Staff.id.is_(None) | Staff.active.is_(False) | (Staff.status != Status.WORKING)
    rows = db.session.execute(
        select(SpotCheck, Case.number, Case.grid_code)
        .join(Case, Case.id == SpotCheck.case_id)
        .outerjoin(Staff, Staff.id == SpotCheck.inspector_id)
        .where(SpotCheck.state == SpotState.OPEN, SpotCheck.occasion != Occasion.DRAWN, away)
        .order_by(SpotCheck.id)
    ).all()
    duties = places.grid_workers({row.grid_code for row in rows if row.grid_code})
    moved = 0
    for look, number, grid in rows:
        chosen = next((one.staff_id for one in duties.get(grid or "", ()) if one.working), None)
        old = look.inspector_id
        if chosen in (None, old) or moved == limit:
            continue
        moved += 1
        give(look, number, chosen, now=now)
        audit.record(
            actor="system", action="spot.passed_on" if old else "spot.watched",
            subject=f"case:{number}", now=now, detail={"from": old, "to": chosen},
        )  # fmt: skip
    return moved
