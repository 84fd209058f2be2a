"""What waits for the shown worker today: a case in every state that he meets."""

from datetime import datetime, timedelta
from random import Random

from app.accounts.queries import Actor
from app.cases import queries as cases
from app.cases import triage
from app.cli.demo import words
from app.cli.demo.darkroom import Darkroom, Scene
from app.cli.demo.life import Life
from app.cli.demo.timeline import Act, Timeline
from app.core import clock
from app.intake.kinds import KINDS
from app.intake.submission import Happening, Source, Submission
from app.media import service as media
from app.places import queries as places
from app.sla import suspensions
from app.sla.kinds import PauseReason
from app.supervision import service as supervision
from app.supervision.departments import Department

SEED = 900_000
"""Pictures of these cases are numbered from here, apart from those of the other reports."""
STATIONS = ("triage", "assign", "sign", "arrive", "reply")
ASIDE: dict[str, tuple[str, ...]] = {
    "hand_over": ("triage", "assign", "hand_over"),
    "ask_rest": ("triage", "assign", "sign", "arrive", "ask_rest"),
}
"""Ways that leave the main line."""
TODAY = (
    ("burning", "assign", 9), ("site_dust", "assign", 150), ("black_water", "sign", 95),
    ("noise", "sign", 240), ("dumping", "arrive", 200), ("odour", "arrive", 330),
    ("black_water", "reply", 420), ("site_dust", "hand_over", 300),
    ("black_water", "ask_rest", 360),
)  # fmt: skip
"""Kind, how far it has come, and minutes since it was reported."""


class Still(Timeline):
    """A timeline on which nothing follows from what was done."""

    def at(self, moment: datetime, act: Act, *, alone: bool = False) -> None:
        """Let it be."""


class Held(Life):
    """A case that stays where its worker left it."""

    __slots__ = ()

    def triage(self, now: datetime) -> None:
        """Accept it."""
        row = cases.by_id(self.case_id)
        chosen = triage.Triage(
            urgency=row.urgency, category=row.category, grid_code=row.grid_code or ""
        )
        triage.accept(row.id, chosen, by=self.people["desk"], now=now, version=row.version)

    def ask_rest(self, now: datetime) -> None:
        """Ask to let it rest until the laboratory has spoken."""
        wish = suspensions.Wish(
            reason=PauseReason.LAB_REPORT, words=words.REST, evidence="采样单 2026-118",
            review_on=clock.local(now + timedelta(days=7)).date(),
        )  # fmt: skip
        suspensions.ask(self.case_id, wish, by=self.people["worker"], now=now)

    def hand_over(self, now: datetime) -> None:
        """Hand it over to the department that is in charge."""
        supervision.hand_over(
            self.case_id, department=Department.BUILDING, matter=words.MATTER,
            by=self.people["desk"], now=now,
        )  # fmt: skip


def fill(line: Timeline, people: dict[str, Actor], darkroom: Darkroom, now: datetime) -> None:
    """Queue the cases of `TODAY` in the grids of the shown worker."""
    worker = people["worker"].staff_id
    grids = [code for code in places.grids_of(worker) if places.on_duty(code) == worker]
    for n, (kind, last, minutes) in enumerate(TODAY):
        stations = ASIDE.get(last) or STATIONS[: STATIONS.index(last) + 1]
        age = timedelta(minutes=minutes)
        begin, step = now - age, age / (len(stations) + 1)
        held = _Report(people, darkroom, kind=kind, grid=grids[n % len(grids)], seed=SEED + n)
        line.at(begin, held)
        for k, station in enumerate(stations, start=1):
            line.at(begin + k * step, held.then(station))


class _Report:
    """Report one of them when its moment comes; `then` gives what is done with it later."""

    def __init__(
        self, people: dict[str, Actor], darkroom: Darkroom, *, kind: str, grid: str, seed: int
    ) -> None:
        self.people, self.darkroom = people, darkroom
        self.kind, self.grid, self.seed = kind, grid, seed
        self.rng = Random(seed)  # noqa: S311 (a story, not a secret)
        self.scene = Scene(medium=str(KINDS[kind].medium), seed=seed)
        self.life: Held | None = None
        darkroom.order(self.scene)

    def __call__(self, now: datetime) -> None:
        area, key = places.area(self.grid), f"demo-{self.seed}"
        assert area is not None
        photo = media.record(self.darkroom.take(self.scene), draft_key=key, now=now, position=0)
        told = Submission(
            client_key=key, source=Source.WEB, kinds=(self.kind,), happening=Happening.YES,
            words=self.rng.choice(words.TOLD[self.kind]),
            place_words=f"{area.name}{self.rng.choice(words.SPOTS)}",
            lng=area.centre_lng, lat=area.centre_lat, accuracy=18.0,
            grid_code=area.code, photo_ids=(photo.id,),
        )  # fmt: skip
        self.darkroom.order(self.scene)
        self.life = Held(Still(now, now), self.rng, self.people, told, self.seed, self.darkroom)
        self.life.submit(now)

    def then(self, station: str) -> Act:
        """Return one station of its life as an act."""

        def act(now: datetime) -> None:
            assert self.life is not None
            getattr(self.life, station)(now)

        return act
