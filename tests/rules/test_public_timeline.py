"""What a citizen reads of a case's history: promise beside fact, nothing internal."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from app.cases.workflow import MOVES, Move, State, shown
from app.web.public.timeline import SENTENCES, Promise, project

T0 = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)
MIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Step:
    move: Move
    at: datetime
    reason: str = ""
    round: int = 1
    facts: dict = field(default_factory=dict)


def story(*moves):
    return [Step(move, T0 + minutes * MIN) for move, minutes in moves]


def test_promise_stands_beside_fact():
    steps = story((Move.SUBMIT, 0), (Move.ACCEPT, 9), (Move.ASSIGN, 14), (Move.ARRIVE, 64))
    promises = [
        Promise(kind="accept", round=1, due_at=T0 + 15 * MIN),
        Promise(kind="arrive", round=1, due_at=T0 + 44 * MIN),
    ]
    rows = project(steps, promises, State.ARRIVED, now=T0 + 70 * MIN)
    past = [(row.title, row.late_minutes) for row in rows if not row.ahead]
    assert past == [("Sent in", 0), ("Acceptance", 0), ("Dispatch", 0), ("Arrival", 20)]
    assert rows[1].due_at == T0 + 15 * MIN


def test_a_part_of_a_second_past_the_promise_is_not_late():
    steps = [Step(Move.ACCEPT, T0 + 15 * MIN + timedelta(milliseconds=400))]
    promises = [Promise(kind="accept", round=1, due_at=T0 + 15 * MIN)]
    (row,) = [one for one in project(steps, promises, State.CLOSED, now=T0 + 70 * MIN) if one.at]
    assert row.late_minutes == 0


def test_what_lies_ahead_comes_last_and_shows_when_it_is_late():
    promises = [Promise(kind="accept", round=1, due_at=T0 + 15 * MIN)]
    rows = project(story((Move.SUBMIT, 0)), promises, State.SUBMITTED, now=T0 + 27 * MIN)
    assert [row.ahead for row in rows] == [False, True, True, True]
    assert (rows[1].title, rows[1].late_minutes) == ("Acceptance", 12)


def test_the_first_answer_stands_where_it_was_given_and_not_ahead_again():
    steps = story((Move.SUBMIT, 0), (Move.ACCEPT, 9), (Move.ARRIVE, 30), (Move.HANDLE, 90))
    answered = Promise(
        kind="first_reply", round=1, due_at=T0 + 1500 * MIN, stopped_at=T0 + 60 * MIN
    )
    rows = project(steps, [answered], State.HANDLED, now=T0 + 100 * MIN)
    titles = [row.title for row in rows]
    assert titles == [
        "Sent in", "Acceptance", "Arrival", "First answer", "Handling", "Checking", "Closing",
    ]  # fmt: skip


def test_each_round_is_measured_by_its_own_clock():
    steps = [Step(Move.ARRIVE, T0 + 10 * MIN), Step(Move.ARRIVE, T0 + 200 * MIN, round=2)]
    promises = [
        Promise(kind="arrive", round=1, due_at=T0 + 20 * MIN),
        Promise(kind="arrive", round=2, due_at=T0 + 180 * MIN),
    ]
    rows = project(steps, promises, State.CLOSED, now=T0 + 300 * MIN)
    assert [row.late_minutes for row in rows] == [0, 20]


@pytest.mark.parametrize("move", list(Move))
def test_what_is_not_public_never_comes_through(move):
    rows = project([Step(move, T0, reason="因为")], [], State.CLOSED, now=T0)
    assert bool(rows) == MOVES[move].public
    assert (move in SENTENCES) == MOVES[move].public


@pytest.mark.parametrize("move", [Move.REJECT, Move.SUSPEND])
def test_the_reason_is_told_where_the_citizen_has_a_right_to_it(move):
    rows = project([Step(move, T0, reason="不属于环境问题")], [], State.CLOSED, now=T0)
    assert rows[0].reason == "不属于环境问题"


@pytest.mark.parametrize("move", [Move.FAIL_CHECK, Move.ASSIGN, Move.ASK_REPORTER, Move.MERGE])
def test_other_reasons_stay_inside_the_house(move):
    rows = project([Step(move, T0, reason="老李说不行")], [], State.CLOSED, now=T0)
    assert rows[0].reason == ""


def test_a_hand_back_is_nothing_the_public_reads_of():
    assert shown(State.HANDBACK) is State.ASSIGNED
    assert {state for state in State if shown(state) is not state} == {State.HANDBACK}


def test_a_hand_over_names_the_department_and_nothing_else():
    facts = {"unit_code": "d-build", "hand_over_id": 3, "staff_id": 7}
    step = Step(Move.HAND_OVER, T0, reason="张三举报工地", facts=facts)
    row = project([step], [], State.WAITING_DEPARTMENT, now=T0)[0]
    assert (row.facts, row.reason) == ({"unit_code": "d-build"}, "")
