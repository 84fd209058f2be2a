"""What the law counts around a decision, in the product's own reactions: serve, hear, take down."""

from dataclasses import replace
from datetime import date

import pytest

from app import jobs
from app.accounts.permissions import Role
from app.briefings.enforcement import List, enforcement_page
from app.core.db import db
from app.core.errors import Invalid, Refused, Stale
from app.core.tx import transaction
from app.enforcement import queries, records, service
from app.enforcement.service import DecisionData, FilingData, FindingData, NoticeData
from app.enforcement.workflow import FindingKind, Measure, PenaltyKind, PenaltyState, ServiceWay
from app.notify.models import Message
from app.rates import penalty
from app.rates.definition import Period
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

TOLD = NoticeData(kinds=FINE.kinds, amount_fen=FINE.amount_fen)


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
def case_id(people, reviewed):
    """A case that was filed, reviewed and told to the party on 11-10."""
    do("notify", reviewed, TOLD, when="2026-11-10 09:00", by=people["officer"])
    return reviewed


@pytest.fixture
def reviewed(people):
    """A case that was filed and passed legal review."""
    made = story.accepted("2026-11-02 09:00")
    story.run(made, people["laoli"], ("assign", "2026-11-02 09:30"),
              ("arrive", "2026-11-02 10:00"), ("handle", "2026-11-02 11:00"))  # fmt: skip
    do("set_finding", made, FOUND, when="2026-11-03 09:00", by=people["checker"])
    story.move(made, "pass_check", "2026-11-03 09:10")
    officer = people["officer"]
    do("file", made, FILED, when="2026-11-04 09:00", by=officer)
    do("advance", made, PenaltyState.INVESTIGATED, when="2026-11-05 09:00", by=officer)
    do("advance", made, PenaltyState.LEGAL_REVIEWED, when="2026-11-06 09:00", by=people["legal"])
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


def test_without_a_right_to_a_hearing_its_days_do_not_run(any_db, people, reviewed):
    told = replace(TOLD, hearing=False, word="当事人已书面放弃")
    do("notify", reviewed, told, when="2026-11-10 09:00", by=people["officer"])
    assert story.clocks(reviewed, "hearing") == []
    with pytest.raises(Invalid, match="statement_open"):
        do("decide", reviewed, FINE, when="2026-11-17 23:00", by=people["officer"])
    do("decide", reviewed, FINE, when="2026-11-18 09:00", by=people["officer"])


def test_days_of_a_hearing_run_from_the_day_it_was_told(any_db, people, reviewed):
    told = replace(TOLD, on=date(2026, 11, 9))
    do("notify", reviewed, told, when="2026-11-10 09:00", by=people["officer"])
    assert story.clock(reviewed, "hearing").due_at == moment("2026-11-16 23:59:59")
    assert proof.replayed()[1] is None


CORRECTED = {"replaces": 1, "reason": "金额算错了"}


def test_a_new_notice_begins_the_days_anew(any_db, people, case_id):
    """Told on 10 November and again on the 16th; what was asked for stays asked for."""
    officer = people["officer"]
    do("notify", case_id, replace(TOLD, **CORRECTED), when="2026-11-16 09:00", by=officer)
    first, second = story.clocks(case_id, "hearing")
    assert (first.state, second.state) == (ClockState.VOID, ClockState.RUNNING)
    assert second.due_at == moment("2026-11-23 23:59:59")
    with pytest.raises(Invalid, match="hearing_open") as refused:
        do("decide", case_id, FINE, when="2026-11-23 23:00", by=officer)
    assert refused.value.facts["until"] == "2026-11-23"
    do("decide", case_id, FINE, when="2026-11-24 09:00", by=officer)
    assert proof.replayed()[1] is None


def test_a_hearing_asked_for_outlives_the_notice(any_db, people, case_id):
    officer = people["officer"]
    do("ask_hearing", case_id, on=date(2026, 11, 12), when="2026-11-12 10:00", by=officer)
    small = replace(TOLD, kinds=(PenaltyKind.WARNING,), amount_fen=0, **CORRECTED)
    do("notify", case_id, small, when="2026-11-13 09:00", by=officer)
    assert states(case_id, "hearing") == [("round:1", ClockState.STOPPED)]
    warned = replace(FINE, kinds=(PenaltyKind.WARNING,), amount_fen=0)
    with pytest.raises(Invalid, match="hearing_asked"):
        do("decide", case_id, warned, when="2026-12-18 09:00", by=officer)


HEARD = replace(FINE, heard=True)
OPEN, ASKED = "hearing_open", "hearing_asked"


@pytest.mark.parametrize(("told", "when", "asked", "refused"), [
    (FINE, "2026-11-17 23:00", None, OPEN),
    (FINE, "2026-11-18 09:00", None, None),
    (replace(FINE, decided_on=date(2026, 11, 17)), "2026-11-18 09:00", None, OPEN),
    (HEARD, "2026-11-11 09:00", None, None),
    (FINE, "2026-11-18 09:00", date(2026, 11, 12), ASKED),
    (HEARD, "2026-11-18 09:00", date(2026, 11, 12), None),
])  # fmt: skip
def test_a_decision_waits_for_the_hearing(any_db, people, case_id, *, told, when, asked, refused):
    """Notified on 10 November; on the 17th the five working days end (行政处罚法 64)."""
    officer = people["officer"]
    if asked:
        do("ask_hearing", case_id, on=asked, when="2026-11-13 09:00", by=officer)
    if refused is None:
        do("decide", case_id, told, when=when, by=officer)
        assert records.get(case_id).state is PenaltyState.DECIDED
        return
    with pytest.raises(Invalid) as refusal:
        do("decide", case_id, told, when=when, by=officer)
    assert (refusal.value.key, refusal.value.field) == (refused, "heard")
    assert records.get(case_id).state is PenaltyState.NOTIFIED


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


# ---- a case that was opened again: each round is punished by itself --------------------------

LATER = moment("2026-12-08 09:00")
AGAIN = replace(FILED, filing_no="甬环宁立〔2026〕2号")


def reopened(case_id, people, *, found=FOUND):
    """Close, reopen and handle it once more; what was found then is set on 12-03."""
    story.move(case_id, "close", "2026-11-20 09:00")
    story.move(case_id, "reopen", "2026-12-01 09:00")
    story.run(case_id, people["laoli"], ("assign", "2026-12-01 09:30"),
              ("arrive", "2026-12-01 10:00"), ("handle", "2026-12-01 11:00"))  # fmt: skip
    do("set_finding", case_id, found, when="2026-12-03 09:00", by=people["checker"])


def states(case_id, kind):
    return [(one.subject, one.state) for one in story.clocks(case_id, kind)]


def listed(wanted):
    return [(row.turn, row.clock and row.clock.kind) for row in enforcement_page(wanted).rows]


def test_each_round_has_a_record_and_clocks_of_its_own(any_db, people, case_id):
    officer = people["officer"]
    do("decide", case_id, FINE, when="2026-11-18 09:00", by=officer)
    reopened(case_id, people)
    assert listed(List.FILE) == [(2, "filing")]
    do("file", case_id, AGAIN, when="2026-12-04 09:00", by=officer)
    assert [(one.round, one.state) for one in queries.penalties(case_id)] == [
        (1, PenaltyState.DECIDED), (2, PenaltyState.FILED),
    ]  # fmt: skip
    assert listed(List.RUNNING) == [(1, "serve"), (2, "decision")]
    assert listed(List.FILE) == []
    do("serve", case_id, way=ServiceWay.MAIL, on=date(2026, 12, 5), when="2026-12-07 09:00",
       by=officer, turn=1)  # fmt: skip
    assert states(case_id, "serve") == [("round:1", ClockState.STOPPED)]
    assert states(case_id, "decision") == [
        ("round:1", ClockState.STOPPED), ("round:2", ClockState.RUNNING),
    ]  # fmt: skip
    with transaction(), pytest.raises(Stale, match="already_filed"):
        service.file(case_id, replace(AGAIN, filing_no="3号"), by=officer, now=LATER)
    assert proof.replayed()[1] is None


def test_no_penalty_in_one_round_spares_the_other_nothing(any_db, people, case_id):
    reopened(case_id, people)
    do("advance", case_id, PenaltyState.NO_PENALTY, when="2026-12-03 10:00", by=people["officer"],
       turn=1)  # fmt: skip
    now = moment("2026-12-31 09:00")
    month = Period(start=moment("2026-11-01 00:00"), end=moment("2027-01-01 00:00"))
    rows = db.session.execute(penalty.cohort(month, now)).mappings().all()
    assert sorted((row["excluded"] or "", row["good"]) for row in rows) == [
        ("", False), ("no_penalty", True),
    ]  # fmt: skip


def test_a_later_measure_takes_in_what_an_earlier_round_left(any_db, people):
    made = story.accepted("2026-11-02 09:00")
    story.run(made, people["laoli"], ("assign", "2026-11-02 09:30"),
              ("arrive", "2026-11-02 10:00"), ("handle", "2026-11-02 11:00"))  # fmt: skip
    do("set_finding", made, FOUND, when="2026-11-03 09:00", by=people["checker"])
    story.move(made, "pass_check", "2026-11-03 09:10")
    reopened(made, people)
    assert listed(List.FILE) == [(1, "filing"), (2, "filing")]
    do("file", made, AGAIN, when="2026-12-04 09:00", by=people["officer"])
    assert [(one.round, one.state) for one in queries.penalties(made)] == [(2, PenaltyState.FILED)]
    assert [one.on_time for one in story.clocks(made, "filing")] == [False, True]
    assert listed(List.FILE) == []


def test_an_earlier_round_can_still_be_filed_by_itself(people):
    made = story.accepted("2026-11-02 09:00")
    story.run(made, people["laoli"], ("assign", "2026-11-02 09:30"),
              ("arrive", "2026-11-02 10:00"), ("handle", "2026-11-02 11:00"))  # fmt: skip
    do("set_finding", made, FOUND, when="2026-11-03 09:00", by=people["checker"])
    story.move(made, "pass_check", "2026-11-03 09:10")
    reopened(made, people, found=replace(FOUND, punishable=False))
    officer = people["officer"]
    with transaction(), pytest.raises(Refused, match="not_punishable"):
        service.file(made, replace(AGAIN, turn=2), by=officer, now=moment("2026-12-04 09:00"))
    do("file", made, AGAIN, when="2026-12-04 09:00", by=officer)
    assert [one.round for one in queries.penalties(made)] == [1]
