"""Patterns that make a rate look better than the work is: each a query with its list of cases.

A hit is a question, not a verdict: the page says the rule, and a person looks at the case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, String, and_, cast, extract, func, literal, select
from sqlalchemy.orm import aliased

from app.cases.models import Case, CaseStep
from app.cases.workflow import Move, Urgency
from app.core.db import db
from app.core.paging import Page
from app.feedback.models import Rating
from app.rates.by_step import within
from app.rates.definition import Period
from app.rates.models import Exclusion
from app.rates.words import ExclusionState
from app.sla.kinds import ClockKind, ClockState, EntryKind
from app.sla.models import Clock, ClockEntry

LAST_SECONDS = 3600
"""What "just before the limit" means, in seconds."""

HOPS, REFUSALS, LEFT_OUT = 3, 5, 5
"""From how many on a case is ping-pong; refusals or exclusions of one person a day a burst."""

RATED = (ClockKind.ARRIVE, ClockKind.FIRST_REPLY, ClockKind.CLOSURE)
DAY, ZONE = 86_400, 28_800
Before = aliased(ClockEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A pattern; `find(period, now)` selects case_id, at, actor and about (a word or number)."""

    key: str
    find: Callable[[Period, datetime], Select[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A case in which a pattern shows."""

    case_id: int
    number: str
    category: str
    place_words: str
    township_code: str | None
    at: datetime
    actor: str
    about: str


def _seconds(moment: Any) -> Any:
    return cast(extract("epoch", moment), Integer)


def _local_day(moment: Any) -> Any:
    return (_seconds(moment) + ZONE) // DAY


def _select(*columns: Any) -> Select[Any]:
    """Select columns whose types nobody needs to know."""
    return select(*columns)


def last_minute(period: Period, now: datetime) -> Select[Any]:
    """Select the closures whose check passed within the last hour."""
    left = _seconds(Clock.due_at) - _seconds(Clock.stopped_at)
    return _select(
        Clock.case_id, Clock.stopped_at.label("at"), _actor(EntryKind.STOP).label("actor"),
        literal("").label("about"),
    ).where(
        Clock.kind == ClockKind.CLOSURE, Clock.state == ClockState.STOPPED,
        Clock.on_time.is_(True), left <= LAST_SECONDS, *within(Clock.due_at, period, now),
    )  # fmt: skip


def _actor(kind: EntryKind) -> Any:
    return (
        select(ClockEntry.actor)
        .where(ClockEntry.clock_id == Clock.id, ClockEntry.kind == kind)
        .order_by(ClockEntry.seq.desc())
        .limit(1)
        .correlate(Clock)
        .scalar_subquery()
    )


def _due_before() -> Any:
    """Select the due moment that a ledger line found."""
    return (
        select(Before.due_at)
        .where(
            Before.clock_id == ClockEntry.clock_id, Before.seq < ClockEntry.seq,
            Before.due_at.is_not(None),
        )
        .order_by(Before.seq.desc())
        .limit(1)
        .correlate(ClockEntry)
        .scalar_subquery()
    )  # fmt: skip


def _entries(period: Period, now: datetime, kind: EntryKind, *wanted: Any) -> Select[Any]:
    return (
        _select(
            Clock.case_id, ClockEntry.at.label("at"), ClockEntry.actor.label("actor"),
            ClockEntry.reason.label("about"),
        )
        .join(Clock, Clock.id == ClockEntry.clock_id)
        .where(
            ClockEntry.kind == kind, Clock.kind.in_(RATED), *within(ClockEntry.at, period, now),
            *wanted,
        )
    )  # fmt: skip


def late_pause(period: Period, now: datetime) -> Select[Any]:
    """Select the pauses that began within the last hour of a clock."""
    left = _seconds(_due_before()) - _seconds(ClockEntry.at)
    return _entries(period, now, EntryKind.PAUSE, left <= LAST_SECONDS)


def longer_limit(period: Period, now: datetime) -> Select[Any]:
    """Select the changes of level that gave a clock more time."""
    later = ClockEntry.due_at > _due_before()
    return _entries(
        period, now, EntryKind.CHANGE, ClockEntry.reason.in_(("urgency", "category")), later
    )


def ping_pong(period: Period, now: datetime) -> Select[Any]:
    """Select the cases that went from unit to unit."""
    hops = (Move.ASSIGN, Move.GRANT_HANDBACK, Move.HAND_OVER, Move.DEPARTMENT_RETURN)
    return (
        _select(
            CaseStep.case_id, func.max(CaseStep.at).label("at"),
            func.max(CaseStep.actor).label("actor"),
            func.count().label("about"),
        )
        .where(CaseStep.move.in_(hops), *within(CaseStep.at, period, now))
        .group_by(CaseStep.case_id, CaseStep.round)
        .having(func.count() >= HOPS)
    )  # fmt: skip


def _burst(rows: Any, least: int) -> Select[Any]:
    """Select what one person did at least `least` times on one county day."""
    same = func.count().over(partition_by=(rows.c.actor, rows.c.day))
    counted = select(rows, same.label("about")).subquery()
    return select(
        counted.c.case_id, counted.c.at, counted.c.actor, counted.c.about
    ).where(counted.c.about >= least)  # fmt: skip


def mass_rejection(period: Period, now: datetime) -> Select[Any]:
    """Select the refusals of a person who approved many on one day."""
    rows = (
        select(CaseStep.case_id, CaseStep.at, CaseStep.actor, _local_day(CaseStep.at).label("day"))
        .where(CaseStep.move == Move.REJECT, *within(CaseStep.at, period, now))
        .subquery()
    )
    return _burst(rows, REFUSALS)


def exclusion_burst(period: Period, now: datetime) -> Select[Any]:
    """Select the exclusions of a person who approved many on one day."""
    rows = (
        select(
            Exclusion.case_id, Exclusion.decided_at.label("at"),
            literal("staff:").concat(cast(Exclusion.decided_by, String)).label("actor"),
            _local_day(Exclusion.decided_at).label("day"),
        )
        .where(
            Exclusion.state == ExclusionState.APPROVED, *within(Exclusion.decided_at, period, now)
        )
        .subquery()
    )  # fmt: skip
    return _burst(rows, LEFT_OUT)


def not_asked(period: Period, now: datetime) -> Select[Any]:
    """Select the closings of urgent cases that nobody rated, by page or by call."""
    return (
        _select(
            CaseStep.case_id, CaseStep.at.label("at"), CaseStep.actor.label("actor"),
            literal("").label("about"),
        )
        .join(Case, Case.id == CaseStep.case_id)
        .outerjoin(
            Rating, and_(Rating.case_id == CaseStep.case_id, Rating.round == CaseStep.round)
        )
        .where(
            CaseStep.move == Move.CLOSE, Case.urgency == Urgency.RED, Rating.id.is_(None),
            *within(CaseStep.at, period, now),
        )
    )  # fmt: skip


DETECTORS: dict[str, Detector] = {
    one.key: one
    for one in (
        Detector(key="last_minute", find=last_minute),
        Detector(key="late_pause", find=late_pause),
        Detector(key="longer_limit", find=longer_limit),
        Detector(key="ping_pong", find=ping_pong),
        Detector(key="mass_rejection", find=mass_rejection),
        Detector(key="exclusion_burst", find=exclusion_burst),
        Detector(key="not_asked", find=not_asked),
    )
}  # fmt: skip


def counts(period: Period, *, now: datetime) -> dict[str, int]:
    """Return how many hits each pattern has."""
    return {
        key: db.session.scalar(
            select(func.count()).select_from(one.find(period, now).subquery())
        ) or 0
        for key, one in DETECTORS.items()
    }  # fmt: skip


def hits(
    key: str, period: Period, *, now: datetime, number: int = 1, size: int = 50
) -> Page[Hit]:  # fmt: skip
    """Return a page of a pattern's cases, the latest first."""
    rows = DETECTORS[key].find(period, now).subquery()
    total = db.session.scalar(select(func.count()).select_from(rows)) or 0
    found = db.session.execute(
        select(rows, Case.number, Case.category, Case.place_words, Case.township_code)
        .join(Case, Case.id == rows.c.case_id)
        .order_by(rows.c.at.desc(), Case.id)
        .limit(size)
        .offset((number - 1) * size)
    )
    made = [Hit(**{**row._mapping, "about": str(row.about)}) for row in found]
    return Page(rows=made, number=number, size=size, total=total)
