"""Random histories of a case: whatever happens to it, each ledger replays to its row."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.cases import service as cases
from app.cases.workflow import FINAL, MOVES, Move, State, Urgency
from app.core.errors import Refused
from app.core.tx import transaction
from app.sla import extensions, proof, queries
from app.sla import service as sla
from app.sla.kinds import RIGHTS, ClockKind, ClockState, PauseReason
from app.sla.rules import OPEN
from app.worktime.calendar import local
from tests.features import sla_story as story
from tests.infra.clock import moment

STEPS = 60
START = moment("2026-06-01 09:00")
UNLIKELY = frozenset({Move.WITHDRAW, Move.REJECT, Move.MERGE})


@pytest.fixture
def county(context):
    story.begin()
    return story.laoli()


@pytest.fixture
def boss(county):
    return story.person("leader", area="")


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


def more_time(case_id, dice, now, worker, boss):
    """Ask for more time on some open clock and let it be decided; the rules may refuse either."""
    open_clocks = [one for one in queries.clocks_of(case_id) if one.state in OPEN]
    if not open_clocks:
        return
    chosen = dice.choice(open_clocks)
    try:
        with transaction():
            asked = extensions.ask(chosen.id, length=1, reason="x", by=worker, now=now)
        with transaction():
            later = now + timedelta(minutes=dice.choice([0, 600]))
            extensions.decide(asked, grant=dice.random() < 0.8, answer="x", by=boss, now=later)
    except Refused:
        return


def live(dice, worker, boss):
    """Let a case live through random steps; look at everything after each."""
    now = START
    parent, case_id = story.accepted("2026-06-01 09:00"), story.new_case("2026-06-01 09:00")
    for _ in range(STEPS):
        now += timedelta(minutes=dice.choice([1, 30, 300, 1500, 6000]))
        act = dice.random()
        if act < 0.7:
            one_move(case_id, parent, dice, now, worker)
        elif act < 0.9:
            something_else(case_id, dice, now)
        else:
            more_time(case_id, dice, now, worker, boss)
            now += timedelta(minutes=600)
        if dice.random() < 0.5:
            sweep_all(now)
        story.check(case_id)
        story.check(parent)
        look(case_id, now)
        if story.case_row(case_id).state is State.WITHDRAWN:
            break
    assert not queries.set_aside()
    assert proof.replayed()[1] is None


def look(case_id, now):
    case = story.case_row(case_id)
    clocks = queries.clocks_of(case_id)
    running = [clock for clock in clocks if clock.state is ClockState.RUNNING]
    for kind in (ClockKind.CLOSURE, ClockKind.ACCEPT, ClockKind.ARRIVE, ClockKind.CHECK):
        assert len([clock for clock in running if clock.kind is kind]) <= 1, kind
    if case.state in FINAL and case.state is not State.CLOSED:
        asked = {clock.kind for clock in running} - {ClockKind.FILING}
        assert not asked, asked
    explained = queries.explanations(clocks)
    for clock in clocks:
        assert 0 <= clock.percent(now) <= 100
        last = clock.due_at or clock.held_due_at
        assert explained[clock.id].days[-1].day == local(last).date()
        if clock.on_time and clock.due_at is not None:
            assert clock.stopped_at <= clock.due_at
        if clock.kind in RIGHTS:
            assert clock.warn_at is None


def few(examples):
    """Try so many histories, the first of them dull; shrinking one would take minutes."""
    return settings(
        max_examples=examples,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )


DICE = st.randoms(use_true_random=False)


@few(4)
@given(dice=DICE)
def test_ledgers_replay_whatever_happens(county, boss, dice):
    live(dice, county, boss)


@few(2)
@given(dice=DICE)
def test_on_both_databases(any_db, county, boss, dice):
    live(dice, county, boss)
