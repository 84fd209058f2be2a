"""What a county's own limits may say: each line a limit that was changed, and what is wrong."""

from datetime import date

import pytest

from app.sla import policies, rules_policy
from app.sla.kinds import ClockKind, PauseReason
from app.sla.rules_policy import Cell, Change, FaultKind
from app.worktime.rules import Allowance

BASE = policies.shipped()[-1]
EVERY = {place: str(length) for place, length in rules_policy.limits(BASE).items()}


def cell(kind, urgency="yellow", category="", place="*"):
    return Cell(kind=ClockKind(kind), urgency=urgency, category=category, place=place)


def policy_of(**change):
    found, faults = rules_policy.read(EVERY | change.pop("told"), BASE)
    assert not faults
    document = rules_policy.document(found, BASE)
    return policies.read(document | {"key": "county-1", "valid_from": "2027-01-01"})


@pytest.mark.parametrize(
    ("place", "text", "fault"),
    [
        (cell("closure"), "5wd", None),
        (cell("closure"), "20wd", None),  # no limit of the law: the outer one is
        (cell("closure"), "", FaultKind.MISSING),
        (cell("closure"), "soon", FaultKind.FORM),
        (cell("closure"), "0wd", FaultKind.FORM),
        (cell("closure", category="W5"), "2wd", None),
        (cell("closure", category="W5"), "", None),
        (cell("closure", category="W"), "2wd", None),
        (cell("closure", category="X9"), "2wd", FaultKind.CATEGORY),
        (cell("arrive", "red", place="街道"), "", None),
        (cell("arrive", "red", place="街道"), "20min", None),
        (cell("arrive", "red"), "", FaultKind.MISSING),
        (cell("closure_outer"), "30nd", None),
        (cell("closure_outer"), "29nd", None),
        (cell("closure_outer"), "31nd", FaultKind.LONGER),
        (cell("closure_outer"), "20wd", FaultKind.LONGER),
        (cell("closure_outer", category="W5"), "31nd", FaultKind.LONGER),
        (cell("serve"), "8wd", FaultKind.LONGER),
        (cell("hearing"), "5wd", None),
        (cell("hearing"), "4wd", FaultKind.FIXED),
        (cell("hearing"), "6wd", FaultKind.FIXED),
        (PauseReason.LAB_REPORT, "10wd", None),
        (PauseReason.LAB_REPORT, "", FaultKind.MISSING),
        (PauseReason.LAB_REPORT, "long", FaultKind.FORM),
    ],
)
def test_a_limit_may_be(place, text, fault):
    _found, faults = rules_policy.read(EVERY | {place: text}, BASE)
    assert [(one.kind, one.place) for one in faults] == ([(fault, place)] if fault else [])


def test_what_is_not_changed_comes_back_the_same():
    assert rules_policy.changes(BASE, policy_of(told={})) == []
    same = policy_of(told={})
    assert {kind: same.holder(kind) for kind in BASE.rows} == {
        kind: BASE.holder(kind) for kind in BASE.rows
    }
    assert same.pauses == BASE.pauses
    assert same.valid_from == date(2027, 1, 1)


def test_changes_are_what_was_changed():
    closure, own, pause = cell("closure"), cell("closure", category="W5"), PauseReason.LAB_REPORT
    street = cell("arrive", "red", place="街道")
    new = policy_of(told={closure: "5wd", own: "2wd", street: "", pause: "10wd"})

    def change(place, old, changed):
        return Change(place=place, old=Allowance.read(old) if old else None,
                      new=Allowance.read(changed) if changed else None)  # fmt: skip

    assert rules_policy.changes(BASE, new) == [
        change(street, "30min", None), change(closure, "7wd", "5wd"),
        change(pause, "15wd", "10wd"), change(own, None, "2wd"),
    ]  # fmt: skip
    assert str(new.allowance(ClockKind.CLOSURE, "yellow", category="W5")) == "2wd"
    assert str(new.allowance(ClockKind.ARRIVE, "red", "街道")) == "60min"
