"""The table of moves: every state reachable, no move out of a final state but 4, 16 and 20."""

import pytest

from app.cases.workflow import FINAL, MOVES, WAITS, Move, State, target

LEGAL = {
    (Move.ACCEPT, State.SUBMITTED): State.ACCEPTED,
    (Move.REJECT, State.SUBMITTED): State.REJECTED,
    (Move.UPHOLD_OBJECTION, State.REJECTED): State.SUBMITTED,
    (Move.ASSIGN, State.ACCEPTED): State.ASSIGNED,
    (Move.ASSIGN, State.REOPENED): State.ASSIGNED,
    (Move.ARRIVE, State.ASSIGNED): State.ARRIVED,
    (Move.HANDLE, State.ARRIVED): State.HANDLED,
    (Move.PASS_CHECK, State.HANDLED): State.CHECKED,
    (Move.FAIL_CHECK, State.HANDLED): State.ASSIGNED,
    (Move.CLOSE, State.CHECKED): State.CLOSED,
    (Move.REOPEN, State.CLOSED): State.REOPENED,
}
ILLEGAL = (
    (Move.CLOSE, State.HANDLED),
    (Move.CLOSE, State.ARRIVED),
    (Move.ASSIGN, State.SUBMITTED),
    (Move.HANDLE, State.ASSIGNED),
    (Move.PASS_CHECK, State.ARRIVED),
    (Move.ACCEPT, State.CLOSED),
    (Move.WITHDRAW, State.ASSIGNED),
    (Move.REOPEN, State.REJECTED),
    (Move.MERGE, State.CLOSED),
)


@pytest.mark.parametrize(("move", "state"), LEGAL)
def test_legal_moves(move, state):
    assert target(move, state, None) is LEGAL[move, state]


@pytest.mark.parametrize(("move", "state"), ILLEGAL)
def test_illegal_moves(move, state):
    assert target(move, state, None) is None


def test_every_move_has_its_row():
    assert set(MOVES) == set(Move)


def test_every_state_can_be_reached():
    reached = {rule.target for rule in MOVES.values() if rule.target}
    assert reached == set(State)


def test_final_states_are_left_by_their_own_moves_only():
    leaving = {move for move, rule in MOVES.items() if set(rule.sources) & set(FINAL)}
    assert leaving == {Move.UPHOLD_OBJECTION, Move.REOPEN, Move.UNMERGE}


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (Move.ASK_REPORTER, Move.ANSWERED),
        (Move.SUSPEND, Move.RESUME),
        (Move.ASK_HANDBACK, Move.REFUSE_HANDBACK),
        (Move.MERGE, Move.UNMERGE),
    ],
)
def test_waiting_leads_back_to_where_it_stood(there, back):
    assert there in WAITS
    waiting = MOVES[there].target
    for stood in MOVES[there].sources:
        assert target(back, waiting, stood) is stood
