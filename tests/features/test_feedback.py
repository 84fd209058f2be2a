"""阿珍 rates the outcome, changes her mind, contests it; 陈主任 decides."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.cases import queries as cases
from app.cases import service as case_service
from app.cases.workflow import Move, State
from app.core.db import db
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.core.tx import transaction
from app.feedback import queries, service
from app.feedback.events import Rated, ReopenAsked, ReopenDecided
from app.feedback.rules import RatingReason, RequestState, Satisfaction, Solved
from app.feedback.service import RatingData
from app.intake.models import Report
from tests.features import field_story as story
from tests.features.field_story import HOUR, MIN, T0

DAY = timedelta(days=1)
CLOSED = T0 + DAY
GOOD = RatingData(solved=Solved.YES, satisfaction=Satisfaction.VERY)
BAD = RatingData(
    solved=Solved.NO, satisfaction=Satisfaction.VERY_DISSATISFIED,
    reasons=(RatingReason.CAME_BACK,), words="第二天又黑了",
)  # fmt: skip


@pytest.fixture
def heard(context):
    with story.listening(Rated, ReopenAsked, ReopenDecided) as all_heard:
        yield all_heard


@pytest.fixture
def laoli(context):
    return story.laoli()


@pytest.fixture
def chen(context):
    return story.supervisor()


@pytest.fixture
def case_id(heard, laoli):
    made = story.case(laoli)
    with transaction():
        for step in (Move.ARRIVE, Move.HANDLE, Move.PASS_CHECK, Move.CLOSE):
            case_service.move(made, step, by=laoli.key, now=CLOSED)
    return made


def report_of(case_id, key="azhen"):
    with transaction():
        return new_report(case_id, key)


def new_report(case_id, key):
    row = Report(
        case_id=case_id, key_hash=key, source="web", received_at=T0, kinds=[],
        happening="yes", words="河水发黑", crs="wgs84", contact_mode="anonymous",
        digest="d", ordinal_in_case=1,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


@pytest.fixture
def report(case_id):
    return report_of(case_id)


def rate(report, data=GOOD, now=CLOSED + HOUR):
    with transaction():
        service.rate(report, data, now=now)


def test_a_rating_is_stored_with_its_window(report, heard):
    rate(report)
    row = queries.rating(report)
    assert (row.solved, row.satisfaction, row.by) == ("yes", "very", "reporter")
    assert (row.at, row.changed_at) == (CLOSED + HOUR, None)
    assert row.window_ends_at == CLOSED + 30 * DAY
    (event,) = heard.of(Rated)
    assert (event.satisfied, event.again) == (True, False)
    assert heard.of(ReopenAsked) == []


@pytest.mark.parametrize(
    ("change", "field"), [({"solved": None}, "solved"), ({"satisfaction": None}, "satisfaction")]
)
def test_nothing_is_preset(report, change, field):
    with pytest.raises(Invalid) as refused:
        rate(report, replace(GOOD, **change))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("answer", "satisfied"),
    [("very", True), ("satisfied", True), ("mostly", True), ("dissatisfied", False),
     ("very_dissatisfied", False)],
)  # fmt: skip
def test_the_first_three_answers_are_satisfied(report, heard, answer, satisfied):
    rate(report, replace(GOOD, satisfaction=Satisfaction(answer)))
    assert heard.of(Rated)[0].satisfied is satisfied


def test_it_may_be_changed_for_thirty_days_and_stays_one(report, heard):
    rate(report)
    rate(report, replace(GOOD, satisfaction=Satisfaction.MOSTLY), now=CLOSED + 30 * DAY)
    row = queries.rating(report)
    assert (row.satisfaction, row.at) == ("mostly", CLOSED + HOUR)
    assert row.changed_at == CLOSED + 30 * DAY
    assert [event.again for event in heard.of(Rated)] == [False, True]
    with pytest.raises(Refused, match="rating_not_open"):
        rate(report, now=CLOSED + 30 * DAY + timedelta(seconds=1))


def test_each_report_of_a_case_has_its_own_rating(case_id, report):
    other = report_of(case_id, "second")
    rate(report)
    rate(other, BAD)
    assert len(queries.ratings_of([case_id])[case_id]) == 2


def test_an_open_case_is_not_rated(heard, laoli):
    made = story.case(laoli, number="E110-000001")
    with pytest.raises(Refused):
        rate(report_of(made))


def test_not_solved_asks_for_a_reopening_within_two_working_days(report, heard):
    rate(report, BAD)
    (row,) = queries.open_requests()
    assert (row.report_id, row.reason, row.number) == (report, "第二天又黑了", "E110-5R2C8N")
    # closed Tuesday 24 November, asked the same day: two working days end on Thursday
    assert row.due_at.isoformat() == "2026-11-26T15:59:59+00:00"
    rate(report, BAD, now=CLOSED + 2 * HOUR)
    assert len(queries.open_requests()) == 1
    assert len(heard.of(ReopenAsked)) == 1


def test_partly_solved_asks_for_a_reopening_and_goes_to_the_callers(report):
    rate(report, replace(GOOD, solved=Solved.PARTLY))
    (row,) = queries.open_requests()
    assert (row.report_id, row.reason) == (report, "partly")
    assert [row.report_id for row in queries.to_follow_up(since=T0)] == [report]


def test_a_merged_report_rates_the_case_it_belongs_to(case_id, report):
    joined = story.case(number="E110-000002")
    other = report_of(joined, "second")
    with transaction():
        case_service.move(
            joined, Move.MERGE, by="staff:1", now=CLOSED, note="同一处",
            changes={"merged_into_id": case_id, "exclusion": "merged"},
        )  # fmt: skip
    rate(other, BAD)
    assert queries.rating(other).case_id == case_id
    assert [row.case_id for row in queries.open_requests()] == [case_id]


def test_asking_without_rating(report, heard):
    with transaction(), pytest.raises(Invalid):
        service.ask_reopen(report, reason=" ", now=CLOSED + HOUR)
    with transaction():
        service.ask_reopen(report, reason="又出现了", now=CLOSED + HOUR)
    with transaction(), pytest.raises(Stale, match="reopen_asked"):
        service.ask_reopen(report, reason="又出现了", now=CLOSED + HOUR)


class TestDecision:
    @pytest.fixture
    def asked(self, report):
        rate(report, BAD)
        return queries.open_requests()[0].id

    def decide(self, request, by, *, grant, answer="现场复核属实，重新办理"):
        with transaction():
            service.decide_reopen(request, grant=grant, answer=answer, by=by, now=CLOSED + DAY)

    def test_granted_the_case_starts_another_round(self, asked, chen, case_id, heard):
        self.decide(asked, chen, grant=True)
        case = cases.by_id(case_id)
        assert (case.state, case.round, case.closed_at) == (State.REOPENED, 2, None)
        (event,) = heard.of(ReopenDecided)
        assert (event.granted, event.by) == (True, chen.key)
        with pytest.raises(Stale, match="already_decided"):
            self.decide(asked, chen, grant=True)

    def test_granting_answers_the_neighbours_as_well(self, asked, chen, case_id, heard):
        other = report_of(case_id, "second")
        rate(other, BAD)
        self.decide(asked, chen, grant=True)
        assert queries.open_requests() == []
        assert {event.report_id for event in heard.of(ReopenDecided)} >= {other}

    def test_refused_with_a_reason_the_reporter_reads(self, asked, chen, case_id, report):
        with pytest.raises(Invalid):
            self.decide(asked, chen, grant=False, answer="不")
        self.decide(asked, chen, grant=False, answer="12 月 1 日复测水质达标")
        assert cases.by_id(case_id).state is State.CLOSED
        (row,) = queries.requests_of_report(report)
        assert (row.state, row.answer) == (RequestState.REFUSED, "12 月 1 日复测水质达标")

    def test_not_by_who_handled_it(self, asked, laoli):
        with pytest.raises(Forbidden, match="own_case"):
            self.decide(asked, laoli, grant=True)

    def test_an_unknown_one(self, heard, chen):
        with pytest.raises(NotFound):
            self.decide(999, chen, grant=True)

    def test_the_second_round_may_be_rated_anew(self, asked, chen, case_id, report, laoli):
        self.decide(asked, chen, grant=True)
        story.assign(case_id, laoli, now=CLOSED + DAY)
        with transaction():
            for step in (Move.ARRIVE, Move.HANDLE, Move.PASS_CHECK, Move.CLOSE):
                case_service.move(case_id, step, by=laoli.key, now=CLOSED + 2 * DAY)
        rate(report, now=CLOSED + 2 * DAY + MIN)
        assert (queries.rating(report).round, queries.rating(report).satisfaction) == (2, "very")
