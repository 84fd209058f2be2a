"""Many clickers at once: approve and pay have one effect each; naive code would not (R-M1)."""

import os

import pytest
from sqlalchemy import text

from app.core.db import db
from app.core.tx import transaction
from app.rewards import ledger, service
from app.rewards.states import State, Way
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW
from tests.features.rewards_race import Click, crowd, payments

PROCESSES, CLICKERS, ROUNDS = map(int, os.environ.get("ECO110_RACE", "2x8x6").split("x"))
"""ECO110_RACE=4x16x200 is the whole race of R-M1; it takes a while."""


def clicks(action, award_id, staff):
    return [
        [Click(action, award_id, staff, f"{award_id}-{process}-{place}")
         for place in range(CLICKERS)]
        for process in range(PROCESSES)
    ]  # fmt: skip


def waiting(*, claimed):
    """Make awards that wait for approval or for payment; return them with the one who clicks."""
    with transaction():
        make.rules()
        clicker = make.people("点击的人")[0]
        ids = []
        for _ in range(ROUNDS):
            if claimed:
                award, *_ = make.approved()
                data = service.ClaimData(way=Way.VOUCHER, secret_ok=True)
                service.claim_award(award.id, data, report_id=award.report_id, now=NOW)
            else:
                award = make.checked(make.case())[0]
                make.propose(award.id, staff_id=make.people("专岗")[0], now=NOW)
            ids.append(award.id)
    return ids, clicker


@pytest.mark.slow
def test_one_approval_whoever_clicks(any_db, context, database_url, tmp_path):
    ids, clicker = waiting(claimed=False)
    with crowd(tmp_path, database_url, PROCESSES) as click:
        winners = [click(clicks("approve", award_id, clicker)) for award_id in ids]
    assert [len(won) for won in winners] == [1] * ROUNDS
    db.session.rollback()
    assert ledger.balances()["payable"] == 5_000 * ROUNDS
    assert ledger.compare().ok


@pytest.mark.slow
def test_one_payment_whoever_clicks(any_db, context, database_url, tmp_path):
    ids, clicker = waiting(claimed=True)
    with crowd(tmp_path, database_url, PROCESSES) as click:
        winners = [click(clicks("pay", award_id, clicker)) for award_id in ids]
    assert [len(won) for won in winners] == [1] * ROUNDS
    assert [payments(award_id) for award_id in ids] == [(1, 1)] * ROUNDS
    assert ledger.compare().ok


@pytest.mark.slow
def test_the_crowd_catches_naive_code(any_db, context, database_url, tmp_path):
    ids, clicker = waiting(claimed=True)
    with crowd(tmp_path, database_url, PROCESSES) as click:
        winners = [click(clicks("naive_pay", award_id, clicker)) for award_id in ids]
    assert max(len(won) for won in winners) > 1
    db.session.rollback()
    paid = db.session.scalar(text("SELECT sum(amount_fen) FROM ledger_line WHERE account='paid'"))
    assert paid > len(ids)
    assert not ledger.compare().ok
    states = {award.state for award in db.session.query(make.Award)}
    assert states == {State.PAID}
