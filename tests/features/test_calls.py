"""回访: who is called after closing, how often, and what a call may change."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.permissions import Role
from app.audit.models import AuditEntry
from app.cases import service as cases
from app.cases.workflow import Move, Urgency
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Refused, Stale
from app.core.tx import transaction
from app.feedback import call_queries, calls, queries, service
from app.feedback.rules import Satisfaction, Solved
from app.feedback.rules_calls import CallOutcome, CallReason, CallState
from app.feedback.service import RatingData
from app.identity import service as identity
from app.intake.models import Report
from app.notify import service as notify
from app.sla.kinds import ClockKind, ClockState
from app.sla.models import Clock
from tests.features import field_story as story
from tests.features.field_story import HOUR, T0

DAY = timedelta(days=1)
CLOSED = T0 + DAY  # Tuesday 24 November 2026, 09:20
GOOD = RatingData(solved=Solved.YES, satisfaction=Satisfaction.VERY)
BAD = RatingData(solved=Solved.YES, satisfaction=Satisfaction.DISSATISFIED, words="味道还在")
NOTHING = RatingData(solved=None, satisfaction=None)


@pytest.fixture
def laoli(context):
    return story.laoli()


@pytest.fixture
def caller(context):
    return story.person("caller", Role.CALLER, name="回访员")


def closed(worker, number, *, urgency=Urgency.YELLOW, phones=("13800138000",), now=CLOSED):
    """Return the report ids of a case that was closed at `now`."""
    case_id = story.case(worker, number=f"E110-{number:06}", urgency=urgency)
    with transaction():
        ids = [_report(case_id, f"{number}-{place}") for place in range(len(phones))]
        for report_id, phone in zip(ids, phones, strict=True):
            if phone:
                identity.leave_phone(report_id, phone, now=T0)
    with transaction():
        for step in (Move.ARRIVE, Move.HANDLE, Move.PASS_CHECK, Move.CLOSE):
            cases.move(case_id, step, by=worker.key, now=now)
    return ids


def _report(case_id, key, **more):
    row = Report(
        case_id=case_id, key_hash=key, source="web", received_at=T0, kinds=[], happening="yes",
        words="河水发黑", crs="wgs84", contact_mode="phone", digest="d", ordinal_in_case=1, **more,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def only():
    (view,) = call_queries.waiting()
    return view


def clock_of(view):
    db.session.rollback()
    return db.session.scalar(select(Clock).where(Clock.subject == f"call:{view.id}"))


def call(view, caller, now):
    with transaction():
        calls.connect(view.id, by=caller, now=now)


def in_vain(view, caller, now, outcome=CallOutcome.NO_ANSWER):
    call(view, caller, now)
    with transaction():
        return calls.not_answered(view.id, outcome, words="", by=caller, now=now)


def answer(view, caller, data=GOOD, *, reopen=False, now=CLOSED + HOUR):
    with transaction():
        calls.answered(view.id, data, reopen=reopen, by=caller, now=now)


# ---- who is called -----------------------------------------------------------------------------


def test_everybody_of_an_urgent_case_who_left_a_number_is_called(any_db, laoli):
    ids = closed(laoli, 1, urgency=Urgency.RED, phones=("13800138000", "", "13900139000"))
    wanted = {(view.report_id, view.reason) for view in call_queries.waiting()}
    assert wanted == {(ids[0], CallReason.URGENT), (ids[2], CallReason.URGENT)}


@pytest.mark.parametrize(("closings", "least"), [(1, 1), (3, 1), (4, 2), (10, 3), (20, 6)])
def test_at_least_thirty_of_a_hundred_are_called_in_a_month(laoli, closings, least):
    for number in range(closings):
        closed(laoli, number)
    assert len(call_queries.waiting()) == least
    assert least * 100 >= closings * 30


def test_a_month_that_cannot_be_filled_takes_everybody_it_can(laoli):
    for number in range(6):
        closed(laoli, number, phones=("",))
    ids = closed(laoli, 9)
    assert [view.report_id for view in call_queries.waiting()] == ids


def test_a_new_month_begins_anew(laoli):
    closed(laoli, 1)
    closed(laoli, 2)
    closed(laoli, 3, now=CLOSED + 8 * DAY)  # 2 December
    assert len(call_queries.waiting()) == 2


def test_who_left_no_number_or_wants_no_answer_is_not_called(laoli):
    closed(laoli, 1, urgency=Urgency.RED, phones=("",))
    case_id = story.case(laoli, number="E110-000002", urgency=Urgency.RED)
    with transaction():
        for key, more in (("a", {"refuses_reply": True}), ("b", {"withdrawn_at": T0})):
            identity.leave_phone(_report(case_id, key, **more), "13800138000", now=T0)
        for step in (Move.ARRIVE, Move.HANDLE, Move.PASS_CHECK, Move.CLOSE):
            cases.move(case_id, step, by=laoli.key, now=CLOSED)
    assert call_queries.waiting() == []


def test_the_dissatisfied_are_always_called(any_db, laoli):
    closed(laoli, 1)
    (second,) = closed(laoli, 2)  # not drawn: one of two is enough
    with transaction():
        service.rate(second, BAD, now=CLOSED + HOUR)
    found = {view.report_id: view.reason for view in call_queries.waiting()}
    assert found[second] is CallReason.DISSATISFIED
    assert len(found) == 2


def test_a_bad_rating_gives_the_waiting_call_its_reason(laoli):
    (report,) = closed(laoli, 1)
    with transaction():
        service.rate(report, BAD, now=CLOSED + HOUR)
    assert only().reason is CallReason.DISSATISFIED


def test_who_says_by_code_that_all_is_well_is_spared(any_db, laoli):
    (report,) = closed(laoli, 1)
    view = only()
    with transaction():
        service.rate(report, GOOD, now=CLOSED + HOUR)
    assert call_queries.waiting() == []
    assert call_queries.call_back(view.id).state is CallState.SPARED
    assert clock_of(view).state is ClockState.VOID


def test_a_reopened_case_calls_nobody_and_its_next_closing_may(laoli):
    closed(laoli, 1, urgency=Urgency.RED)
    first = only()
    with transaction():
        cases.move(first.case_id, Move.REOPEN, by="staff:9", now=CLOSED + HOUR, note="又黑了")
    assert call_queries.waiting() == []
    story.assign(first.case_id, laoli, now=CLOSED + 2 * HOUR)
    with transaction():
        for step in (Move.ARRIVE, Move.HANDLE, Move.PASS_CHECK, Move.CLOSE):
            cases.move(first.case_id, step, by=laoli.key, now=CLOSED + 3 * HOUR)
    assert only().id != first.id


# ---- the call ----------------------------------------------------------------------------------


def test_the_clock_runs_three_working_days_and_ends_with_the_answer(any_db, laoli, caller):
    (report,) = closed(laoli, 1)
    view = only()
    running = clock_of(view)
    assert running.kind is ClockKind.CALL_BACK
    assert running.due_at == T0.replace(day=27, hour=15, minute=59, second=59)  # Friday 24:00
    call(view, caller, CLOSED + HOUR)
    answer(view, caller)
    stopped = clock_of(view)
    assert (stopped.state, stopped.on_time) == (ClockState.STOPPED, True)
    assert queries.rating(report).by == caller.key
    assert call_queries.call_back(view.id).state is CallState.ANSWERED


def test_the_bridge_gets_the_report_and_the_desk_and_no_number(laoli, caller, app):
    (report,) = closed(laoli, 1)
    call(only(), caller, CLOSED + HOUR)
    with transaction():
        notify.deliver_batch(CLOSED + HOUR)
    text = (app.config["ECO110"].outbox_folder / "calls.jsonl").read_text()
    (order,) = [json.loads(line) for line in text.splitlines()]
    assert (order["report"], order["desk"]) == (f"report:{report}", caller.key)
    assert "13800138000" not in text
    subject = select(AuditEntry.actor).where(AuditEntry.action == "call.connected")
    assert db.session.scalars(subject).all() == [caller.key]


def test_nothing_is_stored_of_a_call_that_was_not_made(laoli, caller):
    closed(laoli, 1)
    with pytest.raises(Refused, match="call_first"):
        answer(only(), caller)
    assert only().calls == ()


def test_one_does_not_call_about_ones_own_case(laoli):
    closed(laoli, 1)
    with pytest.raises(Forbidden, match="own_case"):
        call(only(), laoli, CLOSED + HOUR)


def test_three_days_without_an_answer_end_it_and_one_day_counts_once(any_db, laoli, caller):
    closed(laoli, 1)
    view = only()
    times = (HOUR, 2 * HOUR, DAY, DAY + HOUR, 2 * DAY)
    states = [in_vain(view, caller, CLOSED + time) for time in times]
    assert states == [CallState.OPEN] * 4 + [CallState.NOT_REACHED]
    assert clock_of(view).state is ClockState.STOPPED
    assert len(call_queries.call_back(view.id).days) == 3


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(CallOutcome.DECLINED, CallState.DECLINED),
     (CallOutcome.WRONG_NUMBER, CallState.NOT_REACHED)],
)  # fmt: skip
def test_a_refusal_or_a_wrong_number_ends_it_at_once(laoli, caller, outcome, state):
    closed(laoli, 1)
    assert in_vain(only(), caller, CLOSED + HOUR, outcome) is state


def test_a_rating_by_code_is_never_changed_by_a_call(any_db, laoli, caller):
    (report,) = closed(laoli, 1)
    with transaction():
        service.rate(report, BAD, now=CLOSED + HOUR)
    view = only()
    call(view, caller, CLOSED + 2 * HOUR)
    with pytest.raises(Invalid, match="words_missing"):
        answer(view, caller, GOOD)
    answer(view, caller, RatingData(solved=None, satisfaction=None, words="说味道淡了"))
    assert queries.rating(report).satisfaction is Satisfaction.DISSATISFIED
    assert call_queries.call_back(view.id).words == "说味道淡了"


def test_the_reporter_may_ask_for_a_reopening_by_telephone(laoli, caller):
    (report,) = closed(laoli, 1)
    view = only()
    call(view, caller, CLOSED + HOUR)
    with pytest.raises(Invalid, match="words_missing"):
        answer(view, caller, GOOD, reopen=True)
    answer(view, caller, RatingData(**{**vars_of(GOOD), "words": "晚上又排了"}), reopen=True)
    (wish,) = queries.requests_of_report(report)
    assert wish.reason == "晚上又排了"


def vars_of(data):
    return {name: getattr(data, name) for name in data.__dataclass_fields__}


def test_two_who_answer_at_once_end_it_once(any_db, laoli, caller):
    closed(laoli, 1)
    view, other = only(), story.person("caller2", Role.CALLER)
    call(view, caller, CLOSED + HOUR)
    call(view, other, CLOSED + HOUR)
    answer(view, caller)
    with pytest.raises(Stale, match="call_over"):
        answer(view, other)
