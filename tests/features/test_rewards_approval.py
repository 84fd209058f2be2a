"""Proposer, reviewer, approver, payer: never one natural person; the ladder; the binding hash."""

from itertools import product

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.errors import Forbidden, Invalid, Refused, Stale
from app.core.tx import transaction
from app.rewards import catalog, ledger, moves, paying, queries, service, sheets
from app.rewards.models import Award
from app.rewards.rules.ladder import reaches, step_for
from app.rewards.states import State, Way
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW


def proposed(fen=20_000):
    make.rules()
    clerk = make.people("专岗")[0]
    award = make.checked(make.case(order=True))[0]
    if fen != 20_000:
        award.amount_fen = fen
        db.session.flush()
    make.propose(award.id, staff_id=clerk, now=NOW)
    return award, clerk


@pytest.mark.parametrize(
    ("fen", "level"),
    [
        (1, "section_head"), (49_999, "section_head"), (50_000, "section_head"),
        (50_001, "deputy_director"), (500_000, "deputy_director"), (500_001, "director"),
        (5_000_000, "director"), (5_000_001, "bureau_meeting"),
    ],
)  # fmt: skip
def test_ladder_bounds(fen, level):
    ladder = catalog.defaults().ladder
    assert step_for(ladder, fen).level == level
    assert reaches(ladder, "director", fen)
    assert reaches(ladder, "section_head", fen) == (fen <= 50_000)


def test_nobody_approves_what_they_proposed_even_with_a_second_account(any_db, context):
    with transaction():
        make.rules()
        clerk, again = make.people("专岗", "专岗二号", person_index="same")
        award = make.checked(make.case())[0]
        make.propose(award.id, staff_id=clerk, now=NOW)
        for who in (clerk, again):
            with pytest.raises(Forbidden, match="second_person"):
                service.approve(award.id, staff_id=who, now=NOW)
        assert make.awards(award.case_id)[0].state is State.PROPOSED


ROLES = ("proposer", "approver", "payer")


@pytest.mark.parametrize(("one", "other"), [p for p in product(ROLES, ROLES) if p[0] != p[1]])
def test_no_person_has_two_of_three_hands(one, other, context):
    with transaction():
        make.rules()
        people = dict(zip(ROLES, make.people("甲", "乙", "丙"), strict=True))
        people[other] = people[one]
        award = make.checked(make.case())[0]
        with pytest.raises(Forbidden, match="second_person"):  # noqa: PT012
            make.propose(award.id, staff_id=people["proposer"], now=NOW)
            service.approve(award.id, staff_id=people["approver"], now=NOW)
            service.notify(award.id, by="system", now=NOW)
            data = service.ClaimData(way=Way.VOUCHER, secret_ok=True)
            service.claim_award(award.id, data, report_id=award.report_id, now=NOW)
            service.pay(award.id, reference="1", idem_key="1", staff_id=people["payer"], now=NOW)


@pytest.mark.parametrize("column", ["approved_by", "reviewed_by", "paid_by", "approved2_by"])
def test_the_table_refuses_two_hands_too(column, any_db, context):
    with transaction():
        award, clerk = proposed()
        award_id = award.id
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Award).where(Award.id == award_id).values({column: clerk}))


def test_a_low_level_may_not_approve_much(context):
    with transaction():
        award, _ = proposed(50_001)
        boss = make.people("科长")[0]
        service.set_level(boss, "section_head", by="system", now=NOW)
        with pytest.raises(Forbidden, match="level_too_low") as refused:
            service.approve(award.id, staff_id=boss, now=NOW)
        assert refused.value.facts["level"] == "deputy_director"


def test_large_amounts_need_review_minutes_and_two_approvers(any_db, context):
    with transaction():
        award, _ = proposed(5_000_001)
        one, two, legal = make.people("局长", "副局长", "法制")
        with pytest.raises(Refused, match="review_missing"):
            service.approve(award.id, staff_id=one, now=NOW)
        service.review(award.id, staff_id=legal, now=NOW)
        with pytest.raises(Invalid, match="minutes_missing"):
            service.approve(award.id, staff_id=one, now=NOW)
        assert service.approve(award.id, staff_id=one, minutes_no="纪要7", now=NOW).state is (
            State.REVIEWED
        )
        with pytest.raises(Forbidden, match="second_person"):
            service.approve(award.id, staff_id=one, now=NOW)
        assert service.approve(award.id, staff_id=two, now=NOW).state is State.APPROVED
        assert award.minutes_no == "纪要7"
        assert ledger.balances() == {"budget:2026": -5_000_001, "payable": 5_000_001}


def test_a_clerks_day_is_limited(context):
    with transaction():
        make.rules()
        clerk = make.people("专岗")[0]
        made = [make.checked(make.case())[0].id for _ in range(21)]
        for award_id in made[:20]:
            make.propose(award_id, staff_id=clerk, now=NOW)
        with pytest.raises(Refused, match="clerk_day_full"):
            make.propose(made[20], staff_id=clerk, now=NOW)


@pytest.mark.parametrize(
    ("fen", "fits"), [(9_999_999, True), (10_000_000, True), (10_000_001, False)]
)
def test_a_clerks_day_is_limited_to_the_fen(fen, fits, context):
    with transaction():
        if fits:
            assert proposed(fen)[0].state is State.PROPOSED
        else:
            with pytest.raises(Refused, match="clerk_day_full"):
                proposed(fen)


def test_a_changed_amount_voids_the_approval_and_it_falls(any_db, context):
    with transaction():
        award, *_ = make.approved(notified=False)
        db.session.execute(update(Award).where(Award.id == award.id).values(amount_fen=999_999))
        with pytest.raises(Refused, match="approval_void"):
            service.notify(award.id, by="system", now=NOW)
        assert paying.drop_void(award.id, now=NOW)
        assert (award.state, award.approval_hash) == (State.ASSESSED, None)
        assert not paying.drop_void(make.approved()[0].id, now=NOW)


def test_a_changed_payee_voids_the_claim(any_db, context):
    with transaction():
        award, *_ = make.approved()
        data = service.ClaimData(way=Way.BANK, payee_index="aa")
        service.claim_award(award.id, data, report_id=award.report_id, now=NOW)
        db.session.execute(update(Award).where(Award.id == award.id).values(payee_index="bb"))
        payer = make.people("财务")[0]
        with pytest.raises(Refused, match="approval_void"):
            service.pay(award.id, reference="1", idem_key="1", staff_id=payer, now=NOW)


def test_a_reader_of_an_older_award_is_refused(context):
    with transaction():
        award, _ = proposed()
        boss = make.people("领导")[0]
        with pytest.raises(Stale, match="award_already"):
            service.approve(award.id, staff_id=boss, version=award.version - 1, now=NOW)


def test_sent_back_with_a_reason_everything_is_signed_anew(context):
    with transaction():
        award, clerk = proposed()
        boss = make.people("领导")[0]
        with pytest.raises(Invalid, match="reason_missing"):
            service.send_back(award.id, note="", staff_id=boss, now=NOW)
        service.send_back(award.id, note="缺证据", staff_id=boss, now=NOW)
        assert (award.state, award.proposed_by, award.note) == (State.ASSESSED, None, "缺证据")
        make.propose(award.id, staff_id=clerk, now=NOW)


def test_barring_an_approved_award_frees_its_budget(any_db, context):
    with transaction():
        award, clerk, _ = make.approved(notified=False)
        service.bar(award.id, reason="other_scheme_paid", note="街道已发", staff_id=clerk, now=NOW)
        assert award.state is State.NOT_ELIGIBLE
        assert ledger.compare().ok


def test_own_rows_are_absent_from_the_approvers_list(context):
    with transaction():
        _, clerk = proposed()
        other = make.people("领导")[0]
        assert queries.in_states((State.PROPOSED,), not_by=clerk).total == 0
        assert queries.in_states((State.PROPOSED,), not_by=other).total == 1


def test_the_sheet_shows_records_ladder_budget_and_signatures(any_db, context):
    with transaction():
        award, _clerk, boss = make.approved()
        ledger.grant(2026, 10_000_000, by="staff:1", now=NOW, reason="年初预算")
        found = sheets.sheet(award.id, now=NOW)
        assert found.level == "section_head"
        assert found.budget_left_fen == 10_000_000 - 20_000
        assert [step.key for step in found.trail] == ["proposed", "approved"]
        assert boss in found.people
        assert moves.get(award.id).version == found.award.version
