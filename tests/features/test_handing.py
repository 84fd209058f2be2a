"""A case goes to a department and comes back: receipt, feedback, return, called back."""

from datetime import date

import pytest
from sqlalchemy import select

from app import jobs
from app.accounts.permissions import Role
from app.cases import check
from app.cases import queries as cases
from app.cases import service as case_service
from app.cases.workflow import State, Urgency
from app.core.db import db
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.core.tx import transaction
from app.fieldwork import queries as tasks
from app.notify.models import Message
from app.sla import proof
from app.sla.kinds import ClockState
from app.supervision import queries, service
from app.supervision.departments import Department, HandOverState
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.infra.clock import at, moment

MATTER = "工地扬尘，请查处并反馈"
DONE = "已到场查处，责令围挡并洒水"


@pytest.fixture
def people(context):
    """The product's own reactions hold: the story installs none."""
    with transaction():
        worktime.seed(moment("2026-01-01 00:00"))
    return {
        "laoli": story.laoli(),
        "pai": story.person("pai", Role.DISPATCHER, area="330226"),
        "zhujian": story.person("zhujian", Role.DEPARTMENT, area="d-build"),
        "gongan": story.person("gongan", Role.DEPARTMENT, area="d-police"),
        "hecha": story.person("hecha", Role.CHECKER, area="330226"),
    }


@pytest.fixture
def case_id(people):
    made = story.accepted("2026-11-23 09:00")
    story.assign(made, "2026-11-23 09:30", people["laoli"])
    return made


def do(name, *args, when, by, **more):
    with transaction():
        return getattr(service, name)(*args, by=by, now=moment(when), **more)


@pytest.fixture
def handed(people, case_id):
    return do("hand_over", case_id, department=Department.BUILDING, matter=MATTER,
              when="2026-11-23 10:00", by=people["pai"])  # fmt: skip


def told(template):
    db.session.rollback()
    return list(db.session.scalars(select(Message.recipient).where(Message.template == template)))


def test_the_clocks_of_the_department_run_and_its_people_are_told(any_db, people, case_id, handed):
    assert story.case_row(case_id).state is State.WAITING_DEPARTMENT
    receipt = story.clock(case_id, "department_receipt")
    assert (receipt.unit_code, receipt.due_at) == ("d-build", moment("2026-11-24 23:59:59"))
    feedback = story.clock(case_id, "department_feedback")
    assert (feedback.unit_code, feedback.due_at) == ("d-build", moment("2026-12-02 23:59:59"))
    assert told("hand_over") == [people["zhujian"].key]
    assert len(told("news")) == 1
    assert tasks.current(case_id) is None or tasks.current(case_id).cancelled_at


def test_no_hand_over_is_left_out_of_the_pages(people):
    ids = []
    for n in range(3):
        made = story.accepted("2026-11-23 09:00")
        story.assign(made, "2026-11-23 09:30", people["laoli"])
        ids.append(
            do("hand_over", made, department=Department.BUILDING, matter=MATTER,
               when=f"2026-11-23 1{n}:00", by=people["pai"])
        )  # fmt: skip
    pages = [queries.hand_overs(number=number, size=2) for number in (1, 2)]
    assert [row.id for page in pages for row in page.rows] == ids
    assert {page.total for page in pages} == {3}


def test_the_first_reply_and_the_closure_go_on_meanwhile(people, case_id, handed):
    """Nothing but waiting for the reporter and a rest pauses them (domain.md §4.1)."""
    reply, closure = story.clock(case_id, "first_reply"), story.clock(case_id, "closure")
    assert (reply.state, closure.state) == (ClockState.RUNNING, ClockState.RUNNING)
    assert reply.due_at == moment("2026-11-25 23:59:59")
    assert closure.due_at == moment("2026-12-02 23:59:59")


def hand(people, case_id, day):
    return do("hand_over", case_id, department=Department.BUILDING, matter=MATTER,
              feedback_on=day, when="2026-11-23 10:00", by=people["pai"])  # fmt: skip


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 3)])
def test_a_day_for_the_feedback_lies_within_the_limit(any_db, people, case_id, day):
    with pytest.raises(Invalid) as refusal:
        hand(people, case_id, day)
    assert (refusal.value.key, refusal.value.field) == ("feedback_day", "feedback_on")
    assert refusal.value.facts["last"] == "2026-12-02"
    assert queries.hand_overs(department="d-build").total == 0


@pytest.mark.parametrize(("level", "due"), [("blue", "2026-11-26"), ("red", "2026-11-25")])
def test_the_feedback_is_due_on_the_day_that_was_set(any_db, people, case_id, level, due):
    """A longer limit of another level leaves the day alone, a shorter one prevails."""
    hand(people, case_id, date(2026, 11, 26))
    assert story.clock(case_id, "department_receipt").due_at == moment("2026-11-24 23:59:59")
    assert story.clock(case_id, "department_feedback").due_at == moment("2026-11-26 23:59:59")
    with transaction():
        case_service.regrade(
            case_id, urgency=Urgency(level), category="A6", by="staff:1", note="新情况",
            now=moment("2026-11-24 09:00"),
        )  # fmt: skip
    assert story.clock(case_id, "department_feedback").due_at == moment(f"{due} 23:59:59")
    assert proof.replayed()[1] is None


def test_receipt_charges_the_closure_and_feedback_is_checked(any_db, people, case_id, handed):
    do("receive", handed, paper="", when="2026-11-23 15:00", by=people["zhujian"])
    assert story.clock(case_id, "department_receipt").on_time is True
    assert story.clock(case_id, "closure").unit_code == "d-build"
    with pytest.raises(Stale):
        do("receive", handed, paper="", when="2026-11-23 15:01", by=people["zhujian"])
    do("feed_back", handed, words=DONE, paper="宁建〔2026〕12号", when="2026-11-25 10:00",
       by=people["zhujian"])  # fmt: skip
    assert story.case_row(case_id).state is State.HANDLED
    assert story.clock(case_id, "department_feedback").on_time is True
    assert story.clock(case_id, "check").state is ClockState.RUNNING
    assert queries.hand_over(handed).state is HandOverState.ANSWERED
    with pytest.raises(Forbidden):
        check.must_be_other(case_id, people["zhujian"])


@pytest.mark.parametrize("missing", [{"words": "好了"}, {"paper": " "}])
def test_feedback_needs_words_and_a_paper(people, case_id, handed, missing):
    told_ = {"words": DONE, "paper": "宁建〔2026〕12号"} | missing
    with pytest.raises(Invalid) as refusal:
        do("feed_back", handed, when="2026-11-25 10:00", by=people["zhujian"], **told_)
    assert [refusal.value.field] == list(missing)
    assert story.case_row(case_id).state is State.WAITING_DEPARTMENT


def test_another_department_sees_nothing(people, handed):
    for name in ("receive", "give_back", "feed_back"):
        words = {} if name == "receive" else {"words": DONE}
        with pytest.raises(NotFound):
            do(name, handed, paper="1", when="2026-11-23 15:00", by=people["gongan"], **words)
    assert queries.hand_overs(department="d-police").total == 0


def test_a_dispatcher_names_the_paper_where_he_writes_for_a_department(people, handed):
    with pytest.raises(Invalid) as refusal:
        do("receive", handed, paper=" ", when="2026-11-23 15:00", by=people["pai"])
    assert refusal.value.key == "paper_missing"
    do("receive", handed, paper="收文 88", when="2026-11-23 15:00", by=people["pai"])
    assert queries.hand_over(handed).received_paper == "收文 88"


def test_a_return_gives_the_case_to_its_worker_again(any_db, people, case_id, handed):
    with pytest.raises(Invalid):
        do("give_back", handed, words="不归我", paper="", when="2026-11-24 10:00",
           by=people["zhujian"])  # fmt: skip
    do("give_back", handed, words="该工地已移交，不属本部门", paper="",
       when="2026-11-24 10:00", by=people["zhujian"])  # fmt: skip
    row = story.case_row(case_id)
    assert (row.state, row.assignee_id) == (State.ASSIGNED, people["laoli"].staff_id)
    assert tasks.current(case_id).staff_id == people["laoli"].staff_id
    assert story.clock(case_id, "department_feedback").state is ClockState.VOID
    assert story.clocks(case_id, "sign_for")[-1].state is ClockState.RUNNING
    closure = story.clock(case_id, "closure")
    assert (closure.unit_code, closure.due_at) == (story.TOWN, moment("2026-12-02 23:59:59"))


def test_five_working_days_after_the_receipt_nothing_is_returned(people, case_id, handed):
    do("receive", handed, paper="", when="2026-11-24 15:00", by=people["zhujian"])
    why = "该工地已移交，不属本部门"
    with pytest.raises(Refused) as refusal:
        do("give_back", handed, words=why, paper="", when="2026-12-02 00:00",
           by=people["zhujian"])  # fmt: skip
    assert refusal.value.facts == {"until": moment("2026-12-01 23:59:59")}
    do("give_back", handed, words=why, paper="", when="2026-12-01 23:00", by=people["zhujian"])
    assert story.case_row(case_id).state is State.ASSIGNED


def test_a_slip_is_called_back_until_somebody_received_it(any_db, people, case_id, handed):
    do("call_back", handed, words="选错了部门", when="2026-11-23 10:05", by=people["pai"])
    assert story.case_row(case_id).state is State.ASSIGNED
    again = do("hand_over", case_id, department=Department.POLICE, matter=MATTER,
               when="2026-11-23 10:06", by=people["pai"])  # fmt: skip
    do("receive", again, paper="", when="2026-11-23 11:00", by=people["gongan"])
    with pytest.raises(Stale):
        do("call_back", again, words="又错了", when="2026-11-23 11:05", by=people["pai"])
    states = [row.state for row in queries.hand_overs_of(case_id)]
    assert states == [HandOverState.CALLED_BACK, HandOverState.RECEIVED]


def test_at_the_breach_department_and_dispatcher_are_urged(any_db, people, case_id, handed):
    with at("2026-11-25 00:01"):
        jobs.tick("clocks")
    urged = {row for row in told("urge") if row in (people["zhujian"].key, people["pai"].key)}
    assert urged == {people["zhujian"].key, people["pai"].key}
    assert people["gongan"].key not in told("urge")


def test_what_only_a_department_handled_is_redone_by_whoever_is_on_duty(people):
    made = story.accepted("2026-11-23 09:00")
    handed = do("hand_over", made, department=Department.BUILDING, matter=MATTER,
                when="2026-11-23 10:00", by=people["pai"])  # fmt: skip
    do("feed_back", handed, words=DONE, paper="12号", when="2026-11-24 10:00", by=people["pai"])
    with pytest.raises(Refused) as refusal, transaction():
        check.fail_check(made, by=people["hecha"], now=moment("2026-11-24 11:00"), note="未见照片")
    assert refusal.value.key == "nobody_on_duty"
    assert cases.by_id(made).state is State.HANDLED
