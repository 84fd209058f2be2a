"""Who drives the jobs: the port between features that make work and the driver (ADR 7).

The rows are the queue (ADR 5). A feature says that it made some; a driver that can wakes a worker
when the transaction commits. Nothing depends on that: the job's own rhythm finds every row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import String, Text, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Model, db
from app.core.once import insert_once
from app.core.tx import before_commit

MADE = "work"
MAX_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Which driver runs the jobs; where it can tell, its live processes and what waits for them."""

    driver: str
    workers: int | None = None
    waiting: int | None = None


class Driver(Protocol):
    """Runs the jobs of `app/jobs`; chosen by the setting `jobs`."""

    def wake(self, session: Session, jobs: Sequence[str]) -> None:
        """Have these jobs run once the session's transaction is committed, and only then."""

    def standing(self) -> Standing:
        """Say how it stands."""

    def serve(self, app: Any, *, threads: int) -> None:
        """Drive the jobs of `app` (a Flask application) in this process until it is stopped."""


class JobFailure(Model):
    """A job that raised: since when, how often, its last error; gone once it works again."""

    __tablename__ = "job_failure"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int]
    error: Mapped[str] = mapped_column(Text)


_driver: list[Driver] = []


def driven_by(driver: Driver) -> None:
    """Set the driver of this process."""
    _driver[:] = [driver]


def driver() -> Driver:
    return _driver[0]


def standing() -> Standing:
    """Say which driver this process knows, and how it stands."""
    return driver().standing()


def made(job: str) -> None:
    """Say that the running transaction makes work for a job."""
    db.session().info.setdefault(MADE, []).append(job)


@before_commit
def wake(session: Session) -> None:
    """Tell the driver what the transaction made, inside it: with a rollback nobody wakes."""
    jobs = session.info.pop(MADE, None)
    if jobs:
        driver().wake(session, sorted(set(jobs)))


def failed(job: str, error: Exception, *, now: datetime) -> None:
    """Note in the running transaction that a job raised."""
    told = {"last_at": now, "error": repr(error)[:MAX_ERROR]}
    first = {"name": job, "since": now, "times": 1} | told
    if not insert_once(JobFailure, first, key=("name",)):
        again = update(JobFailure).where(JobFailure.name == job)
        db.session.execute(again.values(times=JobFailure.times + 1, **told))


def failing(job: str) -> bool:
    """Say whether a job raised when it last ran."""
    return db.session.scalar(select(JobFailure.name).where(JobFailure.name == job)) is not None


def worked(job: str) -> None:
    """Note in the running transaction that a job works again."""
    db.session.execute(delete(JobFailure).where(JobFailure.name == job))


def failures() -> Sequence[JobFailure]:
    """Return the jobs that raise, the longest first."""
    return db.session.scalars(select(JobFailure).order_by(JobFailure.since)).all()
