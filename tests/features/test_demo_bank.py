"""The demo's bank: what is claimed for an account is paid by a batch, whatever the bank says."""

from types import SimpleNamespace

from app.accounts.models import Staff
from app.accounts.permissions import Role
from app.cli.demo.bank import BANK_NEEDS, ENOUGH, Bank
from app.cli.demo.timeline import Timeline
from app.core.db import db
from app.core.tx import transaction
from app.rewards import ledger, payouts, queries, service
from app.rewards.models import Award
from app.rewards.states import PayoutState, State, Way
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW


def staff():
    names = ("finance", "custodian", "custodian2", "clerk", "boss")
    ids = dict(zip(names, make.people(*names), strict=True))
    for name in ("custodian", "custodian2"):
        db.session.get(Staff, ids[name]).roles = [Role.CUSTODIAN]
    return {name: SimpleNamespace(staff_id=number) for name, number in ids.items()}


def told(people):
    award = make.checked(make.case(order=True))[0]
    make.propose(award.id, staff_id=people["clerk"].staff_id, now=NOW)
    service.approve(award.id, staff_id=people["boss"].staff_id, now=NOW)
    service.notify(award.id, by="system", now=NOW)
    return queries.by_id(award.id)


def test_a_batch_is_drawn_opened_sent_and_answered_until_nothing_is_unknown(app):
    words = iter(["paid", "unknown", "failed", "paid", "paid"])
    with app.app_context():
        line = Timeline(NOW, NOW + 3 * BANK_NEEDS)
        with transaction():
            make.rules()
            people = staff()
            bank = Bank(line, people)
            for number in range(ENOUGH):
                if number:
                    bank.day(NOW)  # too few yet: nothing is drawn
                bank.claim(told(people), (Way.BANK, Way.PHONE_CREDIT)[number % 2], now=NOW)
        bank.rng = SimpleNamespace(choices=lambda *_: [next(words)])
        line.at(NOW, bank.day)
        line.play(lambda _share: None)
        batches = payouts.batches().rows
        assert [row.states for row in batches] == [
            {PayoutState.CONFIRMED: 3, PayoutState.FAILED: 1}
        ]
        states = [award.state for award in db.session.query(Award).order_by(Award.id)]
        assert states == [State.PAID, State.PAID, State.CLAIMED, State.PAID]
        assert ledger.compare().ok
        assert line.refused == 0
        assert next(words, None) is None
