"""What the law counts around a decision, in the product's own reactions: serve, hear, take down."""

from dataclasses import replace
from datetime import date

import pytest

from app import jobs
from app.accounts.permissions import Role
from app.core.db import db
from app.core.tx import transaction
from app.enforcement import service
from app.enforcement.service import DecisionData, FilingData, FindingData
from app.enforcement.workflow import FindingKind, Measure, PenaltyKind, PenaltyState, ServiceWay
from app.notify.models import Message
from app.sla import proof
from app.sla.kinds import ClockState
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.infra.clock import at, moment

FOUND = FindingData(
    kind=FindingKind.TRUE, grounds="现场痕迹清楚，监测超标", punishable=True, offender_known=True
)
FILED = FilingData(
    measure=Measure.FILING, filing_no="甬环宁立〔2026〕1号", cause="违法排放", party="某厂",
    legal_basis="生态环境法典 1103", officers=("浙B-0001", "浙B-0002"),
)  # fmt: skip
FINE = DecisionData(
    amount_fen=1_000_000, document_no="甬环宁罚〔2026〕1号", kinds=(PenaltyKind.FINE,),
    published=True,
)  # fmt: skip


@pytest.fixture
def people(context):
    with transaction():
        worktime.seed(moment("2026-01-01 00:00"))
    return {
        "laoli": story.laoli(),
        "officer": story.person("officer", Role.OFFICER, area="330226"),
        "legal": story.person("legal", Role.LEGAL, area="330226"),
        "checker": story.person("checker", Role.CHECKER, area="330226"),
    }


def do(name, *args, when, by, **more):
    with transaction():
        getattr(service, name)(*args, by=by, now=moment(when), **more)


@pytest.fixture
def case_id(people):
    """A case that was filed, reviewed and told to the party on 11-10."""
    made = story.accepted("2026-11-02 09:00")
    story.run(made, people["laoli"], ("assign", "2026-11-02 09:30"),
              ("arrive", "2026-11-02 10:00"), ("handle", "2026-11-02 11:00"))  # fmt: skip
    do("set_finding", made, FOUND, when="2026-11-03 09:00", by=people["checker"])
    story.move(made, "pass_check", "2026-11-03 09:10")
    officer = people["officer"]
    do("file", made, FILED, when="2026-11-04 09:00", by=officer)
    do("advance", made, PenaltyState.INVESTIGATED, when="2026-11-05 09:00", by=officer)
    do("advance", made, PenaltyState.LEGAL_REVIEWED, when="2026-11-06 09:00", by=people["legal"])
    do("advance", made, PenaltyState.NOTIFIED, when="2026-11-10 09:00", by=officer)
    return made


def test_a_hearing_may_be_asked_for_five_working_days(any_db, people, case_id):
    hearing = story.clock(case_id, "hearing")
    assert hearing.due_at == moment("2026-11-17 23:59:59")
    with at("2026-11-18 00:10"):
        jobs.tick("clocks")
    urged = [row.facts["clock"] for row in db.session.query(Message).filter_by(template="urge")]
    assert "hearing" not in urged


def test_asking_for_it_stops_its_clock_on_that_day(people, case_id):
    do("ask_hearing", case_id, on=date(2026, 11, 12), when="2026-11-13 09:00",
       by=people["officer"])  # fmt: skip
    assert story.clock(case_id, "hearing").stopped_at == moment("2026-11-12 23:59:59")


def test_a_decision_is_served_within_seven_working_days_of_its_day(any_db, people, case_id):
    told = replace(FINE, decided_on=date(2026, 11, 18))
    do("decide", case_id, told, when="2026-11-20 09:00", by=people["officer"])
    assert story.clock(case_id, "decision").stopped_at == moment("2026-11-18 23:59:59")
    serve = story.clock(case_id, "serve")
    assert (serve.state, serve.due_at) == (ClockState.RUNNING, moment("2026-11-27 23:59:59"))
    with at("2026-11-28 00:10"):
        jobs.tick("clocks")
    urged = db.session.query(Message).filter_by(template="urge").all()
    assert [row.recipient for row in urged if row.facts["clock"] == "serve"] == [
        people["officer"].key
    ]
    do("serve", case_id, way=ServiceWay.MAIL, on=date(2026, 11, 27), when="2026-11-30 09:00",
       by=people["officer"])  # fmt: skip
    assert story.clock(case_id, "serve").stopped_at == moment("2026-11-27 23:59:59")
    assert proof.replayed()[1] is None


def test_a_revoked_publication_is_taken_down_in_three_working_days(any_db, people, case_id):
    officer = people["officer"]
    do("decide", case_id, FINE, when="2026-11-18 09:00", by=officer)
    do("revoke", case_id, reason="复议撤销", when="2026-11-19 09:00", by=officer)
    assert story.clock(case_id, "serve").state is ClockState.VOID
    assert story.clock(case_id, "withdraw_publication").due_at == moment("2026-11-24 23:59:59")
    do("withdraw_publication", case_id, on=date(2026, 11, 20), when="2026-11-20 10:00", by=officer)
    assert story.clock(case_id, "withdraw_publication").on_time is True


def test_nothing_published_nothing_to_take_down(people, case_id):
    officer = people["officer"]
    told = replace(FINE, published=False)
    do("decide", case_id, told, when="2026-11-18 09:00", by=officer)
    do("revoke", case_id, reason="复议撤销", when="2026-11-19 09:00", by=officer)
    assert story.clocks(case_id, "withdraw_publication") == []


def test_a_changed_decision_is_served_anew(people, case_id):
    officer = people["officer"]
    do("decide", case_id, FINE, when="2026-11-18 09:00", by=officer)
    do("serve", case_id, way=ServiceWay.DIRECT, on=date(2026, 11, 19), when="2026-11-19 10:00",
       by=officer)  # fmt: skip
    do("advance", case_id, PenaltyState.IN_REVIEW, when="2026-11-20 09:00", by=officer)
    told = replace(FINE, amount_fen=500_000, document_no="甬环宁罚〔2026〕2号")
    do("decide", case_id, told, when="2026-11-25 09:00", by=officer)
    first, second = story.clocks(case_id, "serve")
    assert (first.state, second.state) == (ClockState.STOPPED, ClockState.RUNNING)
