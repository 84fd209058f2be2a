"""The limits of domain.md §4.1 as a table, and that every move has its line."""

import json

import pytest

from app.cases.workflow import Move, State
from app.sla import policies
from app.sla.kinds import ClockKind, PauseReason
from app.sla.rules_moves import TABLE, Do, pausable, pause_reason
from tests.infra.clock import moment

POLICY = policies.valid(policies.shipped(), moment("2026-11-23 09:00"))

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
hearing              5wd    5wd   5wd
serve                7wd    7wd   7wd
withdraw_publication 3wd    3wd   3wd
reward_notice        10wd   10wd  10wd
claim                60nd   60nd  60nd
reward_appeal        10wd   10wd  10wd
supervision_reply    2wd    2wd   2wd
reopen_answer        2wd    2wd   2wd
objection            2wd    2wd   2wd
review               30nd   30nd  30nd
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


def test_a_day_has_the_last_policy_that_began_by_then():
    def version(key, day):
        return policies.read({"key": key, "valid_from": day, "allowances": [], "pauses": []})

    versions = (POLICY, version("late", "2027-03-01"), version("one", "2027-01-01"),
                version("two", "2027-01-01"))  # fmt: skip
    for when, key in [
        ("1999-01-01 00:00", POLICY.key), ("2026-12-31 23:59", POLICY.key),
        ("2027-01-01 00:00", "two"), ("2027-02-28 23:59", "two"), ("2027-03-01 00:00", "late"),
    ]:  # fmt: skip
        assert policies.valid(versions, moment(when)).key == key


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


def document(*special):
    """Return the policy in force with rows of single categories."""
    path = policies.FOLDER / "allowances-2026.json"
    return json.loads(path.read_text(encoding="utf-8")) | {"by_category": list(special)}


def test_a_category_has_limits_of_its_own_and_its_group_comes_second():
    read = policies.read(document(
        {"kind": "closure", "category": "W5", "red": "1wd"},
        {"kind": "closure", "category": "W", "red": "2wd", "yellow": "5wd"},
        {"kind": "arrive", "category": "S4", "red": {"街道": "20min", "*": "40min"}},
    ))  # fmt: skip
    closure, arrive = ClockKind.CLOSURE, ClockKind.ARRIVE

    def told(kind, urgency, category, town="镇"):
        return str(read.allowance(kind, urgency, town, category))

    assert [told(closure, "red", code) for code in ("W5", "W4", "A6", "")] == [
        "1wd", "2wd", "3wd", "3wd",
    ]  # fmt: skip
    assert [told(closure, "yellow", code) for code in ("W5", "A6")] == ["5wd", "7wd"]
    assert told(closure, "blue", "W5") == "15wd"
    assert [told(arrive, "red", "S4", town) for town in ("街道", "乡")] == ["20min", "40min"]
    assert read.depends_on_township(arrive, "red", "S4")
    assert read.holder(closure) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        [{"kind": "closure", "category": "Q1", "red": "1wd"}],
        [{"kind": "closing", "category": "W5", "red": "1wd"}],
        [{"kind": "closure", "category": "W5", "red": "soon"}],
        [{"kind": "closure", "category": "W5"}],
        [{"kind": "closure", "category": "W5", "rot": "1wd"}],
        [{"kind": "arrive", "category": "W5", "red": {"街道": "20min"}}],
        [{"kind": "closure", "category": "W5", "held_by": "desk", "red": "1wd"}],
        [{"kind": "closure", "category": "W5", "red": "1wd"},
         {"kind": "closure", "category": "W5", "red": "2wd"}],
    ],
)  # fmt: skip
def test_a_wrong_row_of_a_category_is_refused(wrong):
    with pytest.raises(ValueError):
        policies.read(document(*wrong))
