"""Vectors of domain.md §3: half up, two places, — for nothing due, intervals for small samples."""

from decimal import Decimal

import pytest

from app.rates.rules import Figure, percent, wilson

VECTORS = (
    (31, 33, "93.94"),
    (1, 32, "3.13"),
    (2, 3, "66.67"),
    (1, 8, "12.50"),
    (38, 65, "58.46"),
    (0, 7, "0.00"),
    (7, 7, "100.00"),
    (1, 3, "33.33"),
    (5, 8000, "0.06"),
)


@pytest.mark.parametrize(("top", "bottom", "written"), VECTORS)
def test_per_cent_is_half_up_to_two_places(top, bottom, written):
    assert percent(top, bottom) == Decimal(written)


def test_nothing_due_is_no_figure():
    assert percent(0, 0) is None
    assert wilson(0, 0) is None
    assert not Figure(top=0, bottom=0).missed(95)


@pytest.mark.parametrize(("bottom", "few"), [(0, False), (1, True), (4, True), (5, False)])
def test_few_is_one_to_four(bottom, few):
    assert Figure(top=0, bottom=bottom).few is few


def test_wilson_interval_holds_the_share_and_stays_on_the_axis():
    low, high = wilson(31, 33)
    assert 0 <= low < 93.94 < high <= 100
    assert round(low, 1) == 80.4
    assert round(high, 1) == 98.3
    assert wilson(99, 100) is None


@pytest.mark.parametrize(
    ("top", "bottom", "target", "missed"),
    [(95, 100, 95, False), (94, 100, 95, True), (19, 20, 95, False), (0, 9, None, False)],
)
def test_a_target_is_judged_on_the_exact_fraction(top, bottom, target, missed):
    assert Figure(top=top, bottom=bottom).missed(target) is missed
