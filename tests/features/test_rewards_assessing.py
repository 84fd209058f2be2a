"""From a finding to awards: who is first, stages, exclusions, what a revocation takes back."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.core.errors import Invalid
from app.core.tx import transaction
from app.enforcement.events import ConsequenceAdded, PenaltyDecided, PenaltyRevoked
from app.intake.submission import Source
from app.rewards import ledger, queries, service
from app.rewards.models import Award
from app.rewards.states import State, Way
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW

BY = "staff:1"


def decided(case_id, now=NOW):
    service.consider(PenaltyDecided(case_id=case_id, round=1, amount_fen=0, at=now, by=BY, now=now))


def test_only_the_first_report_earns_and_the_later_ones_read_why(any_db, context):
    with transaction():
        make.rules()
        first, second, third = make.checked(make.case(reports=3, order=True))
        assert (first.state, first.amount_fen) == (State.ASSESSED, 20_000)
        assert {second.state, third.state} == {State.NOT_ELIGIBLE}
        assert second.excluded == "not_first"
        checks = {check["key"]: check for check in second.checks}
        assert checks["first"]["ok"] is False
        assert checks["first"]["evidence"]["place"] == 2


def test_order_is_the_servers_not_the_received_time(any_db, context):
    with transaction():
        make.rules()
        made = make.checked(make.case(reports=2, gap=timedelta(hours=-1)))
        assert [award.excluded for award in made] == [None, "not_first"]


def test_the_same_event_makes_no_second_award(any_db, context):
    with transaction():
        make.rules()
        case = make.case()
        assert len(make.checked(case)) == len(make.checked(case)) == 1


@pytest.mark.parametrize("finding", ["untrue", "unverifiable"])
def test_an_unverified_matter_earns_nothing(finding, context):
    with transaction():
        make.rules()
        award = make.checked(make.case(finding=finding))[0]
        assert (award.state, award.excluded, award.amount_fen) == (
            State.NOT_ELIGIBLE, "not_verified", 0,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("finding", "fen"), [("true", 5_000), ("mostly", 5_000), ("partly", 5_000)]
)
def test_three_findings_count_as_verified(finding, fen, context):
    with transaction():
        make.rules()
        assert make.checked(make.case(finding=finding))[0].amount_fen == fen


def test_what_the_bureau_found_itself_earns_nothing(context):
    with transaction():
        make.rules()
        assert make.checked(make.case(source=Source.PATROL)) == []


def test_without_a_rule_set_for_that_day_nothing_is_assessed(context):
    with transaction():
        assert make.checked(make.case()) == []


def test_two_stages_then_detention_as_in_the_worked_example(any_db, context):
    with transaction():
        make.rules()
        case = make.case(order=True)
        make.checked(case)
        row = make.penalty(case, fine=11_500_000)
        decided(case)
        row.events = {"detention": "2026-11-20"}
        service.consider(
            ConsequenceAdded(case_id=case, round=1, kind="detention", at=NOW, by=BY, now=NOW)
        )
        made = make.awards(case)
        assert [award.amount_fen for award in made] == [20_000, 555_000, 500_000]
        assert [award.stage for award in made] == [1, 2, 2]
        assert made[-1].total_fen == 1_075_000


def test_the_version_in_force_at_the_receipt_values_a_report(context):
    with transaction():
        make.rules()
        award = make.checked(make.case(received=NOW - timedelta(days=1)))[0]
        old_rules = award.rule_set_id
        document = dict(make.rulesets.catalog.documents()["zhengzhou"])
        document["test_cases"] = [{"facts": {"class_code": "1"}, "amount_fen": 50_000}]
        row = make.rulesets.import_version(
            document, valid_from=NOW.date(), staff_id=make.people("甲")[0], now=NOW
        )
        make.rulesets.activate(row.id, staff_id=make.people("乙")[0], now=NOW)
        before = make.checked(make.case(received=NOW - timedelta(days=2)))[0]
        assert before.rule_set_id == old_rules
        assert make.rulesets.in_force(NOW).key == "zhengzhou"


def test_reports_of_one_day_share_where_the_rule_set_says_so(any_db, context):
    with transaction():
        make.rules(same_day_joint=True)
        case = make.case(reports=3, order=True)
        make.report(case, at=NOW + timedelta(days=1), ordinal=4)
        make.checked(case)
        make.penalty(case, fine=11_500_000)
        decided(case)
        made = [award for award in make.awards(case) if not award.excluded]
        assert [award.amount_fen for award in made] == [6_668, 6_666, 6_666, *[185_000] * 3]
        assert sum(award.amount_fen for award in made) == 575_000


def test_people_who_told_it_together_are_paid_through_their_representative(context):
    with transaction():
        make.rules()
        clerk = make.people("专岗")[0]
        award = make.checked(make.case(order=True))[0]
        service.amend(award.id, {"joint_reporters": 3}, note="联名信", staff_id=clerk, now=NOW)
        assert award.amount_fen == 20_000
        split = next(line for line in award.lines if line["rule"] == "split")
        assert (split["amount_fen"], split["facts"]["others_fen"]) == (6_668, 6_666)


def test_a_person_states_a_bar_with_a_reason_and_never_a_record(context):
    with transaction():
        make.rules()
        clerk = make.people("专岗")[0]
        award = make.checked(make.case())[0]
        with pytest.raises(Invalid, match="reason_missing"):
            service.amend(award.id, {"already_known": True}, note=" ", staff_id=clerk, now=NOW)
        with pytest.raises(Invalid, match="fact_not_yours"):
            service.amend(award.id, {"fine_fen": 5}, note="x", staff_id=clerk, now=NOW)
        service.amend(award.id, {"already_known": True}, note="前案", staff_id=clerk, now=NOW)
        assert (award.state, award.excluded) == (State.NOT_ELIGIBLE, "already_known")


def test_revoked_after_payment_555_000_fen_are_due_back(any_db, context):
    with transaction():
        make.rules()
        clerk, boss, reviewer, payer = make.people("专岗", "领导", "法制", "财务")
        case = make.case(order=True)
        make.checked(case)
        row = make.penalty(case, fine=11_500_000)
        decided(case)
        for place, award in enumerate(make.awards(case)):
            make.propose(award.id, staff_id=clerk, now=NOW)
            if award.amount_fen > 500_000:
                service.review(award.id, staff_id=reviewer, now=NOW)
            service.approve(award.id, staff_id=boss, now=NOW)
            service.notify(award.id, by="system", now=NOW)
            data = service.ClaimData(way=Way.VOUCHER, secret_ok=True)
            service.claim_award(award.id, data, report_id=award.report_id, now=NOW)
            service.pay(award.id, reference=f"R{place}", idem_key=f"K{place}", staff_id=payer,
                        now=NOW)  # fmt: skip
        row.revoked_at = NOW
        service.consider(PenaltyRevoked(case_id=case, round=1, by=BY, now=NOW, reason="复议撤销"))
        first, second = make.awards(case)
        assert (first.state, second.state) == (State.PAID, State.CLAWBACK_DUE)
        assert second.overpaid_fen == 555_000
        assert ledger.compare().ok
        service.recover(second.id, reason="已退回", staff_id=boss, now=NOW)
        assert ledger.compare().ok
        assert ledger.balances()["paid"] == 20_000


def test_revoked_before_payment_the_approval_falls(any_db, context):
    with transaction():
        make.rules()
        clerk, boss, reviewer = make.people("专岗", "领导", "法制")
        case = make.case(order=True)
        make.checked(case)
        row = make.penalty(case, fine=11_500_000)
        decided(case)
        second = make.awards(case)[1]
        make.propose(second.id, staff_id=clerk, now=NOW)
        service.review(second.id, staff_id=reviewer, now=NOW)
        service.approve(second.id, staff_id=boss, now=NOW)
        row.revoked_at = NOW
        service.consider(PenaltyRevoked(case_id=case, round=1, by=BY, now=NOW, reason="撤销"))
        assert (second.state, second.approved_by) == (State.NOT_ELIGIBLE, None)
        assert ledger.compare().ok
        assert ledger.balances().get("payable", 0) == 0


def test_the_database_itself_refuses_an_award_without_a_finding(any_db, context):
    with pytest.raises(IntegrityError), transaction():  # noqa: PT012
        version = make.rules()
        case = make.case()
        row = Award(
            report_id=make.report(case), case_id=case, trigger="x", state=State.ASSESSED,
            rule_set_id=version.id, facts={}, checks=[], lines=[], total_fen=5, amount_fen=5,
            assessed_at=NOW,
        )  # fmt: skip
        make.db.session.add(row)


def test_the_founding_sentence_counts_rewarded_reports(context):
    with transaction():
        award, *_ = make.approved()
        service.decline(award.id, report_id=award.report_id, now=NOW)
        make.case()
        span = (NOW - timedelta(days=30), NOW + timedelta(days=1))
        assert queries.rewarded_between(*span) == 1
