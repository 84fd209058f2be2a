"""Rate the outcome of a report, once and changeable; ask for a reopening; decide on it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import check
from app.cases import queries as case_queries
from app.cases import service as cases
from app.cases.models import Case
from app.cases.workflow import Move, State
from app.core.db import db
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.events import announce
from app.feedback import rules, wishes
from app.feedback.events import Rated, ReopenAsked, ReopenDecided
from app.feedback.models import Rating, ReopenRequest
from app.feedback.rules import RatingReason, RequestState, Satisfaction, Solved
from app.feedback.wishes import MAX_WORDS
from app.intake import queries as intake
from app.worktime import queries as worktime
from app.worktime.rules import Unit, due

ANSWER_IN = 2
"""Working days in which the supervisor answers a reopen request (decision 29)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingData:
    """A rating as given; nothing is preset, so what is missing is `None`."""

    solved: Solved | None
    satisfaction: Satisfaction | None
    attitude: Satisfaction | None = None
    reasons: tuple[RatingReason, ...] = ()
    words: str = ""


def rate(report_id: int, data: RatingData, *, now: datetime, by: str = "reporter") -> None:
    """Give or change the rating of a report whose case is closed, within 30 days of its closing.

    `by` is the caller's key where a recorded call brought it. 没解决 and 部分解决 ask for a
    reopening as well. Raises Invalid, Refused `rating_not_open`.
    """
    if data.solved is None:
        raise Invalid("solved_missing", field="solved")
    if data.satisfaction is None:
        raise Invalid("satisfaction_missing", field="satisfaction")
    if len(data.words) > MAX_WORDS:
        raise Invalid("words_too_long", field="words", most=MAX_WORDS)
    audit.take_turn()  # two clicks at the same moment are one rating
    case = _case_of(report_id)
    _must_be_open(case, now)
    again = _keep(report_id, case, data, data.solved, data.satisfaction, by=by, now=now)
    announce(
        Rated(
            report_id=report_id,
            case_id=case.id,
            solved=str(data.solved),
            satisfaction=str(data.satisfaction),
            satisfied=data.satisfaction in rules.SATISFIED,
            again=again,
            by=by,
            now=now,
        )
    )
    if data.solved in rules.UNSOLVED and open_request(report_id) is None:
        words = data.words.strip() or ",".join(data.reasons) or str(rules.UNSOLVED[data.solved])
        _ask(report_id, case, reason=words, now=now)


def _case_of(report_id: int) -> Case:
    """Return the case whose outcome the reporter sees: a merged one's parent (decision 23)."""
    return cases.get(case_queries.leading(intake.by_id(report_id).case_id).id)


def _must_be_open(case: Case, now: datetime) -> None:
    if case.state is not State.CLOSED or not rules.may_rate(case.closed_at, now):
        raise Refused("rating_not_open", number=case.number)


def _keep(
    report_id: int,
    case: Case,
    data: RatingData,
    solved: Solved,
    satisfaction: Satisfaction,
    *,
    by: str,
    now: datetime,
) -> bool:
    """Store the rating; say whether there was one before."""
    row = db.session.scalar(select(Rating).where(Rating.report_id == report_id))
    again = row is not None
    if row is None:
        row = Rating(report_id=report_id, at=now)
        db.session.add(row)
    assert case.closed_at is not None
    before = str(row.satisfaction) if again else None
    row.case_id, row.round, row.by = case.id, case.round, by
    row.solved, row.satisfaction, row.attitude = solved, satisfaction, data.attitude
    row.reasons, row.words = [str(reason) for reason in data.reasons], data.words.strip()
    row.window_ends_at = rules.window_ends(case.closed_at)
    row.changed_at = now if again else None
    db.session.flush()
    audit.record(
        actor=by,
        action="report.rated",
        subject=f"report:{report_id}",
        now=now,
        detail={"solved": str(solved), "satisfaction": str(satisfaction), "before": before},
    )
    return again


def ask_reopen(report_id: int, *, reason: str, now: datetime) -> int:
    """Ask to take a closed case up again, within 30 days; one open request a report.

    Raises Invalid (no reason), Refused `rating_not_open`, Stale `reopen_asked`.
    """
    if not reason.strip():
        raise Invalid("reason_missing", field="reason")
    if len(reason) > MAX_WORDS:
        raise Invalid("words_too_long", field="reason", most=MAX_WORDS)
    audit.take_turn()
    case = _case_of(report_id)
    _must_be_open(case, now)
    if open_request(report_id) is not None:
        raise Stale("reopen_asked")
    return _ask(report_id, case, reason=reason, now=now)


def open_request(report_id: int) -> ReopenRequest | None:
    """Return the wish for a reopening that waits for its answer."""
    return db.session.scalar(
        select(ReopenRequest).where(
            ReopenRequest.report_id == report_id, ReopenRequest.state == RequestState.OPEN
        )
    )


def _ask(report_id: int, case: Case, *, reason: str, now: datetime) -> int:
    row = ReopenRequest(
        report_id=report_id,
        case_id=case.id,
        round=case.round,
        reason=reason.strip(),
        asked_at=now,
        due_at=due(now, ANSWER_IN, Unit.WD, worktime.calendar()).at,
        state=RequestState.OPEN,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        actor="reporter", action="report.reopen_asked", subject=f"report:{report_id}", now=now
    )
    announce(
        ReopenAsked(
            request_id=row.id, report_id=report_id, case_id=case.id, due_at=row.due_at, now=now
        )
    )
    return row.id


def decide_reopen(request_id: int, *, grant: bool, answer: str, by: Actor, now: datetime) -> None:
    """Grant or refuse a reopening with an answer the reporter reads (move 16).

    Granting answers the other open requests of the case as well. Never by somebody who handled
    the case. Raises NotFound, Forbidden, Invalid, Stale (decided, or the case is not closed).
    """
    row = db.session.get(ReopenRequest, request_id)
    if row is None:
        raise NotFound("no_such_request")
    case_id = row.case_id
    words = wishes.answer_of(answer)
    check.must_be_other(case_id, by)
    _decide(row, grant=grant, answer=words, by=by, now=now)
    if not grant:
        return
    grant_waiting(case_id, answer=words, by=by, now=now)
    facts = {"request_id": request_id}
    cases.move(case_id, Move.REOPEN, by=by.key, now=now, note=answer, facts=facts)


def grant_waiting(case_id: int, *, answer: str, by: Actor, now: datetime) -> None:
    """Grant what waits for the reopening of a case that is being reopened."""
    for other in wishes.waiting(ReopenRequest, case_id):
        _decide(other, grant=True, answer=answer, by=by, now=now)


def _decide(row: ReopenRequest, *, grant: bool, answer: str, by: Actor, now: datetime) -> None:
    request_id, report_id, case_id = row.id, row.report_id, row.case_id
    wishes.settle(row, uphold=grant, answer=answer, by=by, now=now, word="reopen")
    announce(
        ReopenDecided(
            request_id=request_id,
            report_id=report_id,
            case_id=case_id,
            granted=grant,
            answer=answer,
            by=by.key,
            now=now,
        )
    )
