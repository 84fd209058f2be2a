"""Rewards of the demo that go to an account: finance, two custodians, a bank that answers later."""

from datetime import datetime, timedelta
from random import Random

from app.accounts.queries import Actor
from app.cli.demo.timeline import Act, Timeline
from app.core.tx import transaction
from app.identity import payees, rules
from app.identity.payees import PayeeDetails
from app.rewards import answers, batches, payouts
from app.rewards import service as pay
from app.rewards.payouts import ItemView
from app.rewards.queries import AwardView
from app.rewards.states import PayoutState, State, Way

MINUTE = timedelta(minutes=1)
WAYS, SHARES = (Way.VOUCHER, Way.BANK, Way.PHONE_CREDIT), (6, 3, 1)
ENOUGH = 4
"""So many claims make a batch worth while."""
BANK_NEEDS = timedelta(days=3)
WORDS, WORD_SHARES = ("paid", "failed", "unknown"), (17, 2, 1)
OPEN = (PayoutState.SENT, PayoutState.UNKNOWN)
NOTES = {"paid": "", "failed": "户名与账号不符", "unknown": "行内处理中"}


class Bank:
    """What is claimed for an account, from the sealing of the payee to the bank's answer."""

    def __init__(self, line: Timeline, people: dict[str, Actor]) -> None:
        self.line = line
        self.rng = Random(ENOUGH)  # noqa: S311 (a story, not a secret)
        self.finance = people["finance"].staff_id
        self.one, self.two = (people[name].staff_id for name in ("custodian", "custodian2"))
        self.count = 0

    def way(self) -> Way:
        """Return how somebody wants the money."""
        return self.rng.choices(WAYS, SHARES)[0]

    def claim(self, award: AwardView, way: Way, *, now: datetime) -> None:
        """Take an award with a payee whom nobody could be: district 990000 does not exist."""
        self.count += 1
        payee = PayeeDetails(
            name=f"示例领取人{self.count}", identity_number=_identity(self.count),
            account=f"{self.count:0{11 if way is Way.PHONE_CREDIT else 19}d}",
            bank="" if way is Way.PHONE_CREDIT else "示例银行",
        )  # fmt: skip
        index = payees.seal_payee(award.id, payee, report_id=award.report_id, now=now)
        data = pay.ClaimData(way=way, secret_ok=True, payee_index=index)
        pay.claim_award(award.id, data, report_id=award.report_id, now=now)

    def day(self, now: datetime) -> None:
        """Draw a batch when enough has come together."""
        claimed = payouts.payouts((State.CLAIMED,), size=400).rows
        if sum(row.has_payee for row in claimed) >= ENOUGH:
            number = batches.draw(staff_id=self.finance, now=now).number
            self.line.at(now + 60 * MINUTE, self._ask(number))
            self.line.at(now + 75 * MINUTE, self._decide(number))
            self.line.at(now + 80 * MINUTE, self._file(number), alone=True)
            self.line.at(now + BANK_NEEDS, self._answer(number))

    def _ask(self, number: str) -> Act:
        return lambda now: batches.ask(number, by=self.one, now=now)

    def _decide(self, number: str) -> Act:
        return lambda now: batches.decide(number, approve=True, by=self.two, now=now)

    def _file(self, number: str) -> Act:
        def act(now: datetime) -> None:
            with transaction():
                lines = batches.use(number, by=self.one, now=now)
            raw = batches.content(lines)
            with transaction():
                batches.made(number, raw, by=self.one, now=now)

        return act

    def _answer(self, number: str) -> Act:
        def act(now: datetime) -> None:
            found = payouts.batch(number, me=self.finance, now=now)
            waiting = [item for item in found.payments if item.state in OPEN]
            said = {item: self.rng.choices(WORDS, WORD_SHARES)[0] for item in waiting}
            rows = [",".join(answers.COLUMNS), *(_line(*told) for told in said.items())]
            answers.read(number, "\n".join(rows).encode(), staff_id=self.finance, now=now)
            if "unknown" in said.values():
                self.line.at(now + BANK_NEEDS, self._answer(number))

        return act


def _line(item: ItemView, word: str) -> str:
    slip = f"DEMO-{item.reference}" if word == "paid" else ""
    return f"{item.reference},{item.amount_fen / 100:.2f},{word},{slip},{NOTES[word]}"


def _identity(count: int) -> str:
    bare = f"990000{1960 + count % 40}0101{count % 1000:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(rules.WEIGHTS, bare, strict=True))
    return bare + rules.CHECKS[total % 11]
