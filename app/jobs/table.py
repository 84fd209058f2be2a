"""What runs by itself, how often: the table, and one tick of one job.

A driver says when, the rows say what: every job may run twice, late, or on two machines
(rule 8, safeguards.md decision 10).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.accounts import sessions
from app.audit import heads
from app.core import clock, limits
from app.core.tx import transaction
from app.fieldwork import patrols
from app.flags import sweeps as flags
from app.identity import openings
from app.identity import service as identity
from app.intake import service as intake
from app.media import alike, backfill
from app.media import sweep as media
from app.notify import service as notify
from app.rates import tally
from app.rewards import service as rewards
from app.sla import service as sla
from app.spotchecks import service as spotchecks
from app.supervision import service as supervision

MOST_BATCHES = 1000
"""A bound for one tick; what is left waits for the next one."""


Batch = Callable[[datetime], int]


def _nothing(_now: datetime) -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One sweep: `batch` works on a bounded number of rows in one transaction and says how many.

    `ahead` does what is slow before each transaction; where it returns a batch, that one is run.
    """

    every_seconds: int
    batch: Batch = _nothing
    ahead: Callable[[datetime], Batch | None] | None = None
    most: int = MOST_BATCHES
    """So many batches a timed run: on SQLite one that never pauses keeps all other writers out."""

    def ready(self, now: datetime) -> Batch:
        """Do what is slow and return what is left to do in a transaction."""
        return (self.ahead(now) if self.ahead else None) or self.batch


def _photos(now: datetime) -> int:
    """Sweep unclaimed photos; one pass sees everything, so a tick ends with it."""
    media.sweep(now)
    return 0


def _patrols(now: datetime) -> int:
    """Plan the week, and forget where patrols were long ago."""
    return patrols.plan_batch(now) + patrols.forget_batch(now)


def _looks(now: datetime) -> int:
    """Pass on the second looks of who is away, and ask for those 30 and 90 days after closing."""
    return sla.enrol_batch(now) + spotchecks.pass_on_batch(now) + spotchecks.give_batch(now)


def _heads(now: datetime) -> None:
    """Let today's head of the audit chain leave; outside the transaction, it only writes a file."""
    heads.leave(now)


def _over(now: datetime) -> int:
    """Forget web sessions that are long over and limits that are free again."""
    return sessions.sweep(now) + limits.sweep(now)


def _set_back(now: datetime) -> int:
    """Where the clock was set back, let nothing hold longer than its length (ADR 7)."""
    return sessions.set_back(now) + identity.set_back(now) + openings.set_back(now)


def _lapse(now: datetime) -> int:
    """End claim windows that are over, and awards of nothing."""
    return rewards.lapse_batch(now=now) + rewards.drop_batch(now=now)


def _remind(now: datetime) -> int:
    return rewards.remind_batch(now=now)


def _patterns(now: datetime) -> int:
    """Look for patterns over all awards; one pass sees everything."""
    flags.sweep(now)
    return 0


def _close(now: datetime) -> int:
    return rewards.close_batch(now=now)


JOBS: dict[str, Job] = {
    "clocks": Job(batch=sla.breach_batch, every_seconds=20),
    "warnings": Job(batch=sla.warn_batch, every_seconds=30),
    "pauses": Job(batch=sla.cap_batch, every_seconds=300),
    "calendar": Job(batch=sla.calendar_batch, every_seconds=60),
    "questions": Job(batch=sla.unanswered_batch, every_seconds=300),
    "rests": Job(batch=sla.over_batch, every_seconds=300),
    "escalation": Job(batch=supervision.escalate_batch, every_seconds=300),
    "patrols": Job(batch=_patrols, every_seconds=3600),
    "spot_checks": Job(batch=_looks, every_seconds=3600),
    "tallies": Job(batch=tally.refresh, every_seconds=60),
    "outbox": Job(batch=notify.deliver_batch, every_seconds=5),
    "claims": Job(batch=_lapse, every_seconds=3600),
    "reminders": Job(batch=_remind, every_seconds=3600),
    "close": Job(batch=_close, every_seconds=3600),
    "drafts": Job(batch=intake.sweep_drafts, every_seconds=3600),
    "photos": Job(batch=_photos, every_seconds=3600),
    "prints": Job(ahead=backfill.draw, every_seconds=60, most=4),
    "likeness": Job(batch=alike.compare_batch, ahead=alike.read_ahead, every_seconds=15, most=2),
    "patterns": Job(batch=_patterns, every_seconds=3600),
    "heads": Job(ahead=_heads, every_seconds=3600),
    "sessions": Job(batch=_over, every_seconds=3600),
    "set_back": Job(batch=_set_back, every_seconds=60),
}


def never() -> bool:
    return False


def tick(
    name: str, *, most: int = MOST_BATCHES, stop: Callable[[], bool] = never, rest: float = 0.0
) -> int:
    """Run one job until nothing is due, `most` batches, or `stop`; return how many rows it handled.

    `stop` is asked between two batches: what is left waits for the next tick. `rest` is the pause
    between them in seconds: SQLite's other writers look for the lock every tenth of a second only,
    and a backlog without pauses keeps them out longer than they wait.
    """
    handled = 0
    for number in range(most):
        if number:
            time.sleep(rest)
        batch = JOBS[name].ready(clock.now())
        with transaction():
            count = batch(clock.now())
        handled += count
        if not count or stop():
            break
    return handled
