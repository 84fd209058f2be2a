"""Payment is recorded once; ledger, payments and awards agree or nothing more is paid."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.core.db import db
from app.core.errors import Refused, Stale
from app.core.tx import transaction
from app.rewards import ddl, ledger, service
from app.rewards.models import LedgerClose, LedgerLine, LedgerTransaction, Payment
from app.rewards.states import State, Way
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW


def claimed(*, index=None):
    award, *_ = make.approved()
    way = Way.BANK if index else Way.VOUCHER
    data = service.ClaimData(way=way, secret_ok=True, payee_index=index)
    service.claim_award(award.id, data, report_id=award.report_id, now=NOW)
    return award


def pay(award, *, reference="F-1", key="k1", payer=None, now=NOW):
    payer = payer or make.people("财务")[0]
    return service.pay(award.id, reference=reference, idem_key=key, staff_id=payer, now=now)


def test_the_same_request_answers_again_and_another_body_is_refused(any_db, context):
    with transaction():
        award, payer = claimed(), make.people("财务")[0]
        first = pay(award, payer=payer)
        again = pay(award, payer=payer, now=NOW + timedelta(days=89))
        assert (first.repeated, again.repeated, again.at) == (False, True, NOW)
        assert db.session.query(Payment).count() == 1
        with pytest.raises(Stale, match="idem_key_reused"):
            pay(award, reference="F-2", payer=payer)
        with pytest.raises(Stale, match="award_already"):
            pay(award, reference="F-2", key="k2", payer=payer)
        assert ledger.balances()["paid"] == 20_000


def test_a_number_used_twice_shows_its_first_use(any_db, context):
    with transaction():
        first, second = claimed(), claimed()
        pay(first)
        with pytest.raises(Stale, match="reference_used") as refused:
            pay(second, key="k2")
        assert refused.value.facts["voucher"] == first.voucher_no


@pytest.mark.parametrize("column", ["award_id", "reference", "idem_key"])
def test_the_table_refuses_a_second_payment(column, any_db, context):
    with transaction():
        one, other = claimed(), claimed()
        pay(one)
        row = {"award_id": other.id, "reference": "F-9", "idem_key": "k9"}
        row[column] = {"award_id": one.id, "reference": "F-1", "idem_key": "k1"}[column]
    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            Payment(**row, amount_fen=1, payer_id=make.people("财务")[0], at=NOW, body_hash="-")
        )


def test_instructed_given_back_and_paid(context):
    with transaction():
        award, payer = claimed(), make.people("财务")[0]
        service.instruct(award.id, staff_id=payer, now=NOW)
        service.give_back(award.id, reason="账号不存在", staff_id=payer, now=NOW)
        assert (award.state, award.paid_by) == (State.CLAIMED, None)
        service.instruct(award.id, staff_id=payer, now=NOW)
        pay(award, payer=payer)
        service.archive(award.id, staff_id=payer, now=NOW)
        assert award.state is State.ARCHIVED
        assert ledger.compare().ok


def test_a_payees_sixth_payout_in_a_month_needs_a_second_approver(any_db, context):
    with transaction():
        for n in range(5):
            pay(claimed(index="same"), reference=f"F{n}", key=f"k{n}")
        sixth = claimed(index="same")
        with pytest.raises(Refused, match="second_approver_needed"):
            pay(sixth, reference="F6", key="k6")
        pay(claimed(index="other"), reference="F7", key="k7")
        service.second_word(sixth.id, staff_id=make.people("另一位")[0], now=NOW)
        pay(sixth, reference="F6", key="k6")


def test_a_difference_stops_payment_until_a_close_agrees(any_db, context):
    with transaction():
        award = claimed()
        ledger.post("x", "test", {"payable": 1, "elsewhere": -1}, by="system", now=NOW)
        assert not service.close_day(by="system", now=NOW).ok
        with pytest.raises(Refused, match="ledger_differs"):
            pay(award)
        ledger.post("y", "test", {"payable": -1, "elsewhere": 1}, by="system", now=NOW)
        assert service.close_day(by="system", now=NOW).ok
        pay(award)
        assert db.session.query(LedgerClose).count() == 2


RAW = [
    f"{verb} {table}{rest}"
    for table in ddl.TABLES
    for verb, rest in (("UPDATE", " SET id = id"), ("DELETE FROM", ""))
]


@pytest.mark.parametrize("statement", RAW)
def test_raw_sql_cannot_edit_the_ledger(statement, any_db, context):
    with transaction():
        make.approved()
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(text(statement))


def test_lines_that_do_not_sum_to_nothing_are_refused(any_db, context, database_url):
    with pytest.raises(ValueError, match="sum to 0"), transaction():
        ledger.post("x", "test", {"a": 1}, by="system", now=NOW)
    if database_url.startswith("sqlite"):
        return
    with pytest.raises(DatabaseError, match="sum to 0"), transaction():  # noqa: PT012
        entry = LedgerTransaction(key="z", kind="raw", at=NOW, actor="system")
        db.session.add(entry)
        db.session.flush()
        db.session.add(LedgerLine(transaction_id=entry.id, account="a", amount_fen=1))


def test_a_ledger_key_happens_once(any_db, context):
    with pytest.raises(IntegrityError), transaction():  # noqa: PT012
        for _ in range(2):
            ledger.post("once", "test", {"a": 1, "b": -1}, by="system", now=NOW)
