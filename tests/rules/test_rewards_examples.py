"""Every worked example of domain.md §7 as a row."""

import pytest

from app.rewards import catalog
from app.rewards.rules import Facts, assess, shares

ECO = "eco110-default"
FINE = {"finding": "true", "filed": True}


def worth(rule_set, **facts):
    return assess(catalog.document(rule_set), Facts(**facts))


@pytest.mark.parametrize(
    ("facts", "fen"),
    [
        ({"finding": "untrue"}, 0),
        ({"finding": "true"}, 5_000),
        ({"finding": "true", "on_spot_corrected": True}, 5_000),
        ({"finding": "true", "order_to_correct": True}, 20_000),
        ({"finding": "true", "order_to_correct": True, "filed": True}, 50_000),
        ({"class_code": "R0"}, 0),
        ({"class_code": "R1"}, 5_000),
        ({"class_code": "R2"}, 20_000),
        ({"class_code": "R3"}, 50_000),
        (FINE | {"fine_fen": 500_000}, 50_000),
        (FINE | {"fine_fen": 1_000_000}, 50_000),
        (FINE | {"fine_fen": 1_234_570}, 61_729),
        (FINE | {"fine_fen": 1_234_567}, 61_728),
        (FINE | {"fine_fen": 11_500_000}, 575_000),
        (FINE | {"fine_fen": 200_000_000}, 10_000_000),
        (FINE | {"fine_fen": 300_000_000}, 10_000_000),
        (FINE | {"fine_fen": 11_500_000, "detention": True}, 1_075_000),
        (FINE | {"fine_fen": 11_500_000, "detention": True, "arrest": True, "verdict": True},
         3_075_000),
        ({"finding": "true", "order_to_correct": True, "insider": True}, 40_000),
        (FINE | {"fine_fen": 11_500_000, "insider": True}, 1_150_000),
        (FINE | {"fine_fen": 11_500_000, "insider": True, "detention": True}, 1_650_000),
        (FINE | {"fine_fen": 150_000_000, "insider": True}, 10_000_000),
    ],
)  # fmt: skip
def test_default_rule_set(facts, fen):
    assert worth(ECO, **facts).amount_fen == fen


def test_default_stages_pay_the_total_less_what_was_awarded():
    at_check = {"finding": "true", "order_to_correct": True}
    decided = at_check | {"fine_fen": 11_500_000}
    first = worth(ECO, **at_check)
    second = worth(ECO, **decided, earlier_fen=first.amount_fen)
    third = worth(ECO, **decided, detention=True, earlier_fen=575_000)
    stages = [first.amount_fen, second.amount_fen, third.amount_fen]
    assert stages == [20_000, 555_000, 500_000]
    assert sum(stages) == third.total_fen == 1_075_000


def test_default_claw_back_after_a_revoked_decision():
    revoked = worth(ECO, finding="true", order_to_correct=True, earlier_fen=575_000)
    assert (revoked.amount_fen, revoked.overpaid_fen) == (0, 555_000)


@pytest.mark.parametrize(
    ("rule_set", "facts", "fen"),
    [
        ("zj-2021", {"fine_fen": 500_000}, 25_000),
        ("zj-2021", {"fine_fen": 11_500_000}, 575_000),
        ("zj-2021", {"fine_fen": 300_000_000}, 10_000_000),
        ("zj-2021", {"fine_fen": 11_500_000, "detention": True}, 1_075_000),
        ("hangzhou-2021", {"fine_fen": 9_999_900}, 999_990),
        ("hangzhou-2021", {"fine_fen": 10_000_000}, 1_000_000),
        ("hangzhou-2021", {"fine_fen": 19_999_900}, 1_000_000),
        ("hangzhou-2021", {"fine_fen": 20_000_000}, 3_000_000),
        ("hangzhou-2021", {"fine_fen": 50_000_000}, 5_000_000),
        ("hangzhou-2021", {"fine_fen": 100_000_000}, 8_000_000),
        ("hangzhou-2021", {"fine_fen": 149_999_900}, 8_000_000),
        ("hangzhou-2021", {"fine_fen": 150_000_000}, 10_000_000),
        ("xiangtan", {"fine_fen": 100_000}, 100_000),
        ("xiangtan", {"fine_fen": 100_000, "crime": True}, 400_000),
        ("xiangtan",
         {"fine_fen": 100_000, "crime": True, "detention": True, "major_impact": True}, 600_000),
        ("beijing-2021-draft", {"fine_fen": 100_000}, 10_000),
        ("beijing-2021-draft", {"fine_fen": 120_000_000}, 5_000_000),
        ("beijing-2021-draft", {"fine_fen": 100_000, "insider": True}, 20_000),
        ("beijing-2021-draft", {"fine_fen": 120_000_000, "insider": True}, 10_000_000),
    ],
)  # fmt: skip
def test_published_rule_sets(rule_set, facts, fen):
    assert worth(rule_set, finding="true", **facts).amount_fen == fen
    assert worth(rule_set, **facts).amount_fen == fen


@pytest.mark.parametrize(
    ("fen", "people", "parts"),
    [
        (100_000, 3, (33_334, 33_333, 33_333)),
        (575_000, 3, (191_668, 191_666, 191_666)),
        (5_000, 7, (716, *[714] * 6)),
        (5_000, 1, (5_000,)),
        (0, 3, (0, 0, 0)),
    ],
)
def test_joint_reporters_share_equally_and_the_rest_is_the_representatives(fen, people, parts):
    assert shares(fen, people) == parts
    assert sum(parts) == fen
