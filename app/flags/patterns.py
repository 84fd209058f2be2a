"""Patterns over many awards: payees, reporters with workers, places; pure.

An index stands for a person whom nobody here knows. A number of cases is a reason to look, no more:
who lives beside a dump reports it often, and always the same worker comes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.core import clock
from app.places.geo import distance_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From how many on a pattern goes to people (decision 29 for the payee; else defaults)."""

    codes_a_month: int = 3
    pair_cases: int = 4
    pair_share_of_reporter: float = 0.75
    pair_share_of_worker: float = 0.25
    spot_cases: int = 3
    spot_rewarded: int = 2
    spot_metres: float = 100
    spot_days_clean: timedelta = timedelta(days=14)


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """One award with who stands behind it: marks of payee or phone, and who handled the case."""

    mark: str
    report_id: int
    case_id: int
    at: datetime
    worker_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Several codes that one payee claimed in a month."""

    mark: str
    month: str
    rewards: tuple[Reward, ...]

    @property
    def codes(self) -> int:
        return len({reward.report_id for reward in self.rewards})


def rings(rewards: Iterable[Reward], limits: Limits = LIMITS) -> list[Ring]:
    """Return payees with as many codes in a month as go to review; local months."""
    groups = defaultdict[tuple[str, str], list[Reward]](list)
    for reward in rewards:
        groups[reward.mark, f"{clock.local(reward.at):%Y-%m}"].append(reward)
    found = [
        Ring(mark=mark, month=month, rewards=tuple(members))
        for (mark, month), members in groups.items()
    ]
    return [ring for ring in found if ring.codes >= limits.codes_a_month]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A reporter whose rewarded cases one worker handles again and again."""

    mark: str
    worker_id: int
    rewards: tuple[Reward, ...]
    cases: int
    of_reporter: int
    of_worker: int


def pairs(rewards: Sequence[Reward], limits: Limits = LIMITS) -> list[Pair]:
    """Return pairs with many cases that are much of both sides' rewarded cases."""
    by_reporter, by_worker = defaultdict[str, set[int]](set), defaultdict[int, set[int]](set)
    together = defaultdict[tuple[str, int], list[Reward]](list)
    for reward in rewards:
        by_reporter[reward.mark].add(reward.case_id)
        if reward.worker_id is not None:
            by_worker[reward.worker_id].add(reward.case_id)
            together[reward.mark, reward.worker_id].append(reward)
    found = [
        Pair(mark=mark, worker_id=worker, rewards=tuple(shared),
             cases=len({reward.case_id for reward in shared}),
             of_reporter=len(by_reporter[mark]), of_worker=len(by_worker[worker]))
        for (mark, worker), shared in together.items()
    ]  # fmt: skip
    return [pair for pair in found if _is_close(pair, limits)]


def _is_close(pair: Pair, limits: Limits) -> bool:
    return (
        pair.cases >= limits.pair_cases
        and pair.cases >= limits.pair_share_of_reporter * pair.of_reporter
        and pair.cases >= limits.pair_share_of_worker * pair.of_worker
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A case at a place: when it came in, when the place was last seen clean."""

    case_id: int
    number: str
    lng: float
    lat: float
    category: str
    opened_at: datetime
    clean_at: datetime | None
    rewarded: bool


def spot(last: Visit, others: Iterable[Visit], limits: Limits = LIMITS) -> list[Visit]:
    """Return the chain of cases at one place that ends with `last`, none where it is short.

    Each was reported soon after the place had been seen clean: dumped again just before a report.
    """
    chain = [last]
    for other in sorted(others, key=lambda visit: visit.opened_at, reverse=True):
        if _leads_to(other, chain[-1], limits):
            chain.append(other)
    rewarded = sum(visit.rewarded for visit in chain)
    enough = len(chain) >= limits.spot_cases and rewarded >= limits.spot_rewarded
    return chain[::-1] if enough else []


def _leads_to(one: Visit, after: Visit, limits: Limits) -> bool:
    if one.case_id == after.case_id or one.category != after.category or one.clean_at is None:
        return False
    clean_for = after.opened_at - one.clean_at
    soon = timedelta(0) <= clean_for <= limits.spot_days_clean
    return soon and distance_m(one.lng, one.lat, after.lng, after.lat) <= limits.spot_metres
