"""Give a second look to somebody, and a drawn one to somebody else once that person is away."""

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
from app.sla.rules_moves import WATCH
from app.spotchecks.inspectors import Roster
from app.spotchecks.kinds import CLOCKS, Occasion, SpotAnswer, SpotResult, SpotState
from app.spotchecks.models import SpotCheck, SpotRow, SpotSample
from app.spotchecks.rules import Closed

BATCH = 50
STAFF = "staff:"


def subject(check_id: int, occasion: Occasion) -> str:
    """Return how the clock of a second look is called."""
    return f"spot:{check_id}" if occasion is Occasion.DRAWN else WATCH


def give(row: SpotCheck, number: str, staff_id: int | None, *, now: datetime) -> None:
    """Let a person look. Nobody there: it waits.

    The clock of a drawn look starts with the first who is asked; that of a watch has run since the
    closing and is charged to who goes.
    """
    if staff_id is None:
        return
    person = accounts.by_ids([staff_id])[staff_id]
    first = row.given_at is None and row.occasion is Occasion.DRAWN
    row.inspector_id, row.given_at = staff_id, row.given_at or now
    check_id, case_id, kind = row.id, row.case_id, CLOCKS[row.occasion]
    named = subject(check_id, row.occasion)
    db.session.flush()
    if first:
        sla.start(case_id, kind, now, subject=named, unit_code=person.area_code, staff_id=staff_id)
    else:
        sla.charge(
            case_id, kind, now, unit_code=person.area_code, staff_id=staff_id, actor="system",
            subject=named,
        )  # fmt: skip
    notify.enqueue(
        key=f"spot:{check_id}:{staff_id}", recipient=f"staff:{staff_id}",
        template="spot_check" if named != WATCH else "recheck", facts={"number": number}, now=now,
    )  # fmt: skip


def pass_on_batch(now: datetime, limit: int = BATCH) -> int:
    """Give drawn looks that wait for nobody, or for who is away, to another; return how many."""
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
        give(check, case.number, chosen, now=now)
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
    """End the second looks at a case that is taken up again before anybody went there.

    What a look after closing found back is answered by it, whoever asked for the reopening.
    """
    if moved.move is not Move.REOPEN:
        return
    waiting = db.session.scalars(
        select(SpotCheck).where(
            SpotCheck.case_id == moved.case_id, SpotCheck.state == SpotState.OPEN
        )
    )
    for row in waiting:
        row.state = SpotState.OVERTAKEN
    if moved.actor.startswith(STAFF):
        _answer(moved)
    db.session.flush()


def _answer(moved: CaseMoved) -> None:
    unanswered = db.session.scalars(
        select(SpotCheck).where(
            SpotCheck.case_id == moved.case_id, SpotCheck.occasion != Occasion.DRAWN,
            SpotCheck.result == SpotResult.BACK, SpotCheck.answer.is_(None),
        )
    )  # fmt: skip
    for row in unanswered:
        row.answer, row.answer_words = SpotAnswer.REOPENED, moved.reason
        row.answered_by, row.answered_at = int(moved.actor.removeprefix(STAFF)), moved.now
