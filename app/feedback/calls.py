"""Call reporters back after closing: who, through the bridge, three days, what they said.

Who calls never sees a number: the telephone bridge gets the report's id over the channel `call`
and connects both (domain.md §11, masked calls). A rating that the reporter gave by code is never
changed by a call.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import check
from app.cases import service as cases
from app.cases.events import CaseMoved
from app.cases.models import Case
from app.cases.workflow import Move, Urgency
from app.core.clock import local
from app.core.db import claim, db
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.events import announce
from app.feedback import queries, service
from app.feedback.events import CallEnded, CallWanted, Rated
from app.feedback.models import Call, CallBack
from app.feedback.rules_calls import (
    CallOutcome,
    CallReason,
    CallState,
    is_short,
    state_after,
)
from app.feedback.service import RatingData
from app.identity import service as identity
from app.intake import queries as intake
from app.intake.queries import ReportView
from app.notify import service as notify

BRIDGE = "call"


def follow(moved: CaseMoved) -> None:
    """Choose who is called when a case closes; a reopened case calls nobody."""
    if moved.move is Move.CLOSE:
        _choose(cases.get(moved.case_id), now=moved.now)
    elif moved.move is Move.REOPEN:
        _spare(CallBack.case_id == moved.case_id, by=moved.actor, now=moved.now)


def _choose(case: Case, *, now: datetime) -> None:
    urgent = case.urgency is Urgency.RED
    if not urgent and not _month_is_short(now):
        return
    for report in intake.of_matter(case.id):
        if _can_be_called(report):
            _want(report.id, case, CallReason.URGENT if urgent else CallReason.SAMPLE, now=now)
            if not urgent:
                return


def _can_be_called(report: ReportView) -> bool:
    stays = report.withdrawn_at is None and not report.refuses_reply
    return stays and identity.has_phone(report.id)


def _month_is_short(now: datetime) -> bool:
    """Say whether this month's calls are still below their share of its closed cases."""
    since = local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    closed = select(func.count()).select_from(Case).where(Case.closed_at >= since)
    chosen = select(func.count(CallBack.case_id.distinct())).where(CallBack.opened_at >= since)
    return is_short(db.session.scalar(chosen) or 0, db.session.scalar(closed) or 0)


def _want(report_id: int, case: Case, reason: CallReason, *, now: datetime) -> None:
    row = CallBack(
        report_id=report_id, case_id=case.id, round=case.round, reason=reason,
        state=CallState.OPEN, opened_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(actor="system", action="call.wanted", subject=f"case:{case.number}", now=now,
                 detail={"reason": reason, "call": row.id})  # fmt: skip
    announce(CallWanted(call_back_id=row.id, case_id=case.id, now=now))


def follow_rating(event: Rated) -> None:
    """Call whoever is dissatisfied; who is satisfied has said all there is to ask."""
    if event.by != "reporter":
        return
    if event.satisfied:
        _spare(CallBack.report_id == event.report_id, by=event.by, now=event.now)
        return
    case = cases.get(event.case_id)
    row = db.session.scalar(
        select(CallBack).where(CallBack.report_id == event.report_id, CallBack.round == case.round)
    )
    if row is None and identity.has_phone(event.report_id):
        _want(event.report_id, case, CallReason.DISSATISFIED, now=event.now)
    elif row is not None and row.state is CallState.OPEN:
        row.reason = CallReason.DISSATISFIED
        db.session.flush()


def _spare(whose: ColumnElement[bool], *, by: str, now: datetime) -> None:
    rows = db.session.execute(
        update(CallBack).where(whose, CallBack.state == CallState.OPEN)
        .values(state=CallState.SPARED, ended_at=now)
        .returning(CallBack.id, CallBack.case_id)
        .execution_options(synchronize_session="fetch")
    ).all()  # fmt: skip
    for row in rows:
        announce(CallEnded(call_back_id=row.id, case_id=row.case_id, spared=True, by=by, now=now))


def connect(call_back_id: int, *, by: Actor, now: datetime) -> int:
    """Ask the bridge to ring both; return the call's id. One's own cases are for others."""
    row = _open(call_back_id)
    check.must_be_other(row.case_id, by)
    call = Call(call_back_id=row.id, staff_id=by.staff_id, at=now, outcome=None)
    db.session.add(call)
    db.session.flush()
    notify.enqueue(
        key=f"call:{call.id}", channel=BRIDGE, recipient=f"report:{row.report_id}",
        template="call", facts={"desk": by.key}, now=now,
    )  # fmt: skip
    audit.record(actor=by.key, action="call.connected", subject=f"report:{row.report_id}", now=now,
                 detail={"call": call.id})  # fmt: skip
    return call.id


def answered(
    call_back_id: int, data: RatingData, *, reopen: bool, by: Actor, now: datetime
) -> None:
    """Keep what the reporter said; a rating by code stands and gets words only.

    `reopen`: the reporter wants the case taken up again. Raises Invalid, Refused `call_first`.
    """
    row = _called(call_back_id, by)
    words, report_id = data.words.strip(), row.report_id
    rated = queries.own_rating(report_id) is not None
    if (rated or reopen) and not words:
        raise Invalid("words_missing", field="words")
    if not rated:
        service.rate(report_id, data, now=now, by=by.key)
    if reopen and service.open_request(report_id) is None:
        service.ask_reopen(report_id, reason=words, now=now)
    _end_call(row, CallOutcome.ANSWERED, words, by=by, now=now)


def not_answered(
    call_back_id: int, outcome: CallOutcome, *, words: str, by: Actor, now: datetime
) -> CallState:
    """Keep that a call brought nothing; return how the call-back stands now."""
    row = _called(call_back_id, by)
    return _end_call(row, outcome, words.strip(), by=by, now=now)


def _end_call(
    row: CallBack, outcome: CallOutcome, words: str, *, by: Actor, now: datetime
) -> CallState:
    call = _last_call(row.id, by)
    assert call is not None
    call.outcome = outcome
    db.session.flush()
    days = db.session.scalars(
        select(Call.at).where(Call.call_back_id == row.id, Call.outcome.is_not(None))
    )
    state = state_after(outcome, {local(at).date() for at in days})
    call_back_id, case_id = row.id, row.case_id
    values = {"state": state, "words": words or row.words}
    ended = {"ended_at": now} if state is not CallState.OPEN else {}
    won = claim(
        update(CallBack).where(CallBack.id == call_back_id, CallBack.state == CallState.OPEN)
        .values(**values, **ended)
    )  # fmt: skip
    if not won:
        raise Stale("call_over")
    audit.record(actor=by.key, action=f"call.{outcome}", subject=f"report:{row.report_id}", now=now,
                 detail={"call": call.id, "state": state})  # fmt: skip
    if state is not CallState.OPEN:
        announce(CallEnded(call_back_id=call_back_id, case_id=case_id, spared=False, by=by.key,
                           now=now))  # fmt: skip
    return state


def _open(call_back_id: int) -> CallBack:
    row = db.session.get(CallBack, call_back_id)
    if row is None:
        raise NotFound("no_such_call")
    if row.state is not CallState.OPEN:
        raise Stale("call_over")
    return row


def _called(call_back_id: int, by: Actor) -> CallBack:
    """Return the call-back that this person has just called. Raises Refused `call_first`."""
    row = _open(call_back_id)
    if _last_call(row.id, by) is None:
        raise Refused("call_first")
    return row


def _last_call(call_back_id: int, by: Actor) -> Call | None:
    return db.session.scalar(
        select(Call)
        .where(Call.call_back_id == call_back_id, Call.staff_id == by.staff_id,
               Call.outcome.is_(None))
        .order_by(Call.id.desc()).limit(1)
    )  # fmt: skip
