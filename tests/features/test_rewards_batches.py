"""Batches against a fake bank: paid once whatever it answers, unknown never sent again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Staff
from app.accounts.permissions import Role
from app.audit.models import AuditEntry
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Refused, Stale
from app.core.tx import transaction
from app.enforcement.events import PenaltyRevoked
from app.identity import openings
from app.rewards import answers, batches, ledger, paying, service
from app.rewards.models import Award, Payment, PayoutAnswer, PayoutBatch, PayoutItem
from app.rewards.states import AnswerOutcome, PayoutState, State
from tests.features import rewards_make as make
from tests.features.rewards_bank import NUMBERS, Bank, claimed, file_of, result
from tests.features.rewards_make import NOW

S = PayoutState


class Office:
    """Finance, two custodians, and the batches they make."""

    def __init__(self, awards=1):
        with transaction():
            self.payer, self.other, one, two = make.people("财务", "财务二", "保管员", "保管员二")
            for who in (one, two):
                db.session.get(Staff, who).roles = [Role.CUSTODIAN]
            self.awards = [claimed(NUMBERS[n % 3]).id for n in range(awards)]
        self.custodians = (one, two)

    def draw(self):
        with transaction():
            return batches.draw(staff_id=self.payer, now=NOW).number

    def sent(self):
        number = self.draw()
        return number, file_of(number, self.custodians)

    def read(self, number, raw, now=NOW):
        with transaction():
            return answers.read(number, raw, staff_id=self.payer, now=now)

    def states(self, number):
        db.session.rollback()
        return [item.state for item in batches.items(batches.get(number).id)]

    def award(self, place=0):
        db.session.rollback()
        return db.session.get(Award, self.awards[place], populate_existing=True)


def payments():
    db.session.rollback()
    return db.session.query(Payment).count()


def agree():
    db.session.rollback()
    return ledger.compare().ok


def test_two_custodians_make_the_file_and_the_bank_confirms(any_db, context):
    office, bank = Office(2), Bank()
    number, raw = office.sent()
    text = raw.decode("utf-8-sig")
    assert "阿珍" in text
    assert "200.00" in text
    assert NUMBERS[0] not in text
    assert office.states(number) == [S.SENT, S.SENT]
    bank.take(raw)
    assert office.read(number, bank.answer(raw))[AnswerOutcome.APPLIED] == 2
    assert office.states(number) == [S.CONFIRMED, S.CONFIRMED]
    assert (office.award().state, payments(), agree()) == (State.PAID, 2, True)
    assert ledger.balances()["paid"] == 40_000
    seen = openings.openings_of(office.award().report_id, now=NOW)
    assert [number in view.reason for view in seen] == [True]


def test_the_file_is_the_same_whenever_it_is_made(context):
    office = Office(2)
    number, raw = office.sent()
    assert file_of(number, office.custodians) == raw
    with pytest.raises(Stale, match="batch_file_differs"), transaction():
        batches.made(number, raw + b"x", by=office.custodians[0], now=NOW)


def test_one_custodian_alone_makes_no_file(context):
    office = Office()
    number, (one, _two) = office.draw(), office.custodians
    with transaction():
        with pytest.raises(Refused, match="batch_not_asked"):
            batches.use(number, by=one, now=NOW)
        with pytest.raises(Forbidden, match="custodian_only"):
            batches.ask(number, by=office.payer, now=NOW)
        batches.ask(number, by=one, now=NOW)
        with pytest.raises(Forbidden, match="second_person"):
            batches.decide(number, approve=True, by=one, now=NOW)
        with pytest.raises(Stale, match="opening_over"):
            batches.use(number, by=one, now=NOW)


def test_paid_then_timed_out(any_db, context):
    """The bank pays and its answer is lost: unknown, no second key, later confirmed once."""
    office, bank = Office(), Bank()
    number, raw = office.sent()
    bank.take(raw)
    office.read(number, bank.answer(raw, unknown={f"{number}-001"}))
    assert office.states(number) == [S.UNKNOWN]
    with pytest.raises(Refused, match="batch_empty"):
        office.draw()
    with transaction():
        for by_hand in (
            lambda: service.pay(office.awards[0], reference="X", idem_key="X",
                                staff_id=office.payer, now=NOW),
            lambda: service.give_back(office.awards[0], reason="x", staff_id=office.payer, now=NOW),
        ):  # fmt: skip
            with pytest.raises(Refused, match="in_batch"):
                by_hand()
    office.read(number, bank.answer(raw))
    assert (office.states(number), payments(), len(bank.paid)) == ([S.CONFIRMED], 1, 1)
    assert agree()


def test_timed_out_then_paid(any_db, context):
    """The bank got nothing at first; the same file under the same keys is paid once."""
    office, bank = Office(2), Bank()
    number, raw = office.sent()
    bank.take(raw, fail_before={f"{number}-002"})
    office.read(number, bank.answer(raw, silent={f"{number}-002"}))
    assert office.states(number) == [S.CONFIRMED, S.UNKNOWN]
    with pytest.raises(Refused, match="batch_empty"):
        office.draw()
    bank.take(file_of(number, office.custodians))
    office.read(number, bank.answer(raw))
    assert (office.states(number), payments(), len(bank.paid)) == ([S.CONFIRMED] * 2, 2, 2)
    assert agree()


def test_answered_twice(any_db, context):
    office, bank = Office(2), Bank()
    number, raw = office.sent()
    bank.take(raw)
    told = bank.answer(raw)
    first, again = office.read(number, told), office.read(number, told)
    assert (first[AnswerOutcome.APPLIED], again[AnswerOutcome.REPEATED]) == (2, 2)
    line = told.decode().splitlines()
    twice = "\n".join([*line, line[1]]).encode()
    assert office.read(number, twice)[AnswerOutcome.REPEATED] == 3
    assert (payments(), agree()) == (2, True)


def test_answered_out_of_order(any_db, context):
    """A late “unknown” and an older batch's answer change nothing that is settled."""
    office, bank = Office(), Bank()
    number, raw = office.sent()
    key = f"{number}-001"
    bank.take(raw, refuse={key})
    late = bank.answer(raw, unknown={key})
    office.read(number, bank.answer(raw))
    assert (office.states(number), office.award().state) == ([S.FAILED], State.CLAIMED)
    second, raw2 = office.sent()
    bank.take(raw2)
    office.read(second, bank.answer(raw2))
    assert office.read(number, late)[AnswerOutcome.REPEATED] == 1
    assert office.read(number, bank.answer(raw))[AnswerOutcome.REPEATED] == 1
    assert (office.states(number), office.states(second)) == ([S.FAILED], [S.CONFIRMED])
    assert (payments(), agree()) == (1, True)


def test_failed_and_after_all_paid_before_anybody_sent_it_again(any_db, context):
    office = Office()
    number, _raw = office.sent()
    key = f"{number}-001"
    office.read(number, result((key, "200.00", "failed", "", "账号有误")))
    office.read(number, result((key, "200.00", "paid", "B9", "")))
    assert (office.states(number), office.award().state) == ([S.CONFIRMED], State.PAID)
    with pytest.raises(Refused, match="batch_empty"):
        office.draw()
    assert (payments(), agree()) == (1, True)


@pytest.mark.parametrize("answer", [("failed", ""), ("paid", "B2")])
def test_a_contradiction_changes_nothing_and_stops_payment_until_settled(answer, any_db, context):
    office = Office(1)
    number, _raw = office.sent()
    key = f"{number}-001"
    office.read(number, result((key, "200.00", "paid", "B1", "")))
    word, slip = answer
    against = result((key, "200.00", word, slip, ""))
    assert office.read(number, against)[AnswerOutcome.CONTRADICTION] == 1
    assert office.read(number, against)[AnswerOutcome.REPEATED] == 1
    assert (office.states(number), payments(), agree()) == ([S.CONFIRMED], 1, False)
    with transaction():
        office.awards.append(claimed(NUMBERS[1]).id)
    with pytest.raises(Refused, match="bank_contradicts"):
        office.draw()
    answer_id = answers.contradictions()[0].id
    with transaction():
        with pytest.raises(Invalid, match="reason_missing"):
            answers.settle(answer_id, note=" ", staff_id=office.other, now=NOW)
        answers.settle(answer_id, note="银行更正", staff_id=office.other, now=NOW)
        with pytest.raises(Stale):
            answers.settle(answer_id, note="再", staff_id=office.other, now=NOW)
    assert not agree()
    with pytest.raises(Refused, match="bank_contradicts"):
        office.draw()
    with transaction():
        (second,) = make.people("财务二")
        answers.confirm(answer_id, agree=True, staff_id=second, now=NOW)
        with pytest.raises(Stale):
            answers.confirm(answer_id, agree=True, staff_id=second, now=NOW)
    assert agree()
    office.draw()


def contradicted(office):
    number, _raw = office.sent()
    for slip in ("B1", "B2"):
        office.read(number, result((f"{number}-001", "200.00", "paid", slip, "")))
    return answers.contradictions()[0].id


def test_no_single_person_settles_a_contradiction(any_db, context):
    """Neither the one who noted it, nor by a second account, nor before anything was noted."""
    office = Office(1)
    answer_id = contradicted(office)
    with transaction():
        (one,), (again,) = (make.people("财务", person_index="same") for _ in range(2))
        (second,) = make.people("财务二", person_index="other")
        with pytest.raises(Refused, match="settle_first"):
            answers.confirm(answer_id, agree=True, staff_id=second, now=NOW)
        answers.settle(answer_id, note="银行更正", staff_id=one, now=NOW)
        for same in (one, again):
            with pytest.raises(Forbidden, match="settle_second_person"):
                answers.confirm(answer_id, agree=True, staff_id=same, now=NOW)
        answers.confirm(answer_id, agree=False, staff_id=second, now=NOW)
        answers.settle(answer_id, note="回单核对，两笔同一付款", staff_id=second, now=NOW)
        answers.confirm(answer_id, agree=True, staff_id=one, now=NOW)
        assert answers.contradictions() == []
    actions = select(AuditEntry.action).where(AuditEntry.subject == f"answer:{answer_id}")
    assert db.session.scalars(actions.order_by(AuditEntry.seq)).all() == [
        "payout.settle", "payout.not_settled", "payout.settle", "payout.confirm",
    ]  # fmt: skip


def test_the_table_itself_wants_two_persons(any_db, context):
    office = Office(1)
    answer_id = contradicted(office)
    with transaction():
        answers.settle(answer_id, note="银行更正", staff_id=office.other, now=NOW)
    wrong = update(PayoutAnswer).values(confirmed_by=PayoutAnswer.settled_by)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(wrong.where(PayoutAnswer.id == answer_id))


def test_one_slip_of_the_bank_pays_one_payment(context):
    office = Office(2)
    number, _raw = office.sent()
    lines = [(f"{number}-00{n}", "200.00", "paid", "B1", "") for n in (1, 2)]
    counts = office.read(number, result(*lines))
    assert (counts[AnswerOutcome.APPLIED], counts[AnswerOutcome.CONTRADICTION]) == (1, 1)
    assert payments() == 1


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (("P-2026-0001-009", "200.00", "paid", "B1", ""), "result_foreign"),
        (("P-2026-0001-001", "200.01", "paid", "B1", ""), "result_amount"),
        (("P-2026-0001-001", "200.00", "perhaps", "B1", ""), "result_word"),
        (("P-2026-0001-001", "200.00", "paid", "", ""), "result_bank_ref"),
        ((), "result_no_csv"),
    ],
)
def test_a_bad_line_is_named_and_nothing_of_its_file_is_applied(line, key, context):
    office = Office(2)
    number, _raw = office.sent()
    good = (f"{number}-002", "200.00", "paid", "B7", "")
    raw = result(good, line) if line else b"\xff\xfe"
    with pytest.raises(Invalid, match=key):
        office.read(number, raw)
    assert (office.states(number), payments()) == ([S.SENT, S.SENT], 0)


def test_revoked_while_on_its_way_it_is_clawed_back_once_paid(any_db, context):
    office, bank = Office(0), Bank()
    with transaction():
        make.rules()
        case = make.case(order=True)
        row = make.penalty(case, fine=11_500_000)
        made = make.checked(case)
        award = made[0]
        clerk, boss, legal = make.people("专岗", "领导", "法制")
        make.propose(award.id, staff_id=clerk, now=NOW)
        service.review(award.id, staff_id=legal, now=NOW)
        service.approve(award.id, staff_id=boss, now=NOW)
        service.notify(award.id, by="system", now=NOW)
        make.claim_by_bank(award)
        office.awards.append(award.id)
    number, raw = office.sent()
    with transaction():
        row.revoked_at = NOW
        service.consider(
            PenaltyRevoked(case_id=case, round=1, by="staff:1", now=NOW, reason="撤销")
        )
    assert (office.award().state, agree()) == (State.INSTRUCTED, True)
    bank.take(raw)
    office.read(number, bank.answer(raw))
    assert (office.award().state, office.award().overpaid_fen) == (State.CLAWBACK_DUE, 555_000)
    assert agree()


def test_what_needs_a_second_approver_stays_behind(context):
    office = Office(0)
    with transaction():
        office.awards = [claimed(NUMBERS[0]).id for _ in range(6)]
    number = office.draw()
    assert len(office.states(number)) == 5
    with transaction():
        sixth = office.award(5)
        assert sixth.state is State.CLAIMED
        service.second_word(sixth.id, staff_id=make.people("另一位")[0], now=NOW)
    assert len(office.states(office.draw())) == 1


@pytest.mark.parametrize(("cap", "fits"), [(399.99, 1), (400, 2), (400.01, 2)])
def test_the_cap_of_a_person_and_month_counts_to_the_fen(cap, fits, context):
    with transaction():
        make.rules(cap_person_month=cap)
    office = Office(0)
    with transaction():
        office.awards = [claimed(NUMBERS[0]).id for _ in range(2)]
    assert len(office.states(office.draw())) == fits


def test_an_award_stands_in_one_live_batch_only(any_db, context):
    office = Office()
    number = office.draw()
    batch_id = batches.get(number).id
    with pytest.raises(IntegrityError), transaction():
        db.session.add(PayoutItem(batch_id=batch_id, award_id=office.awards[0], reference="Z",
                                  amount_fen=1, state=S.INTENT))  # fmt: skip


def test_an_altered_batch_shows_in_the_close_and_stops_payment(context):
    office = Office()
    office.draw()
    with transaction():
        db.session.query(PayoutBatch).update({"amount_fen": PayoutBatch.amount_fen + 1})
        assert not service.close_day(by="system", now=NOW).ok
        office.awards.append(claimed(NUMBERS[1]).id)
    with pytest.raises(Refused, match="ledger_differs"):
        office.draw()


def test_the_day_is_closed_once_and_void_approvals_fall(context):
    with transaction():
        award, *_ = make.approved()
        award_id = award.id
        db.session.query(Award).update({"amount_fen": 19_999})
    with transaction():
        assert service.close_batch(now=NOW) == 1
        assert service.close_batch(now=NOW + timedelta(hours=3)) == 0
        assert service.close_batch(now=NOW + timedelta(days=1)) == 1
        assert db.session.get(Award, award_id).state is State.ASSESSED
    with transaction():
        office_award = paying.moves.get(award_id)
        assert office_award.approval_hash is None
