"""The published schema: it knows every shipped table, and its keywords are all understood."""

import pytest

from app.rewards import catalog, trials
from app.rewards.rules import schema

ROOT = trials.published()


def words(found):
    """Return every keyword that a schema uses, at any depth."""
    for name, value in found.items():
        if name in ("properties", "$defs"):
            for inner in value.values():
                yield from words(inner)
            continue
        yield name
        if name in ("items", "additionalProperties"):
            yield from words(value)
        if name == "oneOf":
            for inner in value:
                yield from words(inner)


def test_no_keyword_is_passed_over():
    assert set(words(ROOT)) <= set(schema.RULES) | schema.SAID | {"$ref"}


@pytest.mark.parametrize("name", catalog.documents())
def test_every_shipped_table_fits(name):
    assert trials.faults(catalog.documents()[name]) == []


def base(**change):
    return {"id": "own-2027", "name": "自定", "status": "试", "stacking_mode": "sum"} | change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": "Own 2027"}, "id"), ({"name": ""}, "name"), ({"status": None}, "status"),
        ({"stacking_mode": "most"}, "stacking_mode"), ({"effective": "2027-02-30"}, "effective"),
        ({"claim_days": 0}, "claim_days"), ({"claim_days": 1.5}, "claim_days"),
        ({"two_stages": "yes"}, "two_stages"), ({"cap_total": -1}, "cap_total"),
        ({"classes": {}}, "classes"), ({"classes": [{"amount": 5}]}, "classes.0.code"),
        ({"components": [{"when": "x", "kind": "gift"}]}, "components.0.kind"),
        ({"components": [{"when": "x", "kind": "percent_of_fine", "rate": 5}]},
         "components.0.rate"),
        ({"tiers": [{"fine_min": 1}]}, "tiers.0.fine_max"),
        ({"tiers": [{"fine_min": 1, "fine_max": "much"}]}, "tiers.0.fine_max"),
        ({"insider": {"multiplier": 0}}, "insider.multiplier"),
        ({"severity_contribution": {"large": {"main": "x"}}}, "severity_contribution.large.main"),
        ({"test_cases": [{"facts": {}}]}, "test_cases.0.amount_fen"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place(change, place):
    assert trials.faults(base()) == []
    assert any(fault.startswith(f"{place}:") for fault in trials.faults(base(**change)))


def test_what_has_no_effect_is_listed():
    document = base(clam_days=5, cap_total_fen=7, source_note="x",
                    components=[{"when": "dance", "kind": "fixed", "amount": 1}])  # fmt: skip
    assert trials.unread(document) == ["clam_days", "components.0.when: dance"]


GRID = base(
    severity_contribution={"large": {"main": 800, "some": 300}, "small": {"main": 100}},
    cap_total=700, cap_person_month=600,
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "fen", "capped"),
    [
        ({"severity": "large", "contribution": "some"}, 30_000, None),
        ({"severity": "small", "contribution": "main"}, 10_000, None),
        ({"severity": "large", "contribution": "main"}, 60_000, "cap_person_month"),
        ({"severity": "large", "contribution": "some", "person_month_fen": 29_999}, 30_000, None),
        ({"severity": "large", "contribution": "some", "person_month_fen": 30_000}, 30_000, None),
        ({"severity": "large", "contribution": "some", "person_month_fen": 30_001}, 29_999,
         "cap_person_month"),
        ({"severity": "large", "contribution": "some", "person_month_fen": 70_000}, 0,
         "cap_person_month"),
    ],
)  # fmt: skip
def test_a_grid_and_the_caps_of_case_person_and_month(facts, fen, capped):
    cases = [{"facts": {"finding": "true"} | facts, "amount_fen": fen}]
    (result,) = trials.try_cases(GRID | {"test_cases": cases})
    assert (result.found_fen, result.passed) == (fen, True)
    found = trials.assess(trials.read(GRID), trials.Facts.read(cases[0]["facts"]))
    assert found.capped_by == capped
