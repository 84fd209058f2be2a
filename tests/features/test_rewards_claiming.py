"""Notice, window, claim without a name, decline, donate, lapse, appeal."""

from datetime import timedelta

import pytest

from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.core.events import react_with
from app.core.tx import transaction
from app.rewards import ledger, payouts, queries, service
from app.rewards.events import ClaimReminder
from app.rewards.states import State, Way
from app.worktime import service as worktime
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW
from tests.infra.clock import moment

VOUCHER = service.ClaimData(way=Way.VOUCHER, secret_ok=True)


@pytest.mark.parametrize(
    ("notice", "due"),
    [("2026-08-03 10:00", "2026-10-08 23:59:59"), ("2026-07-01 10:00", "2026-08-31 23:59:59")],
)
def test_the_window_is_sixty_days_and_a_last_day_of_rest_moves_on(notice, due, context):
    with transaction():
        worktime.seed(NOW)
        award, clerk, _ = make.approved(notified=False)
        service.notify(award.id, by=f"staff:{clerk}", now=moment(notice))
        assert award.claim_due_at == moment(due)


def test_claimed_by_code_and_secret_a_voucher_shows_number_and_amount_only(any_db, context):
    with transaction():
        award, *_ = make.approved()
        number = service.claim_award(award.id, VOUCHER, report_id=award.report_id, now=NOW)
        assert number.startswith("V-")
        assert (award.state, award.voucher_no, award.payee_index) == (State.CLAIMED, number, None)
        row = payouts.payouts((State.CLAIMED,)).rows[0]
        assert (row.voucher_no, row.amount_fen) == (number, 20_000)
        with pytest.raises(Stale, match="award_already"):
            service.claim_award(award.id, VOUCHER, report_id=award.report_id, now=NOW)


def test_what_a_claim_refuses(context):
    with transaction():
        award, *_ = make.approved()
        claim, report = service.claim_award, award.report_id
        with pytest.raises(NotFound):
            claim(award.id, VOUCHER, report_id=report + 1, now=NOW)
        with pytest.raises(Forbidden, match="claim_secret_wrong"):
            claim(award.id, service.ClaimData(way=Way.VOUCHER), report_id=report, now=NOW)
        with pytest.raises(Invalid, match="payee_missing"):
            claim(award.id, service.ClaimData(way=Way.BANK), report_id=report, now=NOW)
        with pytest.raises(Refused, match="claim_over"):
            claim(award.id, VOUCHER, report_id=report, now=NOW + timedelta(days=90))


def test_a_rule_set_that_asks_for_a_name_offers_no_voucher(context):
    with transaction():
        make.rules(anonymous_allowed=False)
        clerk, boss = make.people("专岗", "领导")
        award = make.checked(make.case())[0]
        make.propose(award.id, staff_id=clerk, now=NOW)
        service.approve(award.id, staff_id=boss, now=NOW)
        service.notify(award.id, by="system", now=NOW)
        with pytest.raises(Invalid, match="way_not_allowed"):
            service.claim_award(award.id, VOUCHER, report_id=award.report_id, now=NOW)
        assert Way.VOUCHER not in queries.award_view(award.report_id).ways


def test_declined_and_donated_are_the_reporters_own_word(any_db, context):
    with transaction():
        award, *_ = make.approved()
        service.decline(award.id, report_id=award.report_id, now=NOW)
        other, *_ = make.approved()
        service.donate(other.id, report_id=other.report_id, now=NOW)
        assert (award.state, other.state) == (State.DECLINED, State.DONATED)
        held = ledger.balances()
        assert (held["donated"], held["budget:2026"], held["payable"]) == (20_000, -20_000, 0)
        assert ledger.compare().ok


def test_unclaimed_awards_lapse_once_and_are_reminded_three_times(any_db, context):
    heard = []
    react_with({ClaimReminder: (heard.append,)})
    try:
        with transaction():
            award, *_ = make.approved()
        day, end = NOW, award.claim_due_at
        while day < end + timedelta(days=2):
            with transaction():
                service.remind_batch(now=day)
                service.lapse_batch(now=day)
            day += timedelta(days=1)
    finally:
        react_with({})
    assert [reminder.days_left for reminder in heard] == [30, 10, 3]
    assert award.state is State.LAPSED
    with transaction():
        assert service.lapse_batch(now=day) == 0
        assert ledger.compare().ok


def test_on_the_last_second_it_may_still_be_claimed(context):
    with transaction():
        award, *_ = make.approved()
        last = award.claim_due_at
        assert service.lapse_batch(now=last) == 0
        service.claim_award(award.id, VOUCHER, report_id=award.report_id, now=last)


def test_an_appeal_is_heard_once_by_somebody_else(any_db, context):
    with transaction():
        worktime.seed(NOW)
        make.rules()
        clerk, boss = make.people("专岗", "领导")
        award = make.checked(make.case(order=True))[0]
        service.amend(award.id, {"already_known": True}, note="前案", staff_id=clerk, now=NOW)
        award = service.appeal(award.id, "那是另一条河", report_id=award.report_id, now=NOW)
        assert award.state is State.APPEALED
        assert queries.award_view(award.report_id).appeal.due_at == moment("2026-09-21 23:59:59")
        service.answer(award.id, upheld=True, words="确系不同河段", staff_id=boss, now=NOW)
        assert (award.state, award.amount_fen, award.excluded) == (State.ASSESSED, 20_000, None)
        with pytest.raises(Stale):
            service.appeal(award.id, "再来", report_id=award.report_id, now=NOW)


def test_a_dismissed_appeal_gives_the_days_back(any_db, context):
    with transaction():
        award, clerk, _boss = make.approved()
        due = award.claim_due_at
        service.appeal(award.id, "太少", report_id=award.report_id, now=NOW)
        later = NOW + timedelta(days=5)
        with pytest.raises(Forbidden, match="second_person"):
            service.answer(award.id, upheld=False, words="不", staff_id=clerk, now=later)
        judge = make.people("另一位")[0]
        service.answer(award.id, upheld=False, words="按办法", staff_id=judge, now=later)
        assert (award.state, award.claim_due_at) == (State.NOTIFIED, due + timedelta(days=5))
        with pytest.raises(Refused, match="appealed_before"):
            service.appeal(award.id, "再来", report_id=award.report_id, now=later)


def test_an_upheld_appeal_of_an_approved_award_frees_the_money(context):
    with transaction():
        award, *_ = make.approved()
        service.appeal(award.id, "应按立案", report_id=award.report_id, now=NOW)
        service.answer(award.id, upheld=True, words="补核", staff_id=make.people("另")[0], now=NOW)
        assert (award.state, award.approved_by) == (State.ASSESSED, None)
        assert ledger.compare().ok


def test_the_reporter_reads_why(any_db, context):
    with transaction():
        award, *_ = make.approved()
        view = queries.award_view(award.report_id)
        assert [line.rule for line in view.lines] == ["class"]
        assert view.lines[0].facts["class_code"] == "R2"
        assert (view.rules.key, view.rules.version) == ("eco110-default", 1)
        assert view.could_change == ("penalty", "detention")
        assert view.can_claim
        assert view.can_appeal
