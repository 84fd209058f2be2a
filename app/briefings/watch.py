"""A supervisor's day beside what is late: nearly late, to check, sent back, rated badly."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from app.cases.models import Case, CaseStep
from app.cases.workflow import OPEN, Move, State
from app.core.db import db
from app.core.paging import Page
from app.feedback.models import Rating
from app.feedback.rules import Satisfaction, Solved
from app.sla.kinds import RIGHTS, ClockState
from app.sla.models import Clock

BAD = (Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED)
RATED_WITHIN = timedelta(days=7)


class Watch(StrEnum):
    """Lists of a supervisor's day (screens.md V1)."""

    NEAR = "near"
    CHECK = "check"
    REWORK = "rework"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """One case of such a list; no reporter in it."""

    case_id: int
    number: str
    category: str
    place_words: str
    township_code: str | None
    assignee_id: int | None
    state: State
    since: datetime
    about: str


COLUMNS: tuple[Any, ...] = (
    Case.id.label("case_id"), Case.number, Case.category, Case.place_words, Case.township_code,
    Case.assignee_id, Case.state,
)  # fmt: skip


def _near(now: datetime) -> Select[Any]:
    """Select the cases with a running clock that is nearly over, by the first of these."""
    return (
        select(*COLUMNS, func.min(Clock.due_at).label("since"), literal("").label("about"))
        .join(Clock, Clock.case_id == Case.id)
        .where(
            Clock.state == ClockState.RUNNING,
            Clock.kind.not_in(RIGHTS),
            Clock.near_at <= now,
            Clock.due_at >= now,
        )
        .group_by(*COLUMNS)
    )


def _check(_now: datetime) -> Select[Any]:
    return select(
        *COLUMNS, Case.handled_at.label("since"), Case.urgency.label("about")
    ).where(Case.state == State.HANDLED)  # fmt: skip


def _rework(_now: datetime) -> Select[Any]:
    """Select the open cases that a check has sent back and that are not handed in again."""
    last = (
        select(func.max(CaseStep.seq))
        .where(CaseStep.case_id == Case.id, CaseStep.move == Move.FAIL_CHECK)
        .correlate(Case)
        .scalar_subquery()
    )
    return (
        select(*COLUMNS, CaseStep.at.label("since"), CaseStep.reason.label("about"))
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(
            CaseStep.seq == last,
            Case.state.in_(
                [state for state in OPEN if state not in (State.HANDLED, State.CHECKED)]
            ),
        )
    )


def _bad(now: datetime) -> Select[Any]:
    """Select the ratings of the last days that ask for a call."""
    wanted: tuple[ColumnElement[bool], ...] = (
        Rating.at >= now - RATED_WITHIN,
        Rating.solved.in_((Solved.PARTLY, Solved.NO)) | Rating.satisfaction.in_(BAD),
    )
    return (
        select(*COLUMNS, Rating.at.label("since"), Rating.satisfaction.label("about"))
        .join(Rating, Rating.case_id == Case.id)
        .where(*wanted)
    )


LISTS = {Watch.NEAR: _near, Watch.CHECK: _check, Watch.REWORK: _rework, Watch.BAD: _bad}


def counts(*, now: datetime) -> dict[Watch, int]:
    """Return the length of every list."""
    return {
        watch: db.session.scalar(select(func.count()).select_from(make(now).subquery())) or 0
        for watch, make in LISTS.items()
    }


def page(watch: Watch, *, now: datetime, number: int = 1, size: int = 50) -> Page[WatchRow]:
    """Return a page of one list, the oldest first."""
    rows = LISTS[watch](now).subquery()
    total = db.session.scalar(select(func.count()).select_from(rows)) or 0
    found = db.session.execute(
        select(rows).order_by(rows.c.since, rows.c.case_id).limit(size).offset((number - 1) * size)
    )
    return Page(
        rows=[WatchRow(**row._mapping) for row in found], number=number, size=size, total=total
    )
