"""One timed run of one job, for every driver: an error is logged, shown and tried again."""

from collections.abc import Callable
from typing import Any

import structlog

from app.core import clock, work
from app.core.db import db
from app.core.tx import transaction
from app.jobs.table import JOBS, never, tick

REST = {"sqlite": 0.12}
"""Seconds between two batches, where one process writes at a time."""
log = structlog.get_logger()


def run(app: Any, name: str, *, stop: Callable[[], bool] = never) -> None:
    """Run a job of `app` (a Flask application) as often as its row in the table allows."""
    with app.app_context():
        try:
            _run(name, stop)
        finally:
            db.session.remove()


def _run(name: str, stop: Callable[[], bool]) -> None:
    try:
        tick(name, most=JOBS[name].most, stop=stop, rest=REST.get(db.engine.dialect.name, 0.0))
    except Exception as error:
        log.exception("job_failed", job=name)
        with transaction():
            work.failed(name, error, now=clock.now())
        return
    if work.failing(name):
        with transaction():
            work.worked(name)
