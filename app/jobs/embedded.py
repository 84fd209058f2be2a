"""The embedded driver: APScheduler runs all jobs in one process, without any service (ADR 5)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy.orm import Session

from app.core import clock
from app.core.work import Standing
from app.jobs.running import run
from app.jobs.table import JOBS


class Embedded:
    """Looks for work at each job's own rhythm; nobody needs to be woken."""

    def wake(self, session: Session, jobs: Sequence[str]) -> None:
        """Do nothing: the next look finds the rows."""

    def standing(self) -> Standing:
        """Say only the name: one process, watched by whoever started it."""
        return Standing(driver="embedded")

    def serve(self, app: Any, *, threads: int) -> None:
        """Run all jobs in this process until it is stopped."""
        start(app, background=False)


class NextRuns(MemoryJobStore):  # type: ignore[misc]
    """Knows when each job runs next, never later than its period from now."""

    def get_due_jobs(self, now: datetime) -> list[Job]:
        """Return the jobs to run; where the machine's clock was set back, all of them."""
        for job in self.get_all_jobs():
            if job.next_run_time - now > job.trigger.interval:
                job.modify(next_run_time=now)
        return list(super().get_due_jobs(now))


def start(app: Any, *, background: bool) -> BaseScheduler:
    """Drive all jobs of `app` (a Flask application), in a thread or in this process."""
    kind = BackgroundScheduler if background else BlockingScheduler
    scheduler = kind(
        timezone=clock.LOCAL,
        jobstores={"default": NextRuns()},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    for name, job in JOBS.items():
        scheduler.add_job(run, "interval", seconds=job.every_seconds, id=name, args=(app, name))
    scheduler.start()
    return scheduler
