"""Patrols of the demo county in its last weeks: most are made, a few without a position."""

from datetime import datetime, timedelta
from random import Random

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.fieldwork import attendance, patrol_words, patrols
from app.fieldwork.attendance import this_week
from app.fieldwork.patrols import NOWHERE, Here
from app.places import queries as places

WEEKS = timedelta(weeks=5)
DAY = timedelta(days=1)
SEEN, UNSEEN = "村干部电话核实，当天在村里走过。", "电话核实，当天他在镇里开会。"
MINUTES = (70, 45, 25, 5)
"""How long before the evening a patrol begins, notes two points and ends."""


class Rounds:
    """What all workers walk on one day, planned and written down in the evening."""

    def __init__(self, rng: Random, people: dict[str, Actor], until: datetime) -> None:
        self.rng, self.people, self.until = rng, people, until

    def day(self, now: datetime) -> None:
        """Let about two in three workers patrol who have one left this week."""
        if now < self.until - WEEKS:
            return
        patrols.plan_batch(now)
        self._judge(now)
        first = [places.children(town.code)[0].code for town in places.townships()]
        duties = places.grid_workers(first)
        for staff_id in sorted({one.staff_id for people in duties.values() for one in people}):
            week, worker = this_week(staff_id, now=now), accounts.get(staff_id)
            if week and worker and week.done < week.planned and self.rng.random() < 0.65:
                self._walk(worker, now)

    def _judge(self, now: datetime) -> None:
        """Let the duty officer judge patrols without a position, the day after."""
        for row in attendance.to_judge().rows:
            if row.started_at < now - DAY:
                accept = row.id % 3 > 0
                patrol_words.judge(
                    row.id, accept=accept, reason=SEEN if accept else UNSEEN,
                    by=self.people["duty"], now=now,
                )  # fmt: skip

    def _walk(self, worker: Actor, now: datetime) -> None:
        grid = places.area(self.rng.choice(places.grids_of(worker.staff_id)))
        assert grid is not None
        near = Here(lng=grid.centre_lng, lat=grid.centre_lat, accuracy=self.rng.uniform(8, 60))
        here = near if self.rng.random() < 0.95 else NOWHERE
        start, one, two, end = (now - timedelta(minutes=minutes) for minutes in MINUTES)
        problem = self.rng.random() < 0.08
        patrols.start(here, by=worker, now=start)
        patrols.point(here, problem=False, words="", by=worker, now=one)
        words = "沟边有新倒的建筑垃圾" if problem else ""
        patrols.point(here, problem=problem, words=words, by=worker, now=two)
        patrols.finish(here, by=worker, now=end)
