"""Drawing a sample, and what it says of the whole: the same from the same record, always."""

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import product
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rates.rules import wilson
from app.spotchecks import policy, rules
from app.spotchecks.rules import Closed
from app.spotchecks.rules_estimate import Stratum, estimate

BY = ("township",)
POLICY = policy.versions()[-1]
TOWNS = ("330226001000", "330226111000", "330226200000")
AT = datetime(2026, 10, 5, 3, tzinfo=UTC)


def listed(count, *, towns=TOWNS, categories=("A6", "W4", "")):
    cells = list(product(towns, categories))
    return [
        Closed(
            case_id=n, number=f"E110-{n:06d}", round=1, township_code=cells[n % len(cells)][0],
            grid_code="", category=cells[n % len(cells)][1], handler_id=n % 5 or None,
            closed_at=AT,
        )
        for n in range(count)
    ]  # fmt: skip


def drawn(frame, seed="s" * 64, *, share=10, least=1):
    chosen = replace(POLICY, strata=BY, share_percent=share, least=least)
    return rules.draw(frame, seed, chosen)


@given(
    count=st.integers(1, 400), seed=st.text("0123456789abcdef", min_size=64, max_size=64),
    share=st.integers(1, 100), least=st.integers(1, 4), turned=st.randoms(use_true_random=False),
)  # fmt: skip
def test_a_draw_follows_from_its_record_and_covers_every_stratum(count, seed, share, least, turned):
    frame = listed(count)
    once = drawn(frame, seed, share=share, least=least)
    turned.shuffle(frame)
    assert drawn(frame, seed, share=share, least=least) == once, "the order of the list is nothing"
    assert len({case.case_id for case in once}) == len(once)
    there, taken = {}, {}
    for case in frame:
        there[rules.stratum(case, BY)] = there.get(rules.stratum(case, BY), 0) + 1
    for case in once:
        taken[rules.stratum(case, BY)] = taken.get(rules.stratum(case, BY), 0) + 1
    assert set(taken) == set(there)
    for name, number in there.items():
        assert taken[name] == min(number, max(least, -(-number * share // 100)))
    both = ("township", "medium")
    for name in {rules.stratum(case, both) for case in frame}:
        town = name.partition(":")[0]
        mine, taken_of = (
            sum(rules.stratum(case, both) == name for case in some) for some in (frame, once)
        )
        exact = Fraction(mine * taken[town], there[town])
        assert floor(exact) <= taken_of <= ceil(exact), "every medium has its share"


def test_every_case_has_the_same_chance():
    frame = listed(7, towns=TOWNS[:1])
    often = Counter(case.name for n in range(1400) for case in drawn(frame, f"{n:064x}", share=40))
    assert sum(often.values()) == 1400 * 3
    assert all(abs(often[case.name] - 600) < 100 for case in frame), often


def test_anybody_can_draw_with_nothing_but_sha256():
    seed = hashlib.sha256(b"spot check 2026-10 1 4711 " + b"a" * 64).hexdigest()
    assert rules.seed("2026-10", 1, head_seq=4711, head_hash="a" * 64) == seed
    frame = listed(40, towns=TOWNS[:1], categories=("A6",))
    tickets = {
        case.name: hashlib.sha256(f"{seed}:{case.name}".encode()).hexdigest() for case in frame
    }
    plain = [replace(case, handler_id=None) for case in frame]
    ordered = sorted(tickets, key=tickets.get)
    start = int(hashlib.sha256(f"{seed}:{TOWNS[0]}".encode()).hexdigest(), 16) % 40
    places = [(start + n * 40) // 4 for n in range(4)]
    assert [case.name for case in drawn(plain, seed)] == [ordered[place] for place in places]


def test_one_more_case_or_another_round_is_another_list():
    frame = listed(9)
    told = rules.digest(frame, BY)
    assert rules.digest(reversed(frame), BY) == told
    assert rules.digest(frame[1:], BY) != told
    assert rules.digest(frame, ("township", "medium")) != told


def test_the_policy_is_data_with_its_day():
    one = policy.in_force(AT.date())
    assert (one.share_percent, one.least, one.strata) == (10, 1, BY)
    assert one.spread == ("medium", "handler")
    assert policy.by_key(one.key) is one


@pytest.mark.parametrize(
    ("strata", "share"),
    [
        ([(10, 10, 9)], 90.0),
        ([(90, 9, 9), (10, 1, 0)], 90.0),
        ([(50, 5, 5), (50, 10, 5)], 75.0),
        ([(50, 5, 4), (50, 0, 0)], 80.0),
        ([(7, 7, 7), (3, 3, 0)], 70.0),
    ],
)
def test_every_stratum_weighs_what_it_has(strata, share):
    found = estimate(Stratum(cases=n, seen=m, good=k) for n, m, k in strata)
    assert found.share == pytest.approx(share)
    assert found.low <= found.share <= found.high


def test_who_has_looked_at_all_estimates_nothing():
    found = estimate([Stratum(cases=7, seen=7, good=6), Stratum(cases=2, seen=2, good=2)])
    assert found.low == found.share == found.high


def test_a_small_part_of_one_stratum_is_wilsons():
    found = estimate([Stratum(cases=10**9, seen=33, good=31)])
    assert (found.low, found.high) == pytest.approx(wilson(31, 33), abs=1e-6)


def test_nobody_looked_says_nothing_and_what_is_not_covered_is_told():
    assert estimate([]) is None
    assert estimate([Stratum(cases=5, seen=0, good=0)]) is None
    found = estimate([Stratum(cases=5, seen=0, good=0), Stratum(cases=20, seen=2, good=2)])
    assert (found.covered, found.cases, found.seen) == (20, 25, 2)


@given(
    st.lists(
        st.integers(1, 60).flatmap(
            lambda n: st.integers(1, n).flatmap(
                lambda m: st.integers(0, m).map(lambda k: Stratum(cases=n, seen=m, good=k))
            )
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_the_interval_holds_the_estimate(strata):
    found = estimate(strata)
    assert -1e-9 <= found.low <= found.share + 1e-9
    assert found.share - 1e-9 <= found.high <= 100 + 1e-9
