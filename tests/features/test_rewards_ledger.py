"""Random histories of awards: the ledger sums to nothing, balances equal what awards say."""

import os
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import Refused
from app.core.tx import transaction
from app.rewards import assessing, ledger, service
from app.rewards.models import LedgerLine
from app.rewards.states import State, Way
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW

HISTORIES = int(os.environ.get("ECO110_HISTORIES", "120"))
"""How many histories are played; R-M7 asks for 10,000, which takes a while."""
_marks = count(1)
VOUCHER = service.ClaimData(way=Way.VOUCHER, secret_ok=True)


def approve(award, who):
    service.approve(award.id, staff_id=who["boss"], now=NOW)


def pay(award, who):
    mark = str(next(_marks))
    service.pay(award.id, reference=mark, idem_key=mark, staff_id=who["payer"], now=NOW)


def claw_back(award, _who):
    assessing._take_back(award, award.amount_fen // 2 + 1, by="system", now=NOW, reason="撤销")


ACTIONS = {
    "propose": lambda a, w: make.propose(a.id, staff_id=w["clerk"], now=NOW),
    "approve": approve,
    "send_back": lambda a, w: service.send_back(a.id, note="x", staff_id=w["boss"], now=NOW),
    "notify": lambda a, _w: service.notify(a.id, by="system", now=NOW),
    "claim": lambda a, _w: service.claim_award(a.id, VOUCHER, report_id=a.report_id, now=NOW),
    "decline": lambda a, _w: service.decline(a.id, report_id=a.report_id, now=NOW),
    "donate": lambda a, _w: service.donate(a.id, report_id=a.report_id, now=NOW),
    "instruct": lambda a, w: service.instruct(a.id, staff_id=w["payer"], now=NOW),
    "give_back": lambda a, w: service.give_back(a.id, reason="x", staff_id=w["payer"], now=NOW),
    "pay": pay,
    "archive": lambda a, w: service.archive(a.id, staff_id=w["payer"], now=NOW),
    "claw_back": claw_back,
    "recover": lambda a, w: service.recover(a.id, reason="x", staff_id=w["boss"], now=NOW),
    "waive": lambda a, w: service.waive(a.id, reason="x", staff_id=w["boss"], now=NOW),
    "void": lambda a, _w: assessing.void(a, by="system", now=NOW, reason="x"),
    "bar": lambda a, w: service.bar(a.id, reason="in_media", note="x", staff_id=w["clerk"],
                                    now=NOW),
    "appeal": lambda a, _w: service.appeal(a.id, "x", report_id=a.report_id, now=NOW),
    "answer": lambda a, w: service.answer(a.id, upheld=True, words="x", staff_id=w["judge"],
                                          now=NOW),
    "dismiss": lambda a, w: service.answer(a.id, upheld=False, words="x", staff_id=w["judge"],
                                           now=NOW),
}  # fmt: skip
FORWARD = ("propose", "approve", "notify", "claim", "pay")
STEPS = st.lists(st.sampled_from([*ACTIONS, *FORWARD * 3]), max_size=24)


class Undone(Exception):
    """Ends a history without a trace, so that the next one starts from nothing."""


def play(steps):
    make.rules()
    who = dict(zip(("clerk", "boss", "payer", "judge"), make.people(*"甲乙丙丁"), strict=True))
    award = make.checked(make.case(order=True))[0]
    for step in ("propose", "approve", *steps):
        try:
            ACTIONS[step](award, who)
        except (Refused, ValueError):
            continue
        must_hold()


def must_hold():
    db.session.flush()
    found = ledger.compare()
    assert found.ok, found.pairs
    per_entry = select(func.sum(LedgerLine.amount_fen)).group_by(LedgerLine.transaction_id)
    assert set(db.session.scalars(per_entry)) <= {0}


@pytest.mark.slow
@settings(max_examples=HISTORIES, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_every_history_sums_to_nothing(context, steps):
    with pytest.raises(Undone), transaction():  # noqa: PT012
        play(steps)
        raise Undone


def test_a_refused_step_leaves_no_line(context):
    with transaction():
        award, *_ = make.approved()
        before = db.session.query(LedgerLine).count()
        for name in ("pay", "recover", "archive"):
            with pytest.raises(Refused):
                ACTIONS[name](award, {"payer": award.proposed_by, "boss": award.proposed_by})
        assert db.session.query(LedgerLine).count() == before
        assert award.state is State.NOTIFIED
