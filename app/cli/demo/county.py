"""Make the demo county: twelve weeks of reports through the product's own services."""

from datetime import datetime, timedelta
from random import Random

import click

from app.accounts.queries import Actor
from app.cli.demo import people, pictures, words
from app.cli.demo.life import Life
from app.cli.demo.offices import Offices
from app.cli.demo.timeline import Timeline
from app.core import clock
from app.core.tx import transaction
from app.intake.kinds import KINDS
from app.intake.submission import Happening, Source, Submission
from app.media import service as media
from app.places import demo as areas
from app.places import queries as places
from app.places import service as place_service
from app.places.atlas import AreaInfo
from app.rewards import service as rewards
from app.worktime import service as worktime

WEEKS = 12
SEED = 110
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
    offices = Offices(line, rng, staff)
    for day in range(WEEKS * 7 + 1):
        line.at(start + timedelta(days=day, hours=2), offices.day)
    for moment in _moments(rng, count, start, now):
        line.at(moment, Arrival(line, rng, staff))
    with click.progressbar(length=1000, label=f"{count} cases in {WEEKS} weeks") as bar:
        shown = [0]

        def progress(share: float) -> None:
            bar.update(int(share * 1000) - shown[0])
            shown[0] = int(share * 1000)

        line.play(progress)


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

    number = 0

    def __init__(self, line: Timeline, rng: Random, staff: dict[str, Actor]) -> None:
        self.line, self.rng, self.staff = line, rng, staff

    def __call__(self, now: datetime) -> None:
        Arrival.number += 1
        grid, kind = self._grid(), self.rng.choice(tuple(words.TOLD))
        key, seed = f"demo-{Arrival.number:05}", Arrival.number
        told = Submission(
            client_key=key,
            source=self.rng.choice(SOURCES),
            kinds=(kind,),
            happening=self.rng.choice(tuple(Happening)),
            words=self.rng.choice(words.TOLD[kind]),
            place_words=f"{grid.name}{self.rng.choice(words.SPOTS)}",
            lng=grid.centre_lng, lat=grid.centre_lat, accuracy=self.rng.uniform(6, 45),
            grid_code=grid.code, photo_ids=self._photos(kind, key, seed, now),
        )  # fmt: skip
        Life(self.line, self.rng, self.staff, told, seed).submit(now)

    def _grid(self) -> AreaInfo:
        town = self.rng.choice(BUSY) if self.rng.random() < 0.55 else self.rng.choice(
            [area.code for area in places.townships()]
        )  # fmt: skip
        return self.rng.choice(list(places.children(town)))

    def _photos(self, kind: str, key: str, seed: int, now: datetime) -> tuple[str, ...]:
        medium = str(KINDS[kind].medium)
        if medium in ("noise", "other") and self.rng.random() < 0.7:
            return ()
        count = self.rng.choice((0, 1, 1, 1, 2, 2))
        found = []
        for position in range(count):
            picture = pictures.draw(medium, seed if position == 0 else seed * 1000 + position)
            prepared = media.prepare(picture)
            found.append(media.record(prepared, draft_key=key, now=now, position=position).id)
        return tuple(found)
