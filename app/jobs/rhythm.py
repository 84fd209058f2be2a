"""When each job of the workers comes round, by the clock of the database alone (ADR 7).

The workers' own clocks may stand anywhere, and nothing remembers a moment that is still to come:
where the database's clock is set back, its seconds are counted again.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from typing import Final

import structlog
from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued

log = structlog.get_logger()
LOOK: Final = 0.5
"""Seconds between two looks: half of the shortest period."""
# the library writes the queue's own tables by the database's clock, so they are read by it
SECOND: Final = "SELECT floor(extract(epoch FROM now()))::bigint AS second"
ALIVE: Final = (
    "SELECT count(*) FROM procrastinate_workers"
    " WHERE abs(extract(epoch FROM now() - last_heartbeat)) < :stalled"
)
SIGNS_TO_COME: Final = """
    UPDATE procrastinate_workers SET last_heartbeat = now()
    WHERE last_heartbeat > now() + interval '1 second'
"""


async def keep(queue: App, periods: Mapping[str, int]) -> None:
    """Queue each task once a period (seconds) until cancelled, whatever the database does."""
    seen: dict[str, int] = {}
    while True:
        try:
            await beat(queue, periods, seen)
        except Exception as error:  # noqa: BLE001 - a rhythm that ends would halt every job
            log.warning("rhythm_missed", error=repr(error))
        await asyncio.sleep(LOOK)


async def beat(queue: App, periods: Mapping[str, int], seen: dict[str, int]) -> None:
    """Queue the tasks whose period began; `seen` holds each task's last tick of this worker.

    What was read is old after a look: the others may be a period ahead by then, whose entry takes
    the place of the last one's, and the old tick would be queued a second time.
    """
    machine = asyncio.get_running_loop()
    read = machine.time()
    now = (await queue.connector.execute_query_one_async(SECOND))["second"]
    for name, tick in ticks(now, periods.items()):
        if machine.time() - read > LOOK:
            return
        if seen.get(name) != tick:
            await _once(queue, name, tick)
            seen[name] = tick


def ticks(now: int, periods: Iterable[tuple[str, int]]) -> Iterable[tuple[str, int]]:
    """Return the second in which the present period of each task began."""
    return ((name, now - now % every) for name, every in periods)


async def _once(queue: App, name: str, tick: int) -> None:
    """Queue a task for its tick, if no worker did and none of its ticks waits."""
    deferrer = queue.tasks[name].configure(queueing_lock=name, task_kwargs={"timestamp": tick})
    with contextlib.suppress(AlreadyEnqueued):
        await deferrer.job_manager.defer_periodic_job(
            job=deferrer.job, periodic_id="", defer_timestamp=tick
        )
