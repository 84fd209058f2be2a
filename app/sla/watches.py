"""Watch cases that were closed before watches existed, or became watched since (ADR 8)."""

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, or_, select

from app.cases import service as cases
from app.cases.models import Case
from app.cases.workflow import State
from app.core.db import db
from app.sla.kinds import ClockKind
from app.sla.models import Clock
from app.sla.rules_moves import UNTRUE, WATCH, WATCHES
from app.sla.scene import Scene, ends_on, scene_of, start_all
from app.worktime.calendar import end_of, local

LONGEST = timedelta(days=100)
"""So long after closing the last look may lie ahead: 90 days and a long holiday (domain.md §4)."""

BATCH = 50


def enrol_batch(now: datetime, most: int = BATCH) -> int:
    """Start the watches that closed cases lack and whose day has not passed; return how many.

    They count from the closing. What lies behind is left: nobody was told to go and look.
    """
    rows = db.session.execute(_unwatched(now).limit(most)).all()
    return sum(_enrol(row.id, row.closed_at, now) for row in rows)


def _unwatched(now: datetime) -> Select[int, datetime | None]:
    """Select closed cases that are to be watched and have no watch of their round.

    The newest come first: what is over by a few days is looked at last, and starts nothing.
    """
    watched = exists().where(
        Clock.case_id == Case.id, Clock.kind.in_(WATCHES), Clock.subject == WATCH,
        Clock.round == Case.round,
    )  # fmt: skip
    return (
        select(Case.id, Case.closed_at)
        .where(
            Case.state == State.CLOSED, Case.closed_at > end_of(local(now).date() - LONGEST),
            Case.on_site, Case.grid_code.is_not(None), Case.exclusion.is_(None),
            or_(Case.finding.is_(None), Case.finding != UNTRUE), ~watched,
        )
        .order_by(Case.closed_at.desc(), Case.id)
        .with_for_update(of=Case, skip_locked=True)
    )  # fmt: skip


def _enrol(case_id: int, closed_at: datetime, now: datetime) -> int:
    # another worker may have been here between the look and the lock: the book tells
    case = cases.get(case_id)
    scene = scene_of(case, now=closed_at, actor="system", reason="enrolled")
    there = any(one.subject == WATCH and one.round == case.round for one in scene.book.clocks)
    kinds = [kind for kind in WATCHES if not there and _lies_ahead(scene, kind, now)]
    start_all(scene, kinds, subject=WATCH, unit_code=case.township_code)
    scene.book.write()
    return len(kinds)


def _lies_ahead(scene: Scene, kind: ClockKind, now: datetime) -> bool:
    last = ends_on(scene.case, kind, scene.now, policy=scene.policy, calendar=scene.book.calendar)
    return last is not None and last >= local(now).date()
