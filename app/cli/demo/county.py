"""Make the demo county: twelve weeks of reports through the product's own services."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import zip_longest
from random import Random
from typing import Any

import click

from app.accounts.queries import Actor
from app.cli.demo import people, shift, words
from app.cli.demo.again import Again
from app.cli.demo.darkroom import Darkroom, Scene
from app.cli.demo.life import Life
from app.cli.demo.months import Months
from app.cli.demo.offices import Offices
from app.cli.demo.rounds import Rounds
from app.cli.demo.second_looks import SecondLooks
from app.cli.demo.timeline import Timeline
from app.core import clock
from app.core.tx import transaction
from app.intake.kinds import KINDS
from app.intake.submission import ContactMode, Happening, Source, Submission
from app.media import alike
from app.media import service as media
from app.places import demo as areas
from app.places import queries as places
from app.places import service as place_service
from app.places.atlas import AreaInfo
from app.rewards import service as rewards
from app.worktime import service as worktime

WEEKS = 12
SEED = 110
AHEAD = 16
"""So many reports before it comes a report's pictures are drawn."""

RECENT = timedelta(hours=9)
BUDGET_FEN = 50_000_000
SOURCES = (Source.WEB,) * 62 + (Source.WECHAT,) * 24 + (Source.LINE_12345,) * 14
BUSY = ("330226001000", "330226002000", "330226003000", "330226109000", "330226111000")


def make(count: int) -> None:
    """Make people, areas, calendar, rules and `count` cases that end now."""
    now = clock.now()
    start = (now - timedelta(weeks=WEEKS)).replace(hour=0, minute=0, second=0, microsecond=0)
    click.echo("Areas, calendar, staff, reward rules …")
    staff = ground(start)
    line, rng = Timeline(start, now), Random(SEED)  # noqa: S311 (a story, not a secret)
    again = Again(line, staff["duty"])
    offices = Offices(again, rng, staff)
    months = Months(staff["supervisor"])
    for day in range(WEEKS * 7 + 1):
        line.at(start + timedelta(days=day, hours=2), offices.day)
        line.at(start + timedelta(days=day, hours=3), months.day)
    with Darkroom() as darkroom:
        looks = SecondLooks(again, rng, staff, darkroom)
        rounds = Rounds(Random(SEED), staff, now)  # noqa: S311 (a story, not a secret)
        for day in range(WEEKS * 7 + 1):
            line.at(start + timedelta(days=day, hours=1), looks.day)
            line.at(start + timedelta(days=day, hours=10), rounds.day)
        arrivals = [Arrival(again, rng, staff, darkroom, seed) for seed in range(1, count + 1)]
        for moment, arrival, later in zip_longest(
            _moments(rng, count, start, now), arrivals, arrivals[AHEAD:]
        ):
            arrival.later = later
            line.at(moment, arrival)
        for arrival in arrivals[:AHEAD]:
            arrival.order()
        shift.fill(line, staff, darkroom, now)
        _play(line, f"{count} cases in {WEEKS} weeks")
    with transaction():
        alike.take_as_compared(now)


def _play(line: Timeline, label: str) -> None:
    with click.progressbar(length=1000, label=label) as bar, _collecting_seldom():
        shown = 0

        def progress(share: float) -> None:
            nonlocal shown
            bar.update(int(share * 1000) - shown)
            shown = int(share * 1000)

        line.play(progress)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Look for garbage seldom and not in what was loaded before: else a tenth of the time."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    yield
    gc.set_threshold(*usual)
    gc.unfreeze()


def ground(start: datetime) -> dict[str, Actor]:
    with clock.moved_to(start), transaction():
        worktime.seed(start)
        place_service.import_areas(areas.collection(), by="system", now=start, source="demo")
    places.forget()
    with clock.moved_to(start), transaction():
        staff = people.make(start)
        rewards.seed(now=start)
        for year in (start.year, start.year + 1):
            rewards.grant(year, BUDGET_FEN, by="system", now=start, reason="demo budget")
    return staff


def _moments(rng: Random, count: int, start: datetime, now: datetime) -> list[datetime]:
    """Return when people report: by day more than by night, and a handful in the last hours."""
    recent = max(6, count // 30)
    span = (now - start).total_seconds()
    found = [now - RECENT * rng.random() for _ in range(recent)]
    while len(found) < count:
        moment = start + timedelta(seconds=rng.random() * span)
        hour = clock.local(moment).hour
        if rng.random() < (1.0 if 7 <= hour < 22 else 0.25):
            found.append(moment)
    return sorted(found)


class Arrival:
    """Somebody reports: where, what and with which pictures is drawn when the moment comes."""

    def __init__(
        self, again: Again, rng: Random, staff: dict[str, Actor], darkroom: Darkroom, seed: int
    ) -> None:
        self.again, self.line, self.rng, self.staff = again, again.line, rng, staff
        self.darkroom, self.seed = darkroom, seed
        self.kind = rng.choice(tuple(words.TOLD))
        self.scenes = self._scenes(str(KINDS[self.kind].medium))
        self.later: Arrival | None = None

    def order(self) -> None:
        """Have its pictures made ready, and the one that the worker takes."""
        for scene in self.scenes or [self._scene(0)]:
            self.darkroom.order(scene)

    def __call__(self, now: datetime) -> None:
        if self.later is not None:
            self.later.order()
        grid, kind, key = self._grid(), self.kind, f"demo-{self.seed:05}"
        told = Submission(
            client_key=key,
            source=self.rng.choice(SOURCES),
            kinds=(kind,),
            happening=self.rng.choice(tuple(Happening)),
            words=self.rng.choice(words.TOLD[kind]),
            place_words=f"{grid.name}{self.rng.choice(words.SPOTS)}",
            lng=grid.centre_lng, lat=grid.centre_lat, accuracy=self.rng.uniform(6, 45),
            grid_code=grid.code, photo_ids=self._photos(key, now), **self._contact(),
        )  # fmt: skip
        life = Life(self.line, self.rng, self.staff, told, self.seed, self.darkroom)
        life.submit(now)
        self.again.lives[life.case_id] = life

    def _contact(self) -> dict[str, Any]:
        """Let every third reporter leave a number (one that nobody has)."""
        if self.seed % 3:
            return {}
        phone = f"1380000{self.seed % 10_000:04}"
        return {"phone": phone, "contact_mode": ContactMode.PHONE, "consent": True}

    def _grid(self) -> AreaInfo:
        town = self.rng.choice(BUSY) if self.rng.random() < 0.55 else self.rng.choice(
            [area.code for area in places.townships()]
        )  # fmt: skip
        return self.rng.choice(list(places.children(town)))

    def _scenes(self, medium: str) -> list[Scene]:
        if medium in ("noise", "other") and self.rng.random() < 0.7:
            return []
        return [self._scene(position) for position in range(self.rng.choice((0, 1, 1, 1, 2, 2)))]

    def _scene(self, position: int) -> Scene:
        seed = self.seed if position == 0 else self.seed * 1000 + position
        return Scene(medium=str(KINDS[self.kind].medium), seed=seed)

    def _photos(self, key: str, now: datetime) -> tuple[str, ...]:
        return tuple(
            media.record(self.darkroom.take(scene), draft_key=key, now=now, position=position).id
            for position, scene in enumerate(self.scenes)
        )
