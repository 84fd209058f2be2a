"""The limits of domain.md §4.1 as a table, and that every move has its line."""

from datetime import date

import pytest

from app.cases.workflow import Move, State
from app.sla import policies
from app.sla.kinds import ClockKind, PauseReason
from app.sla.rules_moves import TABLE, Do, pausable, pause_reason
from tests.infra.clock import moment

POLICY = policies.in_force(moment("2026-11-23 09:00"))

LIMITS = """
accept               15min  1wd   1wd
accept_outer         5wd    2wd   5wd
dispatch             15min  4wh   1wd
sign_for             10min  2wh   4wh
arrive               60min  1wd   2wd
arrive_officer       90min  -     -
first_reply          24h    2wd   3wd
closure              3wd    7wd   15wd
closure_outer        30nd   30nd  30nd
check                8h     1wd   1wd
close                1wd    1wd   1wd
hand_back            2h     5wd   5wd
department_receipt   4h     1wd   1wd
department_feedback  2wd    7wd   15wd
call_back            3wd    3wd   3wd
recheck_30           30nd   30nd  30nd
recheck_90           90nd   90nd  90nd
filing               15nd   15nd  15nd
decision             90nd   90nd  90nd
serve                7wd    7wd   7wd
withdraw_publication 3wd    3wd   3wd
reward_notice        10wd   10wd  10wd
claim                60nd   60nd  60nd
reward_appeal        10wd   10wd  10wd
supervision_reply    2wd    2wd   2wd
reopen_answer        2wd    2wd   2wd
objection            2wd    2wd   2wd
"""
ROWS = [tuple(line.split()) for line in LIMITS.strip().splitlines()]


@pytest.mark.parametrize(("kind", "red", "yellow", "blue"), ROWS)
def test_limits_by_urgency(kind, red, yellow, blue):
    told = [
        str(POLICY.allowance(ClockKind(kind), urgency, "镇") or "-")
        for urgency in ("red", "yellow", "blue")
    ]
    assert told == [red, yellow, blue]


def test_the_table_has_every_kind():
    assert {kind for kind, *_ in ROWS} == {str(kind) for kind in ClockKind}
    assert set(POLICY.rows) == set(ClockKind)


@pytest.mark.parametrize(
    ("place", "worker", "officer"),
    [("街道", "30min", "60min"), ("镇", "60min", "90min"), ("乡", "60min", "90min"),
     ("", "60min", "90min")],
)  # fmt: skip
def test_an_urgent_arrival_depends_on_the_township(place, worker, officer):
    assert str(POLICY.allowance(ClockKind.ARRIVE, "red", place)) == worker
    assert str(POLICY.allowance(ClockKind.ARRIVE_OFFICER, "red", place)) == officer
    assert str(POLICY.allowance(ClockKind.ARRIVE, "yellow", place)) == "1wd"


def test_pauses_have_their_caps():
    told = {str(pause.reason): (str(pause.cap), pause.kinds) for pause in POLICY.pauses.values()}
    closure, accept, arrive = ClockKind.CLOSURE, ClockKind.ACCEPT, ClockKind.ARRIVE
    assert told == {
        "waiting_reporter": ("5wd", {closure, accept}),
        "lab_report": ("15wd", {closure}),
        "judicial": ("60nd", {closure}),
        "disaster": ("3wd", {closure, arrive}),
    }


def test_a_running_case_keeps_the_policy_it_began_under(monkeypatch):
    later = policies.read({
        "key": "allowances-2027", "valid_from": "2027-01-01",
        "allowances": [{"kind": "closure", "all": "5wd"}], "pauses": [],
    })  # fmt: skip
    monkeypatch.setattr(policies, "versions", lambda: (POLICY, later))
    assert policies.in_force(moment("2026-12-31 23:59")).key == POLICY.key
    assert policies.in_force(moment("2027-01-01 00:00")).key == "allowances-2027"
    assert policies.in_force(moment("1999-01-01 00:00")).valid_from == date(2020, 8, 29)


@pytest.mark.parametrize("move", list(Move))
def test_every_move_has_its_line(move):
    assert move in TABLE


def test_only_named_reasons_pause():
    assert pause_reason(Move.ASK_REPORTER, {}) is PauseReason.WAITING_REPORTER
    assert pause_reason(Move.SUSPEND, {"code": "lab_report"}) is PauseReason.LAB_REPORT
    assert pause_reason(Move.SUSPEND, {"code": "busy"}) is None
    assert pause_reason(Move.SUSPEND, {}) is None
    kinds = POLICY.pauses[PauseReason.WAITING_REPORTER].kinds
    before = pausable(PauseReason.WAITING_REPORTER, kinds, State.SUBMITTED)
    later = pausable(PauseReason.WAITING_REPORTER, kinds, State.ACCEPTED)
    assert before == kinds
    assert later == {ClockKind.CLOSURE}


def test_nothing_but_waiting_and_suspension_pauses():
    pausing = {move for move, effects in TABLE.items() if any(e.do is Do.PAUSE for e in effects)}
    assert pausing == {Move.ASK_REPORTER, Move.SUSPEND}
