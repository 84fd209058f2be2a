"""The table of jobs: each period can be written as cron, each driver can be chosen."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from croniter import croniter

from app.jobs import DRIVERS
from app.jobs.table import JOBS
from app.jobs.workers import LOOK_FOR_DEAD, cron
from config import JOB_DRIVERS


@pytest.mark.parametrize("seconds", sorted({job.every_seconds for job in JOBS.values()} | {
    1, 7200, 86400 // 2, LOOK_FOR_DEAD,
}))  # fmt: skip
def test_a_period_as_cron_comes_round_as_often(seconds):
    ticks = croniter(cron(seconds), datetime(2026, 11, 23, 23, 59, 1, tzinfo=UTC))
    moments = [ticks.get_next(float) for _ in range(70)]
    assert {after - before for before, after in pairwise(moments)} == {seconds}


@pytest.mark.parametrize("seconds", [0, 7, 45, 90, 420, 5400, 18000, 86400, 100_000])
def test_a_period_that_cron_cannot_write_is_refused(seconds):
    with pytest.raises(ValueError, match="divides neither"):
        cron(seconds)


def test_the_setting_names_the_drivers_there_are():
    assert set(JOB_DRIVERS) == set(DRIVERS)
