"""A case rests on a leader's word, goes on by hand or at its cap; a court's rest is renewed."""

from datetime import date

import pytest
from sqlalchemy import select

from app import jobs
from app.accounts.permissions import Role
from app.cases.workflow import State
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Refused, Stale
from app.core.tx import transaction
from app.notify.models import Message
from app.sla import proof, suspensions
from app.sla.kinds import ClockState, PauseReason, SuspensionState
from app.sla.suspensions import Wish
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.infra.clock import at, moment

RUNNING, PAUSED = ClockState.RUNNING, ClockState.PAUSED
LAB = Wish(
    reason=PauseReason.LAB_REPORT, words="水样已送检，等检测报告", evidence="采样单 2026-118",
    review_on=date(2026, 12, 4),
)  # fmt: skip
COURT = Wish(
    reason=PauseReason.JUDICIAL, words="法院正在审理，等判决", evidence="（2026）浙0226行初5号",
    review_on=date(2027, 1, 15),
)  # fmt: skip


@pytest.fixture
def people(context):
    with transaction():
        worktime.seed(moment("2026-01-01 00:00"))
    return {
        "laoli": story.laoli(),
        "leader": story.person("leader", Role.APPROVER, area="330226"),
    }


@pytest.fixture
def case_id(people):
    made = story.accepted("2026-11-23 09:00")
    story.run(made, people["laoli"], ("assign", "2026-11-23 09:30"),
              ("arrive", "2026-11-23 10:00"))  # fmt: skip
    return made


def do(name, *args, when, by, **more):
    with transaction():
        return getattr(suspensions, name)(*args, by=by, now=moment(when), **more)


def rest(people, case_id, wish, when):
    one = do("ask", case_id, wish, when=when, by=people["laoli"])
    do("decide", one, grant=True, answer="", when=when, by=people["leader"])
    return one


def test_it_rests_and_goes_on_by_hand_due_later_by_the_rest(any_db, people, case_id):
    rest(people, case_id, LAB, "2026-11-25 10:00")
    assert story.case_row(case_id).state is State.SUSPENDED
    closure = story.clock(case_id, "closure")
    assert (closure.state, closure.pause_reason) == (PAUSED, "lab_report")
    assert story.clock(case_id, "first_reply").state is RUNNING
    with transaction():
        suspensions.resume(case_id, by=people["laoli"].key, now=moment("2026-11-27 15:00"))
    assert story.case_row(case_id).state is State.ARRIVED
    assert story.clock(case_id, "closure").due_at == moment("2026-12-04 23:59:59")
    assert suspensions.of_case(case_id)[0].state is SuspensionState.OVER
    news = db.session.scalars(select(Message.key).where(Message.template == "news")).all()
    assert [key.split(":")[1] for key in news] == ["suspend", "resume"]
    assert proof.replayed()[1] is None


def test_at_the_cap_it_goes_on_by_itself(any_db, people, case_id):
    rest(people, case_id, LAB, "2026-11-25 10:00")
    last = suspensions.of_case(case_id)[0].until
    assert last == moment("2026-12-16 23:59:59")
    with at("2026-12-16 23:00"):
        assert jobs.tick("rests") == 0
    with at("2026-12-17 00:01"):
        assert jobs.tick("rests") == 1
        assert jobs.tick("rests") == 0
    assert story.case_row(case_id).state is State.ARRIVED
    closure = story.clock(case_id, "closure")
    assert (closure.state, closure.due_at) == (RUNNING, moment("2026-12-23 23:59:59"))


def test_nobody_lets_his_own_case_rest(people, case_id):
    one = do("ask", case_id, LAB, when="2026-11-25 10:00", by=people["laoli"])
    with pytest.raises(Forbidden):
        do("decide", one, grant=True, answer="", when="2026-11-25 11:00", by=people["laoli"])
    with pytest.raises(Stale):
        do("ask", case_id, LAB, when="2026-11-25 11:00", by=people["laoli"])
    with pytest.raises(Invalid):
        do("decide", one, grant=False, answer=" ", when="2026-11-25 11:00", by=people["leader"])
    do("decide", one, grant=False, answer="已有检测报告", when="2026-11-25 11:00",
       by=people["leader"])  # fmt: skip
    with pytest.raises(Stale):
        do("decide", one, grant=True, answer="", when="2026-11-25 11:01", by=people["leader"])
    assert story.case_row(case_id).state is State.ARRIVED


def test_a_slip_is_taken_back(people, case_id):
    one = do("ask", case_id, LAB, when="2026-11-25 10:00", by=people["laoli"])
    with pytest.raises(Stale):
        do("take_back", case_id, when="2026-11-25 10:01", by=people["leader"])
    do("take_back", case_id, when="2026-11-25 10:01", by=people["laoli"])
    with pytest.raises(Stale):
        do("decide", one, grant=True, answer="", when="2026-11-25 11:00", by=people["leader"])
    do("ask", case_id, COURT, when="2026-11-25 12:00", by=people["laoli"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"words": "等"}, "words"), ({"evidence": " "}, "evidence"),
        ({"reason": PauseReason.WAITING_REPORTER}, "reason"),
        ({"review_on": None}, "review_on"), ({"review_on": date(2026, 11, 25)}, "review_on"),
        ({"review_on": date(2026, 12, 17)}, "review_on"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_at_its_field(people, case_id, change, field):
    told = {name: getattr(LAB, name) for name in ("reason", "words", "evidence", "review_on")}
    with pytest.raises(Invalid) as refusal:
        do("ask", case_id, Wish(**told | change), when="2026-11-25 10:00", by=people["laoli"])
    assert refusal.value.field == field


def test_only_a_court_is_waited_for_twice(any_db, people, case_id):
    rest(people, case_id, COURT, "2026-11-25 10:00")
    with pytest.raises(Refused):
        do("ask", case_id, LAB, when="2026-11-26 10:00", by=people["laoli"])
    again = Wish(reason=PauseReason.JUDICIAL, words="二审中，等判决", evidence="上诉状副本",
                 review_on=date(2027, 3, 1))  # fmt: skip
    rest(people, case_id, again, "2027-01-20 10:00")
    assert story.case_row(case_id).state is State.SUSPENDED
    states = [row.state for row in suspensions.of_case(case_id)]
    assert states == [SuspensionState.GRANTED, SuspensionState.OVER]
    with at("2027-01-26 00:10"):
        assert jobs.tick("rests") == 0
    with transaction():
        suspensions.resume(case_id, by="staff:1", now=moment("2027-02-01 10:00"))
    assert story.case_row(case_id).state is State.ARRIVED
    assert proof.replayed()[1] is None


def test_who_moved_on_meanwhile_does_not_rest(people, case_id):
    one = do("ask", case_id, LAB, when="2026-11-25 10:00", by=people["laoli"])
    story.move(case_id, "handle", "2026-11-25 11:00")
    story.move(case_id, "pass_check", "2026-11-25 12:00")
    with pytest.raises(Stale):
        do("decide", one, grant=True, answer="", when="2026-11-25 13:00", by=people["leader"])
    assert suspensions.waiting()[0].id == one
