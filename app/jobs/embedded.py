"""The embedded driver: APScheduler runs all jobs in one process, without any service (ADR 5)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

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

    def standing(self, now: datetime) -> Standing:
        """Say only the name: one process, watched by whoever started it."""
        return Standing(driver="embedded")

    def serve(self, app: Any, *, threads: int) -> None:
        """Run all jobs in this process until it is stopped."""
        start(app, background=False)


def start(app: Any, *, background: bool) -> BaseScheduler:
    """Drive all jobs of `app` (a Flask application), in a thread or in this process."""
    kind = BackgroundScheduler if background else BlockingScheduler
    scheduler = kind(
        timezone=clock.LOCAL,
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    for name, job in JOBS.items():
        scheduler.add_job(run, "interval", seconds=job.every_seconds, id=name, args=(app, name))
    scheduler.start()
    return scheduler
