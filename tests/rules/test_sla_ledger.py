"""A clock's ledger says everything: what may follow what, and that replay never contradicts it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sla.kinds import ClockState, EntryKind
from app.sla.rules import OPEN, STEPS, Entry, OutOfOrder, after, replay, started
from tests.infra.clock import moment

START = moment("2026-11-23 09:00")
HOUR = timedelta(hours=1)
FACTS = {"length": 4, "unit": "h", "whole": 14400, "unit_code": "330226001", "staff_id": 3}
FIRST = Entry(kind=EntryKind.START, at=START, due_at=START + 4 * HOUR, facts=FACTS)


def entry(kind, hours, due=None, **facts):
    due_at = START + due * HOUR if due is not None else None
    return Entry(kind=EntryKind(kind), at=START + hours * HOUR, due_at=due_at, facts=facts)


def ran(*entries):
    return replay([FIRST, *entries])


def test_in_time_is_up_to_the_second_of_the_due_moment():
    assert ran(entry("stop", 4)).on_time is True
    late = Entry(kind=EntryKind.STOP, at=START + 4 * HOUR + timedelta(seconds=1))
    assert ran(late).on_time is False


def test_a_paused_clock_has_no_due_moment():
    paused = ran(entry("pause", 1))
    assert (paused.state, paused.due_at) == (ClockState.PAUSED, None)
    again = after(paused, entry("resume", 3, due=6))
    assert (again.due_at, again.origin_due_at) == (START + 6 * HOUR, START + 4 * HOUR)


def test_an_expired_clock_stays_expired():
    expired = ran(entry("breach", 5))
    for late in (entry("pause", 6), entry("extend", 6, due=9, by=3)):
        with pytest.raises(OutOfOrder):
            after(expired, late)
    assert after(expired, entry("stop", 6)).on_time is False
    longer = after(expired, entry("change", 6, due=40))
    assert (longer.on_time, longer.breached_at) == (False, START + 5 * HOUR)


def test_who_held_it_when_it_expired_answers_for_it():
    other = entry("charge", 6, unit_code="330226111", staff_id=9)
    assert after(ran(entry("breach", 5)), other).unit_code == "330226001"
    assert ran(other).unit_code == "330226111"


def test_it_is_extended_once():
    longer = ran(entry("extend", 1, due=8, by=4, whole=28800))
    assert (longer.due_at, longer.whole, longer.extended) == (START + 8 * HOUR, 28800, True)
    with pytest.raises(OutOfOrder):
        after(longer, entry("extend", 2, due=9))


def test_an_offline_arrival_within_the_limit_counts_though_we_learnt_it_late():
    assert ran(entry("breach", 5), entry("stop", 3)).on_time is True


@pytest.mark.parametrize(("accepted", "good"), [(True, True), (False, False)])
def test_a_pending_outcome_waits_for_its_word(accepted, good):
    waiting = ran(entry("stop", 2, pending=True))
    assert (waiting.on_time, waiting.pending) == (None, True)
    assert after(waiting, entry("confirm", 9, accepted=accepted)).on_time is good
    with pytest.raises(OutOfOrder):
        after(ran(entry("stop", 2)), entry("confirm", 3, accepted=True))


@pytest.mark.parametrize(("before", "more", "state", "due"), [
    ([], {}, ClockState.RUNNING, 4), (["pause"], {"paused": True}, ClockState.PAUSED, None),
    (["pause"], {}, ClockState.RUNNING, 4),  # ledgers of older versions ran on without it
])  # fmt: skip
def test_what_was_not_accepted_stands_as_before_its_stop(before, more, state, due):
    lines = [entry(kind, 1) for kind in before]
    waiting = ran(*lines, entry("stop", 2, pending=True))
    again = after(waiting, entry("confirm", 3, accepted=False, again=True, **more))
    assert (again.state, again.stopped_at, again.pending) == (state, None, False)
    assert (again.due_at, again.on_time) == (due and START + due * HOUR, None)
    if state is ClockState.PAUSED:
        assert after(again, entry("resume", 5, due=7)).due_at == START + 7 * HOUR


def test_an_annulled_closure_has_failed_and_a_void_clock_says_nothing():
    assert ran(entry("stop", 2), entry("annul", 9)).on_time is False
    assert ran(entry("void", 2)).on_time is None
    revived = ran(entry("void", 2), entry("revive", 3))
    assert (revived.state, revived.due_at) == (ClockState.RUNNING, START + 4 * HOUR)


def test_what_was_paused_when_it_became_void_is_paused_again():
    assert ran(entry("pause", 1), entry("void", 2), entry("revive", 3)).state is ClockState.PAUSED


def test_a_ledger_begins_with_its_start():
    with pytest.raises(OutOfOrder):
        replay([entry("stop", 1)])
    with pytest.raises(OutOfOrder):
        ran(entry("resume", 1, due=3))


KINDS = st.sampled_from([kind for kind in EntryKind if kind is not EntryKind.START])
HISTORIES = st.lists(st.tuples(KINDS, st.integers(0, 5), st.booleans()), max_size=12)


@given(HISTORIES)
def test_random_histories_keep_what_a_clock_promises(history):
    """Apply what the ledger allows of a random history, and look at what never may happen."""
    present, lines, hours = started(FIRST), [FIRST], 0
    for kind, gap, yes in history:
        hours += gap
        line = entry(
            kind, hours, due=hours + 4, accepted=yes, pending=yes, unit_code="x", staff_id=None
        )
        try:
            new = after(present, line)
        except OutOfOrder:
            continue
        assert present.state in STEPS[kind][0]
        _never(present, new)
        present = new
        lines.append(line)
    assert replay(lines) == present


def _never(old, new):
    assert (new.due_at is None) == (new.held_due_at is not None)
    assert new.origin_due_at == old.origin_due_at
    if old.breached_at is not None:
        assert new.breached_at == old.breached_at
        assert new.unit_code == old.unit_code
    if new.state in OPEN:
        assert new.on_time in ((None,) if new.breached_at is None else (False,))
    if new.state is ClockState.ANNULLED:
        assert new.on_time is False
    if new.state is ClockState.STOPPED and not new.pending:
        assert new.on_time is not None
