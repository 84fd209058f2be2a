"""Clocks follow their case through its moves; every ledger replays to its row."""

import pytest
from sqlalchemy import text

from app.cases import service as cases
from app.cases.workflow import Urgency
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Refused, Stale
from app.core.tx import transaction
from app.sla import extensions, queries
from app.sla import service as sla
from app.sla.kinds import ClockKind, ClockState, PauseReason
from app.sla.queries import Mood
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.infra.clock import moment

RUNNING, STOPPED, VOID = ClockState.RUNNING, ClockState.STOPPED, ClockState.VOID


@pytest.fixture
def county(context):
    story.begin()
    return story.laoli()


@pytest.fixture
def both(any_db, county):
    """The story runs on SQLite and on PostgreSQL."""
    return county


def test_the_whole_way_of_a_case(both):
    case_id = story.new_case("2026-11-23 09:00")
    assert story.clock(case_id, "accept").due_at == moment("2026-11-24 23:59:59")
    assert story.clock(case_id, "accept_outer").due_at == moment("2026-11-25 23:59:59")
    story.run(case_id, both, ("accept", "2026-11-23 10:00"), ("assign", "2026-11-23 11:30"))
    assert story.clock(case_id, "accept").on_time is True
    assert story.clock(case_id, "dispatch").on_time is True
    assert story.clock(case_id, "closure").due_at == moment("2026-12-02 23:59:59")
    assert story.clock(case_id, "first_reply").due_at == moment("2026-11-25 23:59:59")
    assert story.clock(case_id, "sign_for").due_at == moment("2026-11-23 15:00")
    arrive = story.clock(case_id, "arrive")
    assert arrive.due_at == moment("2026-11-24 23:59:59")
    assert (arrive.unit_code, arrive.staff_id) == (story.TOWN, both.staff_id)
    story.run(
        case_id, both, ("arrive", "2026-11-24 09:00"), ("handle", "2026-11-24 15:00"),
        ("pass_check", "2026-11-25 10:00"), ("close", "2026-11-26 10:00"),
    )  # fmt: skip
    left = [clock.kind for clock in queries.clocks_of(case_id) if clock.state is RUNNING]
    assert left == [ClockKind.RECHECK_30, ClockKind.RECHECK_90], "what watches a closed case"
    story.check(case_id)
    assert story.clock(case_id, "closure").stopped_at == moment("2026-11-25 10:00")
    assert story.clock(case_id, "closure").unit_code == "check"
    late = {clock.kind for clock in queries.clocks_of(case_id) if clock.on_time is False}
    assert late == {ClockKind.SIGN_FOR, ClockKind.FIRST_REPLY}


def test_in_time_to_the_second_and_late_one_second_after(county):
    for at, good in (("2026-12-02 23:59:59", True), ("2026-12-03 00:00:00", False)):
        case_id = story.accepted("2026-11-23 09:00")
        story.run(
            case_id, county, ("assign", "2026-11-23 10:00"), ("arrive", "2026-11-23 11:00"),
            ("handle", "2026-11-23 12:00"), ("pass_check", at),
        )  # fmt: skip
        assert story.clock(case_id, "closure").on_time is good


def test_an_urgent_case_has_minutes(county):
    case_id = story.accepted("2026-11-22 02:00", urgency="red")
    story.assign(case_id, "2026-11-22 02:10", county)
    assert story.clock(case_id, "arrive").due_at == moment("2026-11-22 03:10")
    assert story.clock(case_id, "first_reply").due_at == moment("2026-11-23 02:00")
    assert story.clock(case_id, "hand_back").due_at == moment("2026-11-22 04:10")


def test_rework_lets_the_closure_clock_run(county):
    case_id = story.accepted("2026-11-23 09:00")
    story.run(
        case_id, county, ("assign", "2026-11-23 10:00"), ("arrive", "2026-11-23 11:00"),
        ("handle", "2026-11-23 12:00"), ("fail_check", "2026-11-24 09:00"),
    )  # fmt: skip
    closure = story.clock(case_id, "closure")
    assert (closure.state, closure.due_at) == (RUNNING, moment("2026-12-02 23:59:59"))
    assert (closure.unit_code, closure.staff_id) == (story.TOWN, county.staff_id)
    assert len(story.clocks(case_id, "arrive")) == 1  # the first visit of a round only
    assert [clock.state for clock in story.clocks(case_id, "sign_for")] == [STOPPED, RUNNING]
    assert story.clock(case_id, "check").on_time is True


def test_reopening_annuls_the_closure_and_gives_fresh_limits(both):
    case_id = story.accepted("2026-11-23 09:00")
    story.run(
        case_id, both, ("assign", "2026-11-23 10:00"), ("arrive", "2026-11-23 11:00"),
        ("handle", "2026-11-23 12:00"), ("pass_check", "2026-11-24 09:00"),
        ("close", "2026-11-24 10:00"), ("reopen", "2026-12-24 10:00"),
    )  # fmt: skip
    first, second = story.clocks(case_id, "closure")
    assert (first.state, first.on_time) == (ClockState.ANNULLED, False)
    assert (second.state, second.round, second.on_time) == (RUNNING, 2, None)
    story.assign(case_id, "2026-12-24 11:00", both)
    assert [clock.round for clock in story.clocks(case_id, "arrive")] == [1, 2]
    assert len(story.clocks(case_id, "first_reply")) == 1


def test_reopening_after_thirty_days_leaves_the_closure(county):
    case_id = story.accepted("2026-11-23 09:00")
    story.run(
        case_id, county, ("assign", "2026-11-23 10:00"), ("arrive", "2026-11-23 11:00"),
        ("handle", "2026-11-23 12:00"), ("pass_check", "2026-11-24 09:00"),
        ("close", "2026-11-24 10:00"), ("reopen", "2026-12-25 10:00"),
    )  # fmt: skip
    assert story.clocks(case_id, "closure")[0].on_time is True


def test_a_question_pauses_the_closure_by_working_days(both):
    case_id = story.accepted("2026-11-23 09:00")
    story.move(case_id, "ask_reporter", "2026-11-25 10:00")
    paused = story.clock(case_id, "closure")
    assert (paused.state, paused.due_at) == (ClockState.PAUSED, None)
    assert paused.mood(moment("2027-03-01 00:00")) is Mood.PAUSED
    assert story.clock(case_id, "dispatch").state is RUNNING
    story.move(case_id, "answered", "2026-11-27 15:00")
    assert story.clock(case_id, "closure").due_at == moment("2026-12-04 23:59:59")


def test_a_question_before_acceptance_pauses_the_acceptance(county):
    case_id = story.new_case("2026-11-23 09:00")
    story.move(case_id, "ask_reporter", "2026-11-23 10:00")
    assert story.clock(case_id, "accept").state is ClockState.PAUSED
    assert story.clock(case_id, "accept_outer").state is RUNNING  # the law does not wait
    story.move(case_id, "answered", "2026-11-24 15:00")
    assert story.clock(case_id, "accept").due_at == moment("2026-11-25 23:59:59")


def test_a_pause_ends_at_its_cap(both):
    case_id = story.accepted("2026-11-23 09:00")
    story.move(case_id, "ask_reporter", "2026-11-25 10:00")
    assert story.sweep("2026-12-02 23:00", "cap_batch") == 0
    assert story.sweep("2026-12-09 09:00", "cap_batch") == 1
    closure = story.clock(case_id, "closure")
    assert (closure.state, closure.due_at) == (RUNNING, moment("2026-12-09 23:59:59"))
    story.move(case_id, "answered", "2026-12-20 09:00")  # nothing is left to resume
    assert story.clock(case_id, "closure").due_at == moment("2026-12-09 23:59:59")


def test_suspension_pauses_for_named_reasons_only(county):
    case_id = story.accepted("2026-11-23 09:00")
    story.assign(case_id, "2026-11-23 10:00", county)
    story.move(case_id, "suspend", "2026-11-23 11:00", facts={"code": "too_busy"})
    assert story.clock(case_id, "closure").state is RUNNING
    story.move(case_id, "resume", "2026-11-23 12:00")
    story.move(case_id, "suspend", "2026-11-23 13:00", facts={"code": "disaster"})
    assert story.clock(case_id, "closure").state is ClockState.PAUSED
    assert story.clock(case_id, "arrive").state is ClockState.PAUSED
    assert story.clock(case_id, "first_reply").state is RUNNING


def test_an_expired_clock_is_not_paused(both):
    case_id = story.accepted("2026-11-23 09:00")
    assert story.sweep("2026-12-03 00:00") > 0
    story.move(case_id, "ask_reporter", "2026-12-03 10:00")
    closure = story.clock(case_id, "closure")
    assert (closure.state, closure.on_time) == (RUNNING, False)


def test_nor_is_one_that_no_sweep_has_found_yet(county):
    case_id = story.accepted("2026-11-23 09:00")
    story.move(case_id, "ask_reporter", "2026-12-03 10:00")
    assert story.clock(case_id, "closure").state is RUNNING


def test_a_granted_hand_back_does_not_charge_the_wrong_unit(both):
    other = story.person("ayong", area=story.OTHER_TOWN)
    case_id = story.accepted("2026-11-23 09:00")
    story.assign(case_id, "2026-11-23 10:00", both)
    story.move(case_id, "ask_handback", "2026-11-23 11:00")
    assert story.clock(case_id, "hand_back").on_time is True
    story.move(
        case_id, "grant_handback", "2026-11-24 10:00", assignee_id=other.staff_id,
        unit_code=other.area_code,
    )  # fmt: skip
    first, second = story.clocks(case_id, "arrive")
    assert (first.state, first.on_time) == (VOID, None)
    assert (second.unit_code, second.due_at) == (story.OTHER_TOWN, moment("2026-11-25 23:59:59"))
    closure = story.clock(case_id, "closure")
    assert closure.due_at == moment("2026-12-02 23:59:59")
    assert (closure.unit_code, closure.staff_id) == (story.OTHER_TOWN, other.staff_id)


def test_who_held_the_clock_when_it_expired_answers_for_it(county):
    other = story.person("ayong", area=story.OTHER_TOWN)
    case_id = story.accepted("2026-11-23 09:00")
    story.run(case_id, county, ("assign", "2026-11-23 10:00"), ("arrive", "2026-11-23 11:00"))
    story.move(case_id, "ask_handback", "2026-12-02 10:00")
    story.sweep("2026-12-03 09:00")
    story.move(
        case_id, "grant_handback", "2026-12-03 10:00", assignee_id=other.staff_id,
        unit_code=other.area_code,
    )  # fmt: skip
    assert story.clock(case_id, "closure").staff_id == county.staff_id


def test_hand_over_does_not_pause_the_closure(county):
    case_id = story.accepted("2026-11-23 09:00")
    story.assign(case_id, "2026-11-23 10:00", county)
    facts = {"unit_code": "housing"}
    story.move(case_id, "hand_over", "2026-11-23 11:00", facts=facts)
    assert story.clock(case_id, "arrive").state is VOID
    assert story.clock(case_id, "department_feedback").unit_code == "housing"
    with transaction():
        sla.stop(case_id, ClockKind.DEPARTMENT_RECEIPT, moment("2026-11-24 09:00"))
    closure = story.clock(case_id, "closure")
    assert (closure.state, closure.unit_code) == (RUNNING, "housing")
    assert closure.due_at == moment("2026-12-02 23:59:59")


def test_nobody_is_sent_where_nobody_must_go(county):
    case_id = story.accepted("2026-11-23 09:00")
    story.move(case_id, "assign", "2026-11-23 10:00", on_site=False, assignee_id=county.staff_id)
    assert not story.clocks(case_id, "arrive")


@pytest.mark.parametrize(("accepted", "good"), [(True, True), (False, False)])
def test_an_arrival_of_grade_c_counts_once_confirmed(county, accepted, good):
    case_id = story.accepted("2026-11-23 09:00")
    story.assign(case_id, "2026-11-23 10:00", county)
    facts = {"at": moment("2026-11-24 23:00").isoformat(), "counts": False}
    story.move(case_id, "arrive", "2026-11-25 08:00", facts=facts)
    waiting = story.clock(case_id, "arrive")
    assert (waiting.on_time, waiting.pending) == (None, True)
    with transaction():
        now = moment("2026-11-26 09:00")
        sla.confirm(case_id, now, accepted=accepted, actor="staff:9", reason="gesehen")
    assert story.clock(case_id, "arrive").on_time is good


def test_an_offline_arrival_is_judged_by_its_own_time(both):
    case_id = story.accepted("2026-11-23 09:00")
    story.assign(case_id, "2026-11-23 10:00", both)
    story.sweep("2026-11-25 07:00")
    facts = {"at": moment("2026-11-24 23:00").isoformat(), "counts": True}
    story.move(case_id, "arrive", "2026-11-25 08:00", facts=facts)
    arrive = story.clock(case_id, "arrive")
    assert (arrive.on_time, arrive.stopped_at) == (True, moment("2026-11-24 23:00"))
    assert arrive.breached_at is not None


@pytest.mark.parametrize("step", ["reject", "withdraw"])
def test_what_is_over_leaves_no_clock_running(county, step):
    case_id = story.new_case("2026-11-23 09:00")
    story.move(case_id, step, "2026-11-23 10:00")
    states = {clock.state for clock in queries.clocks_of(case_id)}
    assert states == ({STOPPED} if step == "reject" else {VOID})


def test_every_report_has_its_own_reply_clock(both):
    case_id = story.accepted("2026-11-23 09:00", reports=2)
    joined = story.join(case_id, "2026-11-24 09:00")
    found = story.clocks(case_id, "first_reply")
    assert [clock.due_at for clock in found] == [
        moment("2026-11-25 23:59:59"), moment("2026-11-25 23:59:59"),
        moment("2026-11-26 23:59:59"),
    ]  # fmt: skip
    with transaction():
        sla.stop(case_id, ClockKind.FIRST_REPLY, moment("2026-11-24 10:00"))
    late = story.join(case_id, "2026-11-25 09:00")
    last = story.clocks(case_id, "first_reply")[-1]
    assert (last.report_id, last.state, last.on_time) == (late, STOPPED, True)
    assert joined in {clock.report_id for clock in found}


def test_a_report_that_joins_before_acceptance_waits_for_it(county):
    case_id = story.new_case("2026-11-23 09:00")
    story.join(case_id, "2026-11-23 09:30")
    assert not story.clocks(case_id, "first_reply")
    story.move(case_id, "accept", "2026-11-24 09:00")
    dues = {clock.due_at for clock in story.clocks(case_id, "first_reply")}
    assert dues == {moment("2026-11-26 23:59:59")}


def test_a_merged_case_leaves_its_replies_with_the_parent(both):
    parent = story.accepted("2026-11-23 09:00")
    child = story.new_case("2026-11-23 10:00")
    story.move(child, "merge", "2026-11-24 09:00", merged_into_id=parent)
    assert {clock.state for clock in queries.clocks_of(child)} == {VOID}
    own, merged = story.clocks(parent, "first_reply")
    assert (own.due_at, merged.due_at) == (
        moment("2026-11-25 23:59:59"), moment("2026-11-26 23:59:59"),
    )  # fmt: skip
    story.move(child, "unmerge", "2026-11-24 10:00", merged_into_id=None)
    assert len(story.clocks(parent, "first_reply")) == 1
    assert story.clock(child, "accept").state is RUNNING
    assert story.clock(child, "first_reply").report_id == merged.report_id


def test_a_case_merged_into_one_not_accepted_waits_with_it(county):
    parent, child = story.new_case("2026-11-23 09:00"), story.new_case("2026-11-23 10:00")
    story.move(child, "merge", "2026-11-23 11:00", merged_into_id=parent)
    assert not story.clocks(parent, "first_reply")
    story.move(parent, "accept", "2026-11-24 09:00")
    assert len(story.clocks(parent, "first_reply")) == 2


def test_another_urgency_counts_from_the_original_start(both):
    case_id = story.accepted("2026-11-23 09:00")
    with transaction():
        cases.regrade(
            case_id, urgency=Urgency.RED, category="A6", by="staff:1",
            now=moment("2026-11-24 09:00"), note="es brennt",
        )  # fmt: skip
    closure = story.clock(case_id, "closure")
    assert (closure.due_at, closure.origin_due_at) == (
        moment("2026-11-26 23:59:59"), moment("2026-12-02 23:59:59"),
    )  # fmt: skip
    assert (closure.length, closure.urgency) == (3, "red")
    assert story.clock(case_id, "dispatch").due_at == moment("2026-11-23 09:15")
    assert story.clock(case_id, "accept").length == 1
    explained = queries.explain(closure)
    assert [entry.reason for entry in explained.changes] == ["urgency"]
    assert [item.n for item in explained.days if item.n] == [1, 2, 3]


def test_another_urgency_keeps_what_was_paused(county):
    case_id = story.accepted("2026-11-23 09:00")
    story.move(case_id, "ask_reporter", "2026-11-24 10:00")
    story.move(case_id, "answered", "2026-11-26 10:00")
    with transaction():
        cases.regrade(
            case_id, urgency=Urgency.BLUE, category="A6", by="staff:1",
            now=moment("2026-11-27 09:00"), note="verzwickt",
        )  # fmt: skip
    assert story.clock(case_id, "closure").due_at == moment("2026-12-16 23:59:59")


def test_more_time_is_granted_once_by_somebody_else(both):
    boss = story.person("leader", area="")
    twin = story.person("laoli2", natural="x")
    case_id = story.accepted("2026-11-23 09:00")
    closure = story.clock(case_id, "closure")
    ask = {"reason": "Labor", "by": both, "now": moment("2026-11-24 09:00")}
    with pytest.raises(Invalid), transaction():
        extensions.ask(closure.id, length=8, **ask)
    with transaction():
        wanted = extensions.ask(closure.id, length=3, **ask)
    with pytest.raises(Stale), transaction():
        extensions.ask(closure.id, length=1, **ask)
    now = moment("2026-11-25 09:00")
    with pytest.raises(Forbidden), transaction():
        extensions.decide(wanted, grant=True, answer="", by=both, now=now)
    with transaction():
        extensions.decide(wanted, grant=True, answer="", by=boss, now=now)
    longer = story.clock(case_id, "closure")
    assert (longer.due_at, longer.extended) == (moment("2026-12-07 23:59:59"), True)
    assert longer.warn_at == moment("2026-12-01 00:00")
    with pytest.raises(Stale), transaction():
        extensions.decide(wanted, grant=True, answer="", by=twin, now=now)


def extended(case_id, clock_id, length, worker):
    """Grant more time on a clock; return the legal limit of closure after it."""
    boss = story.person("leader", area="")
    now = moment("2026-11-24 09:00")
    with transaction():
        wanted = extensions.ask(clock_id, length=length, reason="Labor", by=worker, now=now)
    with transaction():
        extensions.decide(wanted, grant=True, answer="", by=boss, now=now)
    return story.clock(case_id, "closure_outer")


@pytest.mark.parametrize(
    ("length", "outer"), [(5, "2026-12-23 23:59:59"), (15, "2027-01-05 23:59:59")]
)
def test_the_legal_limit_goes_with_an_extension_that_passes_it(both, length, outer):
    case_id = story.accepted("2026-11-23 09:00", urgency="blue")
    before = story.clock(case_id, "closure_outer")
    assert before.due_at == moment("2026-12-23 23:59:59")
    after = extended(case_id, story.clock(case_id, "closure").id, length, both)
    assert after.due_at == moment(outer)
    assert after.extended is (after.due_at != before.due_at)
    assert after.due_at >= story.clock(case_id, "closure").due_at


def test_the_legal_limit_goes_sixty_days_further_and_no_more(both):
    case_id = story.accepted("2026-11-23 09:00", urgency="blue")
    with transaction():
        long = sla.start(case_id, ClockKind.CLOSURE, moment("2026-11-23 10:00"), subject="long",
                         until=moment("2027-03-15 23:59:59"))  # fmt: skip
    after = extended(case_id, long, 5, both)
    assert after.due_at == moment("2027-02-22 23:59:59"), "60 days end on a Sunday"


def test_no_time_is_granted_after_the_end(county):
    boss = story.person("leader", area="")
    case_id = story.accepted("2026-11-23 09:00")
    closure = story.clock(case_id, "closure")
    with transaction():
        wanted = extensions.ask(
            closure.id, length=3, reason="Labor", by=county, now=moment("2026-11-24 09:00")
        )
    with pytest.raises(Refused) as refused, transaction():
        extensions.decide(wanted, grant=True, answer="", by=boss, now=moment("2026-12-03 00:00"))
    assert refused.value.key == "clock_expired"
    assert story.clock(case_id, "closure").extended is False


def test_a_storm_pauses_what_it_may_and_no_longer(county):
    case_id = story.accepted("2026-11-23 09:00")
    story.assign(case_id, "2026-11-23 10:00", county)
    with transaction():
        now = moment("2026-11-23 11:00")
        assert sla.pause(case_id, PauseReason.DISASTER, now, actor="staff:7") == 2
    with transaction():
        assert sla.resume(case_id, moment("2026-12-10 09:00"), actor="staff:7") == 2
    assert story.clock(case_id, "arrive").due_at == moment("2026-11-27 23:59:59")
    assert story.clock(case_id, "closure").due_at == moment("2026-12-07 23:59:59")


NEXT_YEAR = "date,kind\n2027-01-01,holiday\n2027-01-04,holiday\n2027-10-01,holiday\n"


def test_a_year_not_published_is_provisional_until_it_is_loaded(both):
    case_id = story.accepted("2026-12-29 09:00")
    closure = story.clock(case_id, "closure")
    assert closure.provisional
    assert closure.due_at == moment("2027-01-08 23:59:59")
    with transaction():
        assert sla.calendar_batch(moment("2026-12-30 09:00")) == 0
    with transaction():
        worktime.load(NEXT_YEAR, doc_no="国办发明电〔2026〕9号", by="staff:1",
                          now=moment("2026-12-30 10:00"))  # fmt: skip
    assert story.sweep("2026-12-30 10:01", "calendar_batch") > 0
    closure = story.clock(case_id, "closure")
    assert not closure.provisional
    assert closure.due_at == moment("2027-01-11 23:59:59")
    assert closure.origin_due_at == moment("2027-01-08 23:59:59")
    assert [entry.reason for entry in queries.explain(closure).changes] == ["calendar"]


def test_the_database_refuses_to_change_a_ledger(both):
    case_id = story.new_case("2026-11-23 09:00")
    for statement in ("UPDATE clock_entry SET reason = 'x'", "DELETE FROM clock_entry"):
        with pytest.raises(Exception, match="append-only"), transaction():
            db.session.execute(text(statement))
    story.check(case_id)


def test_lists_say_what_is_nearest_and_what_is_late(both):
    first = story.accepted("2026-11-23 09:00")
    second = story.accepted("2026-11-23 09:00", urgency="red")
    db.session.rollback()
    nearest = queries.next_clock_for([first, second])
    assert {case: clock.kind for case, clock in nearest.items()} == {
        first: ClockKind.DISPATCH, second: ClockKind.DISPATCH,
    }  # fmt: skip
    now = moment("2026-11-23 14:00")
    dispatch = nearest[first]
    assert dispatch.percent(now) == 87
    assert dispatch.mood(now) is Mood.NEAR
    assert dispatch.mood(moment("2026-11-23 10:59")) is Mood.OK
    assert dispatch.mood(moment("2026-11-23 11:00")) is Mood.WARN
    assert nearest[second].mood(now) is Mood.LATE
    page = queries.overdue(now=now)
    assert [row.clock.case_id for row in page.rows] == [second]
    assert queries.overdue(now=now, townships=["330226111"]).total == 0
    told = queries.promises(urgency="red", start=now, township_kind="街道")
    assert [str(kind) for kind, _ in told] == ["dispatch", "arrive", "first_reply", "closure"]
    assert told[1][1].at == moment("2026-11-23 14:30")
