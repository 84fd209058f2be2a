"""Vectors of domain.md §8: exact fractions, rounded once; "—" drops out and the rest is scaled."""

import pytest

from app.rates.rules import Figure
from app.rates.rules_score import WEIGHTS, Fault, score

FIVE = {
    "arrival": Figure(top=48, bottom=50), "reply": Figure(top=47, bottom=50),
    "closure": Figure(top=31, bottom=33), "penalty": Figure(top=12, bottom=15),
    "satisfaction": Figure(top=27, bottom=30),
}  # fmt: skip
NOTHING = Figure(top=0, bottom=0)


def test_weights_add_up():
    assert sum(WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("figures", "faults", "points"),
    [
        (FIVE, (), "91.28"),
        (FIVE, (Fault(reworks=3),), "90.38"),
        (FIVE | {"penalty": NOTHING}, (), "93.28"),
        (FIVE, (Fault(reworks=1), Fault(reworks=1)), "90.88"),
        (FIVE, (Fault(reworks=3, weighty=True),), "89.48"),
        (FIVE, (Fault(falsified=1),), "90.28"),
        (FIVE, (Fault(falsified=200),), "0.00"),
    ],
)
def test_vectors(figures, faults, points):
    assert str(score(figures, faults).points) == points


def test_nothing_due_is_no_score_and_few_are_not_ranked():
    assert score(dict.fromkeys(FIVE, NOTHING)).points is None
    assert score(FIVE).ranked
    assert not score(FIVE | {"closure": Figure(top=4, bottom=4)}).ranked
