"""kill -9 at each statement of a payout: nothing is lost, nothing happens twice (R-M5)."""

import signal

import pytest

from app.rewards import ledger
from app.rewards.states import PayoutState, State
from tests.features.rewards_bank import Bank
from tests.features.rewards_kill import stand_ready
from tests.features.test_rewards_batches import Office, agree, payments
from tests.infra.process import hatchery

WITHIN = 300  # seconds: the process loads the application first, on a loaded machine too
DEAD = -signal.SIGKILL


@pytest.fixture
def attempt(database_url, tmp_path):
    """Give a function that lets a child work and die; it says whether the child lived."""
    context = hatchery()
    pipe, theirs = context.Pipe()
    told = (str(tmp_path), database_url, theirs)
    parent = context.Process(target=stand_ready, args=told, daemon=True)
    parent.start()

    def one(*wish):
        pipe.send(wish)
        assert pipe.poll(WITHIN), "the process did not answer"
        end = pipe.recv()
        assert end in (0, DEAD)
        return end == 0

    yield one
    pipe.send(None)
    parent.join(timeout=10)
    if parent.is_alive():
        parent.kill()


@pytest.mark.slow
def test_killed_anywhere_while_the_answer_is_read(any_db, context, attempt):
    office, bank = Office(1), Bank()
    number, raw = office.sent()
    bank.take(raw)
    told = bank.answer(raw)
    deadly, lived = 0, False
    while not lived:
        deadly += 1
        lived = attempt(told, number, office.payer, deadly)
        (state,) = office.states(number)
        paid = state is PayoutState.CONFIRMED
        assert paid or state is PayoutState.SENT, deadly
        assert payments() == paid, deadly
        assert office.award().state is (State.PAID if paid else State.INSTRUCTED), deadly
        assert agree(), deadly
    assert deadly > 20  # it died at many places before it lived
    assert paid
    assert ledger.balances()["paid"] == 20_000


@pytest.mark.slow
def test_killed_anywhere_while_a_batch_is_drawn(any_db, context, attempt):
    office = Office(2)
    deadly, drawn = 0, False
    while not drawn:
        deadly += 1
        attempt(None, "", office.payer, deadly)
        drawn = office.award().state is State.INSTRUCTED
        assert drawn or office.award().state is State.CLAIMED, deadly
        assert office.award(1).state is office.award().state, deadly
        assert agree(), deadly
    assert deadly > 20
    assert office.states("P-2026-0001") == [PayoutState.INTENT, PayoutState.INTENT]
