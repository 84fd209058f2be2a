"""Findings set by another person, measures, decisions in fen, revocation."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from app.accounts.permissions import Role
from app.audit import queries as audit
from app.cases import queries as cases
from app.cases import service as case_service
from app.cases.workflow import Move
from app.core.db import db
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.core.tx import transaction
from app.enforcement import queries, service
from app.enforcement.events import (
    ConsequenceAdded,
    FindingSet,
    NoPenaltyDecided,
    PenaltyDecided,
    PenaltyFiled,
    PenaltyNotified,
    PenaltyRevoked,
)
from app.enforcement.models import PenaltyNotice
from app.enforcement.service import DecisionData, FilingData, FindingData, NoticeData
from app.enforcement.workflow import (
    Consequence,
    FindingKind,
    Measure,
    PenaltyKind,
    PenaltyState,
)
from tests.features import field_story as story
from tests.features.field_story import HOUR, MIN, T0
from tests.infra.clock import moment

TRUE = FindingData(
    kind=FindingKind.TRUE, grounds="现场检查笔录与监测报告一致", punishable=True,
    offender_known=True, officers=("3302001", "3302002"),
)  # fmt: skip
FILED = FilingData(
    measure=Measure.FILING, filing_no="宁环立〔2026〕31号", cause="私设暗管排放水污染物",
    party="宁海某石材加工厂", legal_basis="生态环境法典第一千零七十二条",
    officers=("3302001", "3302002"), credit_code="91350100M000100Y43",
    violation_on=date(2026, 11, 22),
)  # fmt: skip
FINE = DecisionData(
    amount_fen=11_500_000, document_no="宁环罚〔2026〕12号", kinds=(PenaltyKind.FINE,)
)
DAY = timedelta(days=1)


@pytest.fixture
def heard(context):
    kinds = (
        FindingSet, PenaltyFiled, PenaltyDecided, PenaltyRevoked, ConsequenceAdded,
        NoPenaltyDecided, PenaltyNotified,
    )  # fmt: skip
    with story.listening(*kinds) as all_heard:
        yield all_heard


@pytest.fixture
def laoli(context):
    return story.laoli()


@pytest.fixture
def officer(context):
    return story.officer()


@pytest.fixture
def checker(context):
    return story.checker()


@pytest.fixture
def legal(context):
    return story.person("legal", story.Role.LEGAL)


@pytest.fixture
def case_id(heard, laoli):
    """A case that 老李 has handled."""
    made = story.case(laoli)
    with transaction():
        case_service.move(made, Move.ARRIVE, by=laoli.key, now=T0 + HOUR)
        case_service.move(made, Move.HANDLE, by=laoli.key, now=T0 + 2 * HOUR)
    return made


def set_true(case_id, checker, data=TRUE):
    with transaction():
        service.set_finding(case_id, data, by=checker, now=T0 + 3 * HOUR)


def file(case_id, officer, data=FILED, now=T0 + DAY):
    with transaction():
        service.file(case_id, data, by=officer, now=now)


def go(case_id, *states, by):
    for state in states:
        with transaction():
            service.advance(case_id, state, by=by, now=T0 + 2 * DAY)


class TestFinding:
    def test_the_officer_proposes_and_the_checker_sets(self, case_id, officer, checker, heard):
        with transaction():
            service.propose_finding(case_id, TRUE, by=officer, now=T0 + 2 * HOUR)
        assert cases.by_id(case_id).finding is None
        set_true(case_id, checker)
        case = cases.by_id(case_id)
        assert (case.finding, case.punishable, case.offender_known) == ("true", True, True)
        found = queries.finding(case_id, round_=1)
        assert (found.proposed_by, found.set_by) == (officer.staff_id, checker.staff_id)
        (event,) = heard.of(FindingSet)
        assert (event.verified, event.starts_filing) == (True, True)

    def test_the_handler_never_sets_it(self, case_id, laoli):
        with pytest.raises(Forbidden, match="own_case"):
            set_true(case_id, laoli)

    def test_nor_does_a_second_account_of_who_proposed_it(self, case_id):
        first = story.person("zhou", Role.OFFICER, natural="zhou")
        with transaction():
            service.propose_finding(case_id, TRUE, by=first, now=T0 + 2 * HOUR)
        with pytest.raises(Forbidden, match="second_person"):
            set_true(case_id, story.person("zhou2", Role.CHECKER, natural="zhou"))

    def test_nor_does_who_proposed_it(self, case_id, officer):
        with transaction():
            service.propose_finding(case_id, TRUE, by=officer, now=T0 + 2 * HOUR)
        with pytest.raises(Forbidden, match="second_person"):
            set_true(case_id, officer)

    def test_nor_the_handler_behind_a_second_account(self, heard):
        first = story.person("one", story.Role.GRID_WORKER, area=story.TOWN, natural="同一人")
        second = story.person("two", story.Role.CHECKER, natural="同一人")
        made = story.case(first)
        with transaction():
            case_service.move(made, Move.ARRIVE, by=first.key, now=T0)
            case_service.move(made, Move.HANDLE, by=first.key, now=T0)
        with pytest.raises(Forbidden):
            set_true(made, second)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"kind": None}, "kind"),
            ({"grounds": "是"}, "grounds"),
            ({"kind": FindingKind.UNTRUE}, "punishable"),
        ],
    )
    def test_what_is_missing_is_named(self, case_id, checker, change, field):
        with pytest.raises(Invalid) as refused:
            set_true(case_id, checker, replace(TRUE, **change))
        assert refused.value.field == field

    def test_not_before_the_case_is_handled(self, heard, laoli, checker):
        fresh = story.case(laoli, number="E110-000001")
        with pytest.raises(Stale, match="finding_not_now"):
            set_true(fresh, checker)

    @pytest.mark.parametrize(
        "change",
        [{"punishable": False}, {"our_jurisdiction": False}, {"offender_known": False}],
    )
    def test_no_filing_falls_due_where_nothing_is_ours_to_punish(
        self, case_id, checker, heard, change
    ):
        set_true(case_id, checker, replace(TRUE, **change))
        assert heard.of(FindingSet)[0].starts_filing is False

    def test_once_set_it_is_not_proposed_again(self, case_id, officer, checker):
        set_true(case_id, checker)
        with transaction(), pytest.raises(Stale, match="finding_is_set"):
            service.propose_finding(case_id, TRUE, by=officer, now=T0 + 4 * HOUR)


class TestFiling:
    def test_is_recorded_and_announced(self, case_id, officer, checker, heard):
        set_true(case_id, checker)
        file(case_id, officer)
        row = queries.penalty(case_id)
        assert (row.state, row.measure) == (PenaltyState.FILED, Measure.FILING)
        assert (row.measure_at, row.officers) == (T0 + DAY, ["3302001", "3302002"])
        (event,) = heard.of(PenaltyFiled)
        assert (event.measure, event.now) == ("filing", T0 + DAY)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"measure": None}, "measure"),
            ({"filing_no": " "}, "filing_no"),
            ({"measure": Measure.TRANSFER, "filing_no": ""}, "filing_no"),
            ({"party": ""}, "party"),
            ({"cause": ""}, "cause"),
            ({"legal_basis": ""}, "legal_basis"),
            ({"officers": ("3302001",)}, "officers"),
            ({"credit_code": "91350100M000100Y44"}, "credit_code"),
            ({"measure_on": date(2026, 11, 25)}, "measure_on"),
            ({"violation_on": date(2024, 11, 1)}, "violation_on"),
        ],
    )
    def test_what_is_missing_or_wrong_is_named(self, case_id, officer, change, field):
        with pytest.raises(Invalid) as refused:
            file(case_id, officer, replace(FILED, **change))
        assert refused.value.field == field
        assert queries.penalty(case_id) is None

    def test_life_and_health_have_five_years(self, case_id, officer):
        file(case_id, officer, replace(FILED, violation_on=date(2024, 11, 1), grave=True))
        assert queries.penalty(case_id).violation_on == date(2024, 11, 1)

    def test_the_credit_code_may_be_left_out(self, case_id, officer):
        file(case_id, officer, replace(FILED, credit_code=""))
        assert queries.penalty(case_id).credit_code is None

    def test_what_was_not_found_punishable_cannot_be_filed(self, case_id, officer, checker):
        set_true(case_id, checker, replace(TRUE, punishable=False))
        with pytest.raises(Refused, match="not_punishable"):
            file(case_id, officer)

    def test_twice_is_refused(self, case_id, officer):
        file(case_id, officer)
        with pytest.raises(Stale, match="already_filed"):
            file(case_id, officer, replace(FILED, filing_no="另一个"))

    def test_a_number_used_twice_is_the_fields_fault(self, case_id, officer, laoli):
        file(case_id, officer)
        other = story.case(laoli, number="E110-000001")
        with pytest.raises(Invalid, match="filing_no_used"):
            file(other, officer)

    def test_after_sealing_it_may_still_be_filed(self, case_id, officer, heard):
        file(case_id, officer, replace(FILED, measure=Measure.CORRECT_AND_SEAL, filing_no=""))
        assert queries.penalty(case_id).state is PenaltyState.NOT_FILED
        file(case_id, officer)
        assert queries.penalty(case_id).state is PenaltyState.FILED
        assert len(heard.of(PenaltyFiled)) == 2

    def test_punished_on_the_spot_is_decided_at_once(self, case_id, officer, heard):
        small = replace(FINE, amount_fen=20_000)
        file(
            case_id, officer,
            replace(FILED, measure=Measure.ON_SPOT, filing_no="", decision=small),
        )  # fmt: skip
        row = queries.penalty(case_id)
        assert (row.state, row.amount_fen) == (PenaltyState.DECIDED, 20_000)
        assert [len(heard.of(kind)) for kind in (PenaltyFiled, PenaltyDecided)] == [1, 1]

    def test_on_the_spot_without_its_decision_is_refused(self, case_id, officer):
        with pytest.raises(Invalid) as refused:
            file(case_id, officer, replace(FILED, measure=Measure.ON_SPOT))
        assert refused.value.field == "amount"


def tell(case_id, officer, **more):
    notice = NoticeData(**{"kinds": FINE.kinds, "amount_fen": FINE.amount_fen} | more)
    with transaction():
        return service.notify(case_id, notice, by=officer, now=T0 + 2 * DAY)


@pytest.fixture
def reviewed(case_id, officer, legal):
    file(case_id, officer)
    go(case_id, PenaltyState.INVESTIGATED, by=officer)
    go(case_id, PenaltyState.LEGAL_REVIEWED, by=legal)
    return case_id


class TestDecision:
    @pytest.fixture
    def told(self, reviewed, officer):
        tell(reviewed, officer)
        return reviewed

    def decide(self, case_id, officer, data=FINE):
        with transaction():
            service.decide(case_id, replace(data, heard=True), by=officer, now=T0 + 3 * DAY)

    def test_needs_the_notice(self, any_db, reviewed, officer):
        """行政处罚法 44, 45: who was not told cannot be punished in the ordinary procedure."""
        with pytest.raises(Invalid, match="notice_first"):
            self.decide(reviewed, officer)
        assert queries.penalty(reviewed).state is PenaltyState.LEGAL_REVIEWED
        tell(reviewed, officer)
        self.decide(reviewed, officer)
        assert queries.penalty(reviewed).state is PenaltyState.DECIDED

    def test_stores_fen_and_document(self, told, officer, heard):
        self.decide(told, officer)
        row = queries.penalty(told)
        assert (row.state, row.amount_fen, row.kinds) == (
            PenaltyState.DECIDED, 11_500_000, ["fine"],
        )  # fmt: skip
        (event,) = heard.of(PenaltyDecided)
        assert (event.amount_fen, event.at) == (11_500_000, T0 + 3 * DAY)
        moves = [step.to_state for step in queries.steps(row.id)]
        assert moves == ["filed", "investigated", "legal_reviewed", "notified", "decided"]

    def test_needs_legal_review(self, case_id, officer):
        file(case_id, officer)
        with pytest.raises(Stale, match="penalty_not_from_here"):
            self.decide(case_id, officer)

    def test_the_review_is_somebody_elses(self, case_id, officer):
        file(case_id, officer)
        go(case_id, PenaltyState.INVESTIGATED, by=officer)
        with pytest.raises(Forbidden, match="second_person"):
            go(case_id, PenaltyState.LEGAL_REVIEWED, by=officer)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"amount_fen": None}, "amount"),
            ({"amount_fen": -1}, "amount"),
            ({"amount_fen": 10**13}, "amount"),
            ({"amount_fen": 0}, "amount"),
            ({"kinds": ()}, "kinds"),
            ({"kinds": (PenaltyKind.WARNING,)}, "amount"),
            ({"document_no": ""}, "document_no"),
            ({"decided_on": date(2027, 1, 1)}, "decided_on"),
        ],
    )
    def test_what_is_missing_or_wrong_is_named(self, told, officer, change, field):
        with pytest.raises(Invalid) as refused:
            self.decide(told, officer, replace(FINE, **change))
        assert refused.value.field == field
        assert queries.penalty(told).state is PenaltyState.NOTIFIED

    def test_a_warning_has_no_amount(self, told, officer, heard):
        self.decide(told, officer, replace(FINE, amount_fen=0, kinds=(PenaltyKind.WARNING,)))
        assert heard.of(PenaltyDecided)[0].amount_fen == 0

    def test_revoked_with_a_reason(self, told, officer, heard):
        self.decide(told, officer)
        with transaction(), pytest.raises(Invalid):
            service.revoke(told, reason=" ", by=officer, now=T0 + 4 * DAY)
        with transaction():
            service.revoke(told, reason="复议撤销", by=officer, now=T0 + 4 * DAY)
        row = queries.penalty(told)
        assert (row.state, row.revoked_at) == (PenaltyState.REVOKED, T0 + 4 * DAY)
        assert heard.of(PenaltyRevoked)[0].reason == "复议撤销"

    def test_changed_in_review(self, told, officer, heard):
        self.decide(told, officer)
        go(told, PenaltyState.IN_REVIEW, by=officer)
        self.decide(told, officer, replace(FINE, amount_fen=500_000, document_no="变更1号"))
        row = queries.penalty(told)
        assert (row.state, row.amount_fen) == (PenaltyState.CHANGED, 500_000)
        assert len(heard.of(PenaltyDecided)) == 2

    def test_no_penalty_after_review_is_announced(self, told, officer, heard):
        go(told, PenaltyState.NO_PENALTY, by=officer)
        assert heard.of(NoPenaltyDecided)[0].case_id == told

    def test_a_decision_is_no_plain_step(self, told, officer):
        for state in (PenaltyState.DECIDED, PenaltyState.REVOKED):
            with pytest.raises(Invalid, match="decision_needed"):
                go(told, state, by=officer)

    def test_detention_is_added_once(self, told, officer, heard):
        on = date(2026, 11, 23)
        with transaction():
            service.add_consequence(told, Consequence.DETENTION, on=on, by=officer, now=T0 + DAY)
        assert queries.penalty(told).events == {"detention": "2026-11-23"}
        assert heard.of(ConsequenceAdded)[0].kind == "detention"
        with transaction(), pytest.raises(Stale):
            service.add_consequence(told, Consequence.DETENTION, on=on, by=officer, now=T0 + DAY)


LARGE = replace(FINE, amount_fen=20_000_000)
TO_LARGE = {"amount_fen": LARGE.amount_fen}
CORRECTED = {"replaces": 1, "reason": "金额算错了"}


class TestNotice:
    def decide(self, case_id, officer, when, data=FINE):
        with transaction():
            service.decide(case_id, data, by=officer, now=when)

    @pytest.mark.parametrize(("plan", "offered", "ground"), [
        ({"amount_fen": 19_999_999}, False, None), ({"amount_fen": 20_000_000}, True, "fine"),
        ({"amount_fen": 19_999_999, "hearing": True, "word": "影响较大"}, True, None),
        ({"amount_fen": 20_000_000, "hearing": False, "word": "另有说明"}, False, "fine"),
    ])  # fmt: skip
    def test_the_rule_proposes_and_a_person_may_decide_otherwise(
        self, any_db, reviewed, officer, heard, *, plan, offered, ground
    ):
        assert tell(reviewed, officer, **plan) is offered
        (told,) = queries.notices(queries.penalty(reviewed).id)
        assert (told.offered, told.ground, told.word) == (offered, ground, plan.get("word", ""))
        assert (told.told_on, told.reason) == (date(2026, 11, 25), "")
        assert [one.hearing for one in heard.of(PenaltyNotified)] == [offered]

    def test_against_the_rule_needs_a_word(self, reviewed, officer):
        for fen, hearing in ((20_000_000, False), (10_000, True)):
            with pytest.raises(Invalid, match="hearing_word_missing") as refused:
                tell(reviewed, officer, amount_fen=fen, hearing=hearing, word=" ")
            assert refused.value.field == "word"
        assert queries.penalty(reviewed).state is PenaltyState.LEGAL_REVIEWED

    @pytest.mark.parametrize(("change", "field"), [
        ({"amount_fen": None}, "amount"), ({"kinds": ()}, "kinds"), ({"amount_fen": 0}, "amount"),
        ({"on": date(2027, 1, 1)}, "on"), ({"on": date(2026, 11, 1)}, "on"),
    ])  # fmt: skip
    def test_what_is_missing_or_wrong_is_named(self, reviewed, officer, change, field):
        with pytest.raises(Invalid) as refused:
            tell(reviewed, officer, **change)
        assert refused.value.field == field

    def test_days_count_from_the_day_it_was_told(self, reviewed, officer):
        tell(reviewed, officer, on=date(2026, 11, 24))
        with pytest.raises(Invalid, match="statement_open") as refused:
            self.decide(reviewed, officer, moment("2026-12-01 20:00"))
        assert refused.value.facts["until"] == "2026-12-01"
        self.decide(reviewed, officer, moment("2026-12-02 08:00"))

    @pytest.mark.parametrize(("data", "field"), [
        (LARGE, "amount"), (replace(FINE, kinds=(*FINE.kinds, PenaltyKind.LICENCE)), "kinds"),
    ])  # fmt: skip
    def test_a_heavier_decision_needs_a_new_notice(self, any_db, reviewed, officer, *, data, field):
        """行政处罚法 44, 45: that the party was heard on the lighter one does not help."""
        tell(reviewed, officer)
        late, heard = moment("2026-12-20 08:00"), replace(data, heard=True)
        with pytest.raises(Invalid, match=f"heavier_{field}") as refused:
            self.decide(reviewed, officer, late, heard)
        assert refused.value.field == field
        tell(reviewed, officer, kinds=data.kinds, amount_fen=data.amount_fen, **CORRECTED)
        self.decide(reviewed, officer, late, heard)
        assert queries.penalty(reviewed).state is PenaltyState.DECIDED

    def test_the_last_notice_counts_and_the_first_stays(self, any_db, reviewed, officer):
        tell(reviewed, officer, **TO_LARGE)
        tell(reviewed, officer, amount_fen=100, on=date(2026, 11, 25), **CORRECTED)
        first, last = queries.notices(queries.penalty(reviewed).id)
        assert (first.seq, first.amount_fen, first.offered) == (1, 20_000_000, True)
        assert (last.seq, last.amount_fen, last.offered) == (2, 100, False)
        assert (first.reason, last.reason) == ("", CORRECTED["reason"])
        with pytest.raises(Invalid, match="heavier_amount"):
            self.decide(reviewed, officer, moment("2026-12-20 08:00"))
        noted = [one for one in audit.page(size=100).rows if one.action == "penalty.notice"]
        assert [one.detail["amount_fen"] for one in noted] == [100, 20_000_000]

    @pytest.mark.parametrize(("change", "error"), [
        ({"replaces": 1, "reason": "错了"}, Invalid), ({"replaces": 0}, Stale),
        ({"replaces": 2, "reason": "金额算错了"}, Stale),
        ({"replaces": 1, "reason": "金额算错了", "on": date(2026, 11, 23)}, Invalid),
    ])  # fmt: skip
    def test_a_second_notice_says_why_and_which_one_it_replaces(
        self, any_db, reviewed, officer, *, change, error
    ):
        """Sent twice, or from an old page, it changes nothing."""
        tell(reviewed, officer)
        with pytest.raises(error):
            tell(reviewed, officer, **change)
        assert len(queries.notices(queries.penalty(reviewed).id)) == 1

    def test_after_the_decision_no_notice_is_given(self, reviewed, officer):
        tell(reviewed, officer)
        self.decide(reviewed, officer, T0 + 3 * DAY, replace(FINE, heard=True))
        with pytest.raises(Stale, match="penalty_not_from_here"):
            tell(reviewed, officer, **CORRECTED)

    def test_one_told_before_the_upgrade_may_still_be_decided(self, any_db, reviewed, officer):
        """Rows of older versions have no notice of their own; they were offered a hearing."""
        tell(reviewed, officer)
        db.session.execute(delete(PenaltyNotice))
        db.session.commit()
        with pytest.raises(Invalid, match="hearing_open"):
            self.decide(reviewed, officer, moment("2026-12-02 08:00"))
        self.decide(reviewed, officer, moment("2026-12-03 08:00"), LARGE)


def test_without_a_record_there_is_nothing_to_decide(case_id, officer):
    with transaction(), pytest.raises(NotFound):
        service.decide(case_id, FINE, by=officer, now=T0 + MIN)
