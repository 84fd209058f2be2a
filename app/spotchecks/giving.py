"""Give a second look to somebody, and to somebody else once that person is away."""

from datetime import datetime

from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts.models import Staff
from app.accounts.status import Status
from app.audit import service as audit
from app.cases.events import CaseMoved
from app.cases.workflow import Move
from app.core.db import db
from app.notify import service as notify
from app.sla import service as sla
from app.sla.kinds import ClockKind
from app.spotchecks.inspectors import Roster
from app.spotchecks.kinds import SpotState
from app.spotchecks.models import SpotCheck, SpotRow, SpotSample
from app.spotchecks.rules import Closed

BATCH = 50


def subject(check_id: int) -> str:
    """Return how the clock of a spot check is called."""
    return f"spot:{check_id}"


def give(row: SpotCheck, case: Closed, staff_id: int | None, *, now: datetime) -> None:
    """Let a person look; her clock starts with the first who is asked. Nobody there: it waits."""
    if staff_id is None:
        return
    person = accounts.by_ids([staff_id])[staff_id]
    first = row.given_at is None
    row.inspector_id, row.given_at = staff_id, row.given_at or now
    check_id = row.id
    db.session.flush()
    if first:
        sla.start(
            case.case_id, ClockKind.RECHECK_30, now, subject=subject(check_id),
            unit_code=person.area_code, staff_id=staff_id,
        )  # fmt: skip
    else:
        sla.charge(
            case.case_id, ClockKind.RECHECK_30, now, unit_code=person.area_code,
            staff_id=staff_id, actor="system",
        )  # fmt: skip
    notify.enqueue(
        key=f"spot:{check_id}:{staff_id}", recipient=f"staff:{staff_id}", template="spot_check",
        facts={"number": case.number}, now=now,
    )  # fmt: skip


def pass_on_batch(now: datetime, limit: int = BATCH) -> int:
    """Give what waits for nobody, or for somebody who is away, to another; return how many."""
    rows = db.session.execute(
        select(SpotCheck, SpotRow, SpotSample.seed)
        .join(SpotSample, SpotSample.id == SpotCheck.sample_id)
        .join(
            SpotRow,
            (SpotRow.sample_id == SpotCheck.sample_id) & (SpotRow.case_id == SpotCheck.case_id),
        )
        .outerjoin(Staff, Staff.id == SpotCheck.inspector_id)
        .where(
            SpotCheck.state == SpotState.OPEN,
            Staff.id.is_(None) | Staff.active.is_(False) | (Staff.status != Status.WORKING),
        )
        .order_by(SpotCheck.id)
    ).all()
    roster, moved = Roster() if rows else None, 0
    for check, listed, seed in rows:
        case = closed(listed)
        chosen = roster.choose(case, salt=seed) if roster else None
        if chosen is None or moved == limit:
            continue
        moved += 1
        old = check.inspector_id
        give(check, case, chosen, now=now)
        audit.record(
            actor="system", action="spot.passed_on", subject=f"case:{case.number}", now=now,
            detail={"from": old, "to": chosen},
        )  # fmt: skip
    return moved


def closed(row: SpotRow) -> Closed:
    """Return a line of the stored list as it is drawn from."""
    return Closed(
        case_id=row.case_id, number=row.number, round=row.round, township_code=row.township_code,
        grid_code=row.grid_code, category=row.category, handler_id=row.handler_id,
        closed_at=row.closed_at,
    )  # fmt: skip


def follow(moved: CaseMoved) -> None:
    """End the second look at a case that is taken up again before anybody went there."""
    if moved.move is not Move.REOPEN:
        return
    waiting = db.session.scalars(
        select(SpotCheck).where(
            SpotCheck.case_id == moved.case_id, SpotCheck.state == SpotState.OPEN
        )
    )
    for row in waiting:
        row.state = SpotState.OVERTAKEN
    db.session.flush()
