"""The table of jobs: each period comes round by the second, each driver can be chosen."""

import pytest

from app.jobs import DRIVERS
from app.jobs.rhythm import ticks
from app.jobs.workers import LOOK_FOR_DEAD, periods
from config import JOB_DRIVERS

NOON = 1_795_665_600
"""A full hour, in seconds since 1970."""


@pytest.mark.parametrize("seconds", sorted({*periods().values(), 1, 7, 45, 5400}))
def test_a_period_begins_as_often_as_the_table_says(seconds):
    begun = {dict(ticks(now, [("a", seconds)]))["a"] for now in range(NOON, NOON + 3 * seconds)}
    first = min(begun)
    assert NOON - seconds < first <= NOON
    assert sorted(begun)[:3] == [first, first + seconds, first + 2 * seconds]


def test_workers_look_for_their_dead_beside_the_table():
    assert periods()["dead_workers"] == LOOK_FOR_DEAD


def test_the_setting_names_the_drivers_there_are():
    assert set(JOB_DRIVERS) == set(DRIVERS)
