"""Awards of 0 fen beside earlier ones, as older versions made them, are closed once and for all."""

from datetime import timedelta

import pytest

from app import jobs
from app.audit import queries as audit
from app.core.db import db
from app.core.tx import transaction
from app.rewards import ledger, moves, queries, service
from app.rewards.models import Appeal, Award
from app.rewards.states import NOTHING_ADDED, State
from app.sla import proof
from app.sla.kinds import ClockState
from app.worktime import service as worktime
from tests.features import rewards_make as make
from tests.features import sla_story as story
from tests.features.rewards_make import NOW
from tests.infra.clock import at

DUE = NOW + timedelta(days=14)
LATE = "2026-10-20 09:00"


@pytest.fixture
def first(context):
    """A first stage that was paid something."""
    with transaction():
        worktime.seed(NOW)
        make.rules()
        (award,) = make.checked(make.case(order=True))
    return award


def beside(first, **changes):
    """Store an award as the version before made it, its notice running."""
    copied = ("report_id", "case_id", "rule_set_id", "finding_id", "facts", "checks", "lines")
    values = {
        "trigger": "checked:2", "stage": 1, "state": State.ASSESSED, "total_fen": 20_000,
        "earlier_fen": 20_000, "amount_fen": 0, "assessed_at": NOW, "notify_by": DUE,
    }  # fmt: skip
    kept = {name: getattr(first, name) for name in copied}
    award = Award(**kept | values | changes)
    with transaction():
        db.session.add(award)
        db.session.flush()
        moves.note(award, None, old=None, by="system", now=NOW)
    return award


def tick(when):
    with at(when):
        return jobs.tick("claims")


def notice_of(award):
    clocks = story.clocks(award.case_id, "reward_notice")
    return next(clock for clock in clocks if clock.subject == f"award:{award.id}")


def test_it_is_closed_with_its_reason_and_no_money_moves(any_db, first):
    award, before = beside(first), ledger.balances()
    assert notice_of(award).state is ClockState.RUNNING
    assert tick(LATE) == 1
    db.session.expire_all()
    assert (award.state, award.excluded) == (State.NOT_ELIGIBLE, NOTHING_ADDED)
    clock = notice_of(award)
    assert (clock.state, clock.on_time) == (ClockState.VOID, None)
    (said, *_) = audit.page(subject=f"award:{award.id}").rows
    assert (said.action, said.actor) == ("reward.drop", "system")
    assert (said.detail["reason"], said.detail["amount_fen"]) == (NOTHING_ADDED, 0)
    assert (ledger.balances(), ledger.compare().ok) == (before, True)
    assert proof.replayed()[1] is None


def test_a_second_run_does_nothing(any_db, first):
    award = beside(first)
    tick(LATE)
    count = audit.page().total
    assert (tick(LATE), audit.page().total) == (0, count)
    db.session.expire_all()
    assert award.version == 2


@pytest.mark.parametrize(("changes", "when"), [
    ({"amount_fen": 1}, LATE), ({"earlier_fen": 0}, LATE), ({"state": State.NOT_ELIGIBLE}, LATE),
    ({}, "2026-09-20 09:00"),
])  # fmt: skip
def test_what_a_person_can_still_give_a_worth_stays(any_db, first, changes, when):
    award = beside(first, **changes)
    assert tick(when) == 0
    db.session.expire_all()
    assert (award.state, award.version) == (changes.get("state", State.ASSESSED), 1)


def test_a_second_stage_of_nothing_is_closed_without_an_earlier_one_too(any_db, first):
    award = beside(first, stage=2, earlier_fen=0, trigger="no_penalty")
    assert tick(LATE) == 1
    db.session.expire_all()
    assert award.state is State.NOT_ELIGIBLE


def test_one_that_was_objected_to_is_left_to_a_person(any_db, first):
    award = beside(first)
    with transaction():
        db.session.add(Appeal(award_id=award.id, words="不对", asked_at=NOW, due_at=DUE))
    assert tick(LATE) == 0


def test_its_reporter_still_reads_of_the_stage_that_paid(any_db, first):
    with transaction():
        clerk, boss = make.people("专岗", "领导")
        make.propose(first.id, staff_id=clerk)
        service.approve(first.id, staff_id=boss, now=NOW)
        service.notify(first.id, by=f"staff:{clerk}", now=NOW)
        service.decline(first.id, report_id=first.report_id, now=NOW)
    beside(first)
    tick(LATE)
    assert queries.award_view(first.report_id).id == first.id
