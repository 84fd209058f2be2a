"""Ask for a review of the outcome (信访工作条例 35, 36); a supervisor records the answer.

The first stage (复查) is asked for within 30 days of the final reply, the second and last (复核)
within 30 days of an answer that confirmed the outcome; each once a round of the case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import check
from app.cases import queries as case_queries
from app.cases import service as cases
from app.cases.models import Case
from app.cases.queries import CaseView
from app.cases.workflow import Move, State
from app.core.db import db
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.events import announce
from app.feedback import service, wishes
from app.feedback.events import ReviewAnswered, ReviewAsked
from app.feedback.models import ReopenRequest, Review
from app.feedback.rules import RequestState
from app.intake import queries as intake
from app.worktime import queries as worktime
from app.worktime.rules import Unit, due

DAYS = 30
"""Natural days in which a stage may be asked for (信访工作条例 35, 36)."""
ANSWER_IN = 30
"""Natural days in which a stage is answered (信访工作条例 35, 36)."""
FIRST, LAST = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The stage that is next for a report, and until when it may be asked for."""

    stage: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the authority answered: its name, its document, and words for the reporter."""

    uphold: bool
    words: str
    authority: str
    paper: str


def offer(report_id: int, case: CaseView) -> Offer | None:
    """Return the next stage for a report, None where there is none in this round."""
    if case.state is not State.CLOSED or case.closed_at is None:
        return None
    last = _last(report_id, case.round)
    if last is None:
        return Offer(stage=FIRST, until=_after(case.closed_at, DAYS))
    if last.stage == FIRST and last.state is RequestState.REFUSED and last.decided_at:
        return Offer(stage=LAST, until=_after(last.decided_at, DAYS))
    return None


def may_ask(report_id: int, case: CaseView, *, now: datetime) -> Offer | None:
    """Return the stage that this reporter may ask for now, while the time runs."""
    found = offer(report_id, case)
    return found if found is not None and now <= found.until else None


def _after(at: datetime, days: int) -> datetime:
    return due(at, days, Unit.ND, worktime.calendar()).at


def ask(report_id: int, *, reason: str, now: datetime) -> int:
    """Ask for the next stage; return the review's id.

    Raises Invalid (no words, too many), Refused `review_not_open`, Stale `review_before`.
    """
    words = wishes.words_of(reason, missing="review_words")
    audit.take_turn()  # two clicks at the same moment are one review
    report = intake.by_id(report_id)
    case = case_queries.leading(report.case_id)
    found = may_ask(report_id, case, now=now)
    if found is None and _last(report_id, case.round) is not None:
        raise Stale("review_before")
    if found is None or report.withdrawn_at is not None:
        raise Refused("review_not_open", number=case.number)
    row = Review(
        report_id=report_id, case_id=case.id, round=case.round, stage=found.stage, reason=words,
        asked_at=now, due_at=_after(now, ANSWER_IN), state=RequestState.OPEN,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(
        actor="reporter", action="report.review_asked", subject=f"report:{report_id}", now=now,
        detail={"stage": found.stage},
    )  # fmt: skip
    announce(ReviewAsked(review_id=row.id, case_id=case.id, now=now))
    return row.id


def decide(review_id: int, answer: Answer, *, by: Actor, now: datetime) -> None:
    """Record the answer: upheld, the case is reopened (move 16); else the outcome is confirmed.

    Upholding answers what else waits for that case as well. Raises NotFound, Invalid, Forbidden
    `review_own` (who had a part in the outcome or in the first stage), Stale.
    """
    row = db.session.get(Review, review_id)
    if row is None:
        raise NotFound("no_such_review")
    told = _checked(answer)
    case_id = row.case_id
    wishes.must_be_other(_parties(row), by, key="review_own")
    _answer(row, told, by=by, now=now)
    if told.uphold:
        for other in wishes.waiting(Review, case_id):
            _answer(other, told, by=by, now=now)
        _reopen(review_id, case_id, told.words, by=by, now=now)


def _checked(answer: Answer) -> Answer:
    for field in ("authority", "paper"):
        if not getattr(answer, field).strip():
            raise Invalid(f"review_{field}", field=field)
    return Answer(
        uphold=answer.uphold, words=wishes.answer_of(answer.words),
        authority=answer.authority.strip(), paper=answer.paper.strip(),
    )  # fmt: skip


def _parties(row: Review) -> set[int]:
    """Return who handled, checked or closed it, answered for a reopening or an earlier stage."""
    return check.parties(row.case_id) | set(_deciders(row))


def _deciders(row: Review) -> Iterator[int]:
    matter = case_queries.matter(row.case_id)
    reopened = select(ReopenRequest.decided_by).where(ReopenRequest.case_id.in_(matter))
    before = select(Review.decided_by).where(
        Review.case_id == row.case_id, Review.round == row.round, Review.stage < row.stage
    )
    for wanted in (reopened, before):
        yield from filter(None, db.session.scalars(wanted))


def _answer(row: Review, told: Answer, *, by: Actor, now: datetime) -> None:
    review_id, report_id, case_id = row.id, row.report_id, row.case_id
    wishes.settle(
        row, uphold=told.uphold, answer=told.words, by=by, now=now, word="review",
        authority=told.authority, paper=told.paper,
    )  # fmt: skip
    announce(
        ReviewAnswered(
            review_id=review_id, report_id=report_id, case_id=case_id, upheld=told.uphold,
            by=by.key, now=now,
        )
    )  # fmt: skip


def _reopen(review_id: int, case_id: int, words: str, *, by: Actor, now: datetime) -> None:
    """Reopen the case, unless somebody else did while the review went on."""
    if cases.get(case_id).state is not State.CLOSED:
        return
    service.grant_waiting(case_id, answer=words, by=by, now=now)
    facts = {"review_id": review_id}
    cases.move(case_id, Move.REOPEN, by=by.key, now=now, note=words, facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """A review with the public number of its case; no reporter in it."""

    id: int
    report_id: int
    case_id: int
    number: str
    place_words: str
    round: int
    stage: int
    reason: str
    asked_at: datetime
    due_at: datetime
    state: RequestState
    decided_at: datetime | None
    answer: str
    authority: str
    paper: str


OF_CASE = ("number", "place_words")
NAMES = tuple(name for name in ReviewView.__dataclass_fields__ if name not in OF_CASE)


def waiting() -> list[ReviewView]:
    """Return the reviews that wait for an answer, the nearest due first."""
    return _rows(Review.state == RequestState.OPEN)


def of_report(report_id: int) -> list[ReviewView]:
    """Return the reviews of a report, the oldest first."""
    return sorted(_rows(Review.report_id == report_id), key=lambda view: view.id)


def first_of(view: ReviewView) -> ReviewView | None:
    """Return the first stage that a last one follows, None for a first one."""
    stages = [one for one in of_report(view.report_id) if one.round == view.round]
    return next((one for one in stages if one.stage < view.stage), None)


def _last(report_id: int, number: int) -> ReviewView | None:
    """Return the newest review of a report in a round of its case."""
    found = [view for view in of_report(report_id) if view.round == number]
    return found[-1] if found else None


def _rows(wanted: ColumnElement[bool]) -> list[ReviewView]:
    rows = db.session.execute(
        select(
            *(getattr(Review, name) for name in NAMES), *(getattr(Case, name) for name in OF_CASE)
        )
        .join(Case, Case.id == Review.case_id)
        .where(wanted)
        .order_by(Review.due_at, Review.id)
    )
    return [ReviewView(**row._mapping) for row in rows]
