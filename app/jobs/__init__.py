"""What runs by itself (`table`), how one run goes (`running`), and who drives it: two drivers."""

from collections.abc import Callable

from app.core import work
from app.core.work import Driver
from app.jobs.embedded import Embedded, start
from app.jobs.running import run
from app.jobs.table import JOBS, tick
from app.jobs.workers import Workers

__all__ = ["DRIVERS", "JOBS", "configure", "run", "start", "tick"]

DRIVERS: dict[str, Callable[[str], Driver]] = {
    "embedded": lambda _url: Embedded(),
    "workers": Workers,
}


def configure(driver: str, *, database_url: str) -> None:
    """Choose the driver of this process."""
    work.driven_by(DRIVERS[driver](database_url))
