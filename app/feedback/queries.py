"""Read ratings and reopen requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, select

from app.cases.models import Case
from app.core.db import db
from app.core.errors import NotFound
from app.feedback.models import Rating, ReopenRequest
from app.feedback.rules import RequestState, Satisfaction, Solved


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingView:
    """A rating as pages read it."""

    report_id: int
    case_id: int
    round: int
    solved: Solved
    satisfaction: Satisfaction
    attitude: Satisfaction | None
    reasons: tuple[str, ...]
    words: str
    by: str
    at: datetime
    changed_at: datetime | None
    window_ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A reopen request with the public number and township of its case; no reporter in it."""

    id: int
    report_id: int
    case_id: int
    number: str
    place_words: str
    category: str
    township_code: str | None
    round: int
    reason: str
    asked_at: datetime
    due_at: datetime
    state: RequestState
    decided_at: datetime | None
    answer: str


def rating(report_id: int) -> RatingView | None:
    """Return the rating of a report."""
    row = db.session.scalar(select(Rating).where(Rating.report_id == report_id))
    return None if row is None else _view(row)


def own_rating(report_id: int) -> RatingView | None:
    """Return the rating that the reporter gave by code: no call changes it."""
    found = rating(report_id)
    return found if found is not None and found.by == "reporter" else None


def ratings_of(case_ids: Sequence[int]) -> dict[int, list[RatingView]]:
    """Return the ratings of cases, in one statement."""
    found: dict[int, list[RatingView]] = {}
    for row in db.session.scalars(select(Rating).where(Rating.case_id.in_(case_ids))):
        found.setdefault(row.case_id, []).append(_view(row))
    return found


def to_follow_up(*, since: datetime, limit: int = 200) -> list[RatingView]:
    """Return ratings that ask for a call (not wholly solved, dissatisfied), newest first."""
    bad = (Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED)
    rows = db.session.scalars(
        select(Rating)
        .where(Rating.at >= since, Rating.solved.in_((Solved.PARTLY, Solved.NO))
               | Rating.satisfaction.in_(bad))
        .order_by(Rating.at.desc())
        .limit(limit)
    )  # fmt: skip
    return [_view(row) for row in rows]


def _view(row: Rating) -> RatingView:
    return RatingView(
        report_id=row.report_id,
        case_id=row.case_id,
        round=row.round,
        solved=row.solved,
        satisfaction=row.satisfaction,
        attitude=row.attitude,
        reasons=tuple(row.reasons),
        words=row.words,
        by=row.by,
        at=row.at,
        changed_at=row.changed_at,
        window_ends_at=row.window_ends_at,
    )


REQUESTS = select(
    ReopenRequest, Case.number, Case.place_words, Case.category, Case.township_code
).join(Case, Case.id == ReopenRequest.case_id)


def open_requests(*, township_code: str | None = None) -> list[RequestView]:
    """Return the requests that wait for the supervisor, the nearest due first."""
    wanted = REQUESTS.where(ReopenRequest.state == RequestState.OPEN)
    if township_code:
        wanted = wanted.where(Case.township_code == township_code)
    return _requests(wanted.order_by(ReopenRequest.due_at, ReopenRequest.id))


def requests_of_report(report_id: int) -> list[RequestView]:
    """Return a report's requests, the newest first."""
    wanted = REQUESTS.where(ReopenRequest.report_id == report_id)
    return _requests(wanted.order_by(ReopenRequest.id.desc()))


def request(request_id: int) -> RequestView:
    """Return one request. Raises NotFound."""
    found = _requests(REQUESTS.where(ReopenRequest.id == request_id))
    if not found:
        raise NotFound("no_such_request")
    return found[0]


def _requests(statement: Executable) -> list[RequestView]:
    rows = db.session.execute(statement)
    return [
        RequestView(
            id=row.id,
            report_id=row.report_id,
            case_id=row.case_id,
            number=number,
            place_words=place_words,
            category=category,
            township_code=township_code,
            round=row.round,
            reason=row.reason,
            asked_at=row.asked_at,
            due_at=row.due_at,
            state=row.state,
            decided_at=row.decided_at,
            answer=row.answer,
        )
        for row, number, place_words, category, township_code in rows
    ]
