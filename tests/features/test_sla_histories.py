"""Random histories of a case: whatever happens to it, each ledger replays to its row."""

import random
from datetime import timedelta

import pytest

from app.cases import service as cases
from app.cases.workflow import FINAL, MOVES, Move, State, Urgency
from app.core.tx import transaction
from app.sla import queries
from app.sla import service as sla
from app.sla.kinds import RIGHTS, ClockKind, ClockState, PauseReason
from tests.features import sla_story as story
from tests.infra.clock import moment

STEPS = 60
START = moment("2026-06-01 09:00")
UNLIKELY = frozenset({Move.WITHDRAW, Move.REJECT, Move.MERGE})


@pytest.fixture
def county(context):
    story.begin()
    return story.laoli()


def possible(state, dice):
    found = [move for move, rule in MOVES.items() if state in rule.sources]
    likely = [move for move in found if move not in UNLIKELY or dice.random() < 0.1]
    return likely or found


def facts_of(step, dice, now):
    if step is Move.SUSPEND:
        return {"code": dice.choice(["lab_report", "judicial", "disaster", "busy"])}
    if step is Move.ARRIVE:
        seen = now - timedelta(minutes=dice.choice([0, 0, 90]))
        return {"at": seen.isoformat(), "counts": dice.random() < 0.7}
    return {}


def one_move(case_id, parent, dice, now, worker):
    case = story.case_row(case_id)
    step = dice.choice(possible(case.state, dice))
    changes = {}
    if step in (Move.ASSIGN, Move.GRANT_HANDBACK):
        changes = {"assignee_id": worker.staff_id, "unit_code": worker.area_code}
    if step in (Move.MERGE, Move.UNMERGE):
        changes = {"merged_into_id": parent if step is Move.MERGE else None}
    with transaction():
        cases.move(case_id, step, by="staff:1", now=now, note="x",
                   facts=facts_of(step, dice, now), changes=changes)  # fmt: skip


def something_else(case_id, dice, now):
    """Do what is no move: another urgency, a pause, a stop, a report, a word on grade C."""
    act = dice.randrange(6)
    with transaction():
        if act == 0:
            urgency = dice.choice(list(Urgency))
            cases.regrade(case_id, urgency=urgency, category="A6", by="staff:1", now=now, note="x")
        elif act == 1:
            sla.pause(case_id, dice.choice(list(PauseReason)), now, actor="staff:1")
        elif act == 2:
            sla.resume(case_id, now, actor="staff:1")
        elif act == 3:
            sla.stop(case_id, dice.choice([ClockKind.FIRST_REPLY, ClockKind.SIGN_FOR]), now)
        elif act == 4:
            sla.start(case_id, ClockKind.FILING, now, reason="finding")
        else:
            sla.confirm(case_id, now, accepted=dice.random() < 0.5, actor="staff:1", reason="x")


def sweep_all(now):
    for name in ("warn_batch", "breach_batch", "cap_batch", "calendar_batch"):
        while True:
            with transaction():
                if not getattr(sla, name)(now):
                    break


def live(seed, worker):
    """Let a case live through random steps; look at everything after each."""
    dice, now = random.Random(seed), START
    parent, case_id = story.accepted("2026-06-01 09:00"), story.new_case("2026-06-01 09:00")
    for _ in range(STEPS):
        now += timedelta(minutes=dice.choice([1, 30, 300, 1500, 6000]))
        if dice.random() < 0.7:
            one_move(case_id, parent, dice, now, worker)
        else:
            something_else(case_id, dice, now)
        if dice.random() < 0.5:
            sweep_all(now)
        story.check(case_id)
        story.check(parent)
        look(case_id, now)
        if story.case_row(case_id).state is State.WITHDRAWN:
            break
    assert not queries.set_aside()


def look(case_id, now):
    case = story.case_row(case_id)
    clocks = queries.clocks_of(case_id)
    running = [clock for clock in clocks if clock.state is ClockState.RUNNING]
    for kind in (ClockKind.CLOSURE, ClockKind.ACCEPT, ClockKind.ARRIVE, ClockKind.CHECK):
        assert len([clock for clock in running if clock.kind is kind]) <= 1, kind
    if case.state in FINAL and case.state is not State.CLOSED:
        asked = {clock.kind for clock in running} - {ClockKind.FILING}
        assert not asked, asked
    for clock in clocks:
        assert 0 <= clock.percent(now) <= 100
        if clock.on_time and clock.due_at is not None:
            assert clock.stopped_at <= clock.due_at
        if clock.kind in RIGHTS:
            assert clock.warn_at is None


@pytest.mark.parametrize("seed", range(4))
def test_ledgers_replay_whatever_happens(county, seed):
    live(seed, county)


@pytest.mark.parametrize("seed", [100])
def test_on_both_databases(any_db, county, seed):
    live(seed, county)
