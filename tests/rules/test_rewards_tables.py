"""Every shipped table loads and computes: boundaries one fen below, at and above."""

import pytest

from app.rewards import catalog
from app.rewards.rules import Facts, FactsFault, assess

CASES = {
    "zj-2021": [
        ({"fine_fen": 199_999_990}, 10_000_000), ({"fine_fen": 199_999_980}, 9_999_999),
        ({"fine_fen": 200_000_000}, 10_000_000), ({"fine_fen": 200_000_020}, 10_000_000),
        ({"fine_fen": 10}, 1), ({"fine_fen": 9}, 0),
        ({"detention": True}, 500_000), ({"arrest": True, "verdict": True}, 2_000_000),
        ({"ownerless_radioactive_source_found": True, "picked_amount": 2_000_001}, 2_000_000),
        ({"ownerless_radioactive_source_found": True, "picked_amount": 1_999_999}, 1_999_999),
        ({"ownerless_radioactive_source_found": True}, 0),
        ({"special_major_case": True, "picked_amount": 50_000_001}, 50_000_000),
        ({"public_bounty": True, "picked_amount": {"public_bounty": 123}}, 123),
    ],
    "zj-solid-2018": [
        ({"fine_fen": 100}, 500_000), ({"fine_fen": 100, "picked_amount": 499_999}, 500_000),
        ({"fine_fen": 100, "picked_amount": 500_001}, 500_001),
        ({"fine_fen": 100, "picked_amount": 5_000_000}, 5_000_000),
        ({"fine_fen": 100, "picked_amount": 5_000_001}, 5_000_000),
        ({"detention": True, "picked_amount": 1_000_001}, 1_000_000),
        ({"fine_fen": 100, "detention": True,
          "picked_amount": {"penalty_decision": 600_000, "administrative_detention": 900_000}},
         900_000),
    ],
    "hangzhou-2021": [
        ({"fine_fen": 99}, 0), ({"fine_fen": 100}, 10), ({"fine_fen": 101}, 10),
        ({"fine_fen": 105}, 11), ({"fine_fen": 9_999_999}, 1_000_000),
        ({"fine_fen": 10_000_001}, 1_000_000), ({"fine_fen": 19_999_999}, 1_000_000),
        ({"fine_fen": 20_000_000}, 3_000_000), ({"fine_fen": 49_999_999}, 3_000_000),
        ({"fine_fen": 99_999_999}, 5_000_000), ({"fine_fen": 149_999_999}, 8_000_000),
        ({"fine_fen": 150_000_001}, 10_000_000), ({"criminal_fine_fen": 60_000_000}, 5_000_000),
        ({"fine_fen": 100, "special_major_case": True, "picked_amount": 50_000_001}, 50_000_000),
    ],
    "xiangtan": [
        ({"fine_fen": 1}, 100_000), ({"detention": True}, 100_000), ({"crime": True}, 300_000),
        ({"major_impact": True}, 100_000), ({"crime": True, "detention": True}, 400_000),
        ({"crime": True, "detention": True, "major_impact": True}, 500_000),
    ],
    "beijing-2021-draft": [
        ({"fine_fen": 199_999}, 10_000), ({"fine_fen": 200_000}, 10_000),
        ({"fine_fen": 200_020}, 10_001), ({"fine_fen": 99_999_990}, 5_000_000),
        ({"fine_fen": 99_999_980}, 4_999_999), ({"fine_fen": 100_000_020}, 5_000_000),
        ({"police_transfer": True, "max_fine_fen": 20_000_000}, 1_000_000),
        ({"police_transfer": True, "max_fine_fen": 200_000_000}, 5_000_000),
        ({"no_penalty": True}, 10_000), ({"no_penalty": True, "insider": True}, 20_000),
    ],
    "guizhou-old": [
        ({"class_code": "1"}, 100_000), ({"class_code": "1", "picked_amount": 200_000}, 200_000),
        ({"class_code": "1", "picked_amount": 200_001}, 200_000),
        ({"class_code": "1", "picked_amount": 199_999}, 199_999),
        ({"class_code": "2"}, 80_000), ({"class_code": "3", "picked_amount": 79_999}, 79_999),
        ({"class_code": "4", "picked_amount": 29_999}, 30_000), ({"class_code": "5"}, 30_000),
        ({"class_code": "6", "picked_amount": 10_001}, 10_000),
    ],
    "fuzhou-river": [
        ({"class_code": "1"}, 10_000), ({"class_code": "2"}, 30_000), ({"class_code": "3"}, 50_000),
        ({"class_code": "3", "joint_reporters": 3}, 50_000),
        ({"class_code": "2", "earlier_fen": 10_000}, 20_000),
    ],
    "hangzhou-city-platform": [
        ({"class_code": "轻微"}, 500), ({"class_code": "一般"}, 1_000),
        ({"class_code": "重点"}, 5_000), ({"class_code": "重点", "finding": "untrue"}, 0),
        ({"class_code": "重点", "anonymous": True, "claim_secret": True}, 0),
    ],
    "zhengzhou": [
        ({"class_code": "1"}, 50_000), ({"class_code": "2"}, 100_000),
        ({"class_code": "3"}, 500_000), ({"class_code": "4"}, 1_000_000),
        ({"class_code": "5"}, 2_000_000), ({"class_code": "5", "other_scheme_paid": True}, 0),
    ],
    "eco110-default": [
        ({"fine_fen": 999_999}, 50_000), ({"fine_fen": 1_000_000}, 50_000),
        ({"fine_fen": 1_000_009}, 50_000), ({"fine_fen": 1_000_010}, 50_001),
        ({"fine_fen": 199_999_989}, 9_999_999), ({"fine_fen": 199_999_990}, 10_000_000),
        ({"fine_fen": 200_000_000, "detention": True}, 10_500_000),
        ({"fine_fen": 99_999_990, "insider": True}, 9_999_999),
        ({"fine_fen": 100_000_000, "insider": True}, 10_000_000),
        ({"detention": True}, 505_000),
    ],
}  # fmt: skip
ROWS = [(name, facts, fen) for name, rows in CASES.items() for facts, fen in rows]
FINDING = {"finding": "true"}


def test_every_table_has_its_cases():
    assert set(CASES) == set(catalog.documents())
    assert all(len(rows) >= 5 for rows in CASES.values())


@pytest.mark.parametrize(("rule_set", "facts", "fen"), ROWS)
def test_table(rule_set, facts, fen):
    found = assess(catalog.document(rule_set), Facts.read(FINDING | facts))
    assert found.amount_fen == fen


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"finding": "untrue"}, "not_verified"),
        ({"finding": "unverifiable", "fine_fen": 5}, "not_verified"),
        ({}, "not_verified"),
        ({"already_known": True}, "already_known"),
        ({"not_first": True}, "not_first"),
        ({"staff_or_relative": True}, "staff_or_relative"),
        ({"on_duty": True}, "on_duty"),
        ({"other_scheme_paid": True}, "other_scheme_paid"),
        ({"in_media": True}, "in_media"),
        ({"anonymous": True}, "anonymous_without_secret"),
        ({"anonymous": True, "claim_secret": True}, None),
    ],
)
def test_what_bars_a_reward(facts, reason):
    base = {} if facts == {} or "finding" in facts else FINDING
    found = assess(catalog.document("eco110-default"), Facts.read(base | facts))
    assert found.excluded == reason
    assert (found.amount_fen == 0) == (reason is not None)


@pytest.mark.parametrize(
    ("rule_set", "facts", "by"),
    [
        ("eco110-default", {"fine_fen": 200_000_001}, "penalty_decision"),
        ("eco110-default", {"fine_fen": 200_000_000}, None),
        ("eco110-default", {"fine_fen": 150_000_000, "insider": True}, "insider"),
        ("xiangtan", {"fine_fen": 1, "crime": True, "detention": True, "major_impact": True}, None),
        ("zj-2021", {"special_major_case": True, "picked_amount": 60_000_000},
         "special_major_case"),
    ],
)  # fmt: skip
def test_the_cap_that_held_is_named(rule_set, facts, by):
    assert assess(catalog.document(rule_set), Facts.read(FINDING | facts)).capped_by == by


@pytest.mark.parametrize(
    "facts",
    [
        {"fine_fen": -1}, {"fine_fen": 1.5}, {"fine_fen": "5"}, {"fine_fen": True},
        {"joint_reporters": 0}, {"finding": 3.5}, {"detention": "yes"}, {"class_code": "R9"},
        {"picked_amount": {"x": -1}},
    ],
)  # fmt: skip
def test_facts_that_cannot_be_read_name_their_field(facts):
    with pytest.raises(FactsFault) as fault:
        assess(catalog.document("eco110-default"), Facts.read(FINDING | facts))
    assert next(iter(facts)) in str(fault.value)


def test_dumped_facts_read_the_same():
    facts = Facts.read({"finding": "true", "fine_fen": 7, "picked_amount": {"a": 1}, "own": 3})
    assert Facts.read(facts.dump()) == facts
