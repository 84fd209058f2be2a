"""Play what happens in its order of time: each act in its transaction, at its own moment."""

import heapq
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import count

from app import jobs
from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.core.tx import transaction

Act = Callable[[datetime], None]
SWEEPS = ("clocks", "warnings", "escalation")
DAILY = ("pauses", "claims", "reminders", "outbox", "heads")
SWEEP_EVERY = timedelta(hours=8)
MORNING, EVENING = 8, 18


class Timeline:
    """A queue of acts up to `until`; what would come later does not happen."""

    def __init__(self, start: datetime, until: datetime) -> None:
        self.start, self.until = start, until
        self._order = count()
        self._acts: list[tuple[datetime, int, Act, bool]] = []
        self._swept = start
        self.refused = 0

    def at(self, moment: datetime, act: Act, *, alone: bool = False) -> None:
        """Let `act` happen at `moment`; `alone`: it opens its own transactions."""
        heapq.heappush(self._acts, (moment, next(self._order), act, alone))

    def by_day(self, moment: datetime, act: Act) -> None:
        """Let `act` happen at `moment`, or the next morning where that is night."""
        local = clock.local(moment)
        if local.hour < MORNING:
            local = local.replace(hour=MORNING, minute=local.minute)
        elif local.hour >= EVENING:
            local = (local + timedelta(days=1)).replace(hour=MORNING, minute=local.minute)
        self.at(local, act)

    def play(self, progress: Callable[[float], None]) -> None:
        """Run all acts in order of time; sweeps run between them as they would in life."""
        whole = (self.until - self.start).total_seconds()
        while self._acts and self._acts[0][0] <= self.until:
            moment, _, act, alone = heapq.heappop(self._acts)
            self._sweep(moment)
            with clock.moved_to(moment):
                self._run(act, moment, alone=alone)
            progress((moment - self.start).total_seconds() / whole)
        self._sweep(self.until)
        progress(1.0)

    def _run(self, act: Act, moment: datetime, *, alone: bool) -> None:
        try:
            with nullcontext() if alone else transaction():
                act(moment)
        except Refused:
            self.refused += 1
        db.session.remove()

    def _sweep(self, moment: datetime) -> None:
        while self._swept + SWEEP_EVERY <= moment:
            self._swept += SWEEP_EVERY
            with clock.moved_to(self._swept):
                night = clock.local(self._swept).hour < SWEEP_EVERY.seconds // 3600
                for name in SWEEPS + (DAILY if night else ()):
                    jobs.tick(name)
            db.session.remove()
