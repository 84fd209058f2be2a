"""Second looks of the demo county: drawn on the second of a month, or due after closing."""

from datetime import datetime, timedelta
from random import Random

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.cli.demo.again import Again
from app.cli.demo.darkroom import Darkroom, Scene
from app.cli.demo.timeline import Act
from app.core import clock
from app.fieldwork.weighing import CheckInData
from app.intake.kinds import KINDS
from app.media import service as media
from app.spotchecks import queries, service
from app.spotchecks.kinds import SpotResult, SpotState

SEED = 950_000
"""Pictures of second looks are numbered from here."""

DRAWN_ON = 2
ALL = 5000
AGREED = "复查照片清楚，同意重新办理。"
OTHER = "照片里是另一户当天的临时堆放，已当场清走，不属于反弹。"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RESULTS = (SpotResult.SOLVED, SpotResult.BACK, SpotResult.NEVER, SpotResult.UNSEEN)
SHARES, AFTER_CLOSING = (80, 9, 5, 6), (91, 6, 0, 3)
WORDS = {
    SpotResult.SOLVED: "现场干净，没有再发现。",
    SpotResult.BACK: "地上有新的堆放和烧过的痕迹，邻居说上周又开始了。",
    SpotResult.NEVER: "和举报照片一样，没有动过，附近的人说没有人来处理。",
    SpotResult.UNSEEN: "大门锁着，里面没有人，外面看不到。",
}
MEDIUM = {kind.code[:1]: str(kind.medium) for kind in KINDS.values()}


class SecondLooks:
    """Draw each month, ask after closing, and let most of those who are asked go there."""

    def __init__(
        self, again: Again, rng: Random, people: dict[str, Actor], darkroom: Darkroom
    ) -> None:
        self.again, self.line, self.rng = again, again.line, rng
        self.people, self.darkroom = people, darkroom
        self.later = Random(SEED)  # noqa: S311 (a story, not a secret)
        self.asked = set[int]()

    def day(self, now: datetime) -> None:
        """Ask for the looks after closing; draw on the second of a month."""
        self._after_closing(now)
        today = clock.local(now).date()
        if today.day != DRAWN_ON:
            return
        month = f"{today.replace(day=1) - DAY:%Y-%m}"
        shown = self.people["worker"].staff_id
        sample_id = service.draw(month, by=self.people["supervisor"], now=now)
        for row in queries.checks(sample_id):
            kept = row.inspector_id == shown and self.line.until - now < DAY * 35
            if self.rng.random() < 0.9 and not kept:  # so the shown worker has one to look at
                self.line.by_day(now + DAY * self.rng.uniform(1, 21), self._look(row.id, self.rng))

    def _after_closing(self, now: datetime) -> None:
        """Let the looks be asked for that come now; they are made within six days."""
        shown = self.people["worker"].staff_id
        while service.give_batch(now):
            pass
        for row in queries.after_closing(size=ALL).rows:
            if row.state is SpotState.OPEN and row.inspector_id and row.id not in self.asked:
                self.asked.add(row.id)
                if row.inspector_id == shown and self.line.until - now < DAY * 6:
                    continue  # so the shown worker has one to look at
                self.line.by_day(
                    now + DAY * self.later.uniform(0.3, 6), self._look(row.id, self.later)
                )

    def _look(self, check_id: int, rng: Random) -> Act:
        def act(now: datetime) -> None:
            row = queries.check(check_id)
            inspector = accounts.get(row.inspector_id or 0)
            assert inspector is not None
            result = rng.choices(RESULTS, SHARES if row.drawn else AFTER_CLOSING)[0]
            near = 0.93 if row.drawn else 0.99
            far = 0.0006 if rng.random() < near else 0.0091
            key = f"look-{check_id}"
            scene = Scene(
                medium=MEDIUM.get(row.category[:1], "other"), seed=SEED + check_id,
                clean=result is SpotResult.SOLVED,
            )  # fmt: skip
            photo = media.record(self.darkroom.take(scene), draft_key=key, now=now, fresh=True)
            data = CheckInData(
                lng=None if row.lng is None else row.lng + far, lat=row.lat, accuracy=25,
                device_at=now, words=WORDS[result], photo_ids=(photo.id,), draft_key=key,
                challenge=service.issue_challenge(check_id, by=inspector, now=now),
            )  # fmt: skip
            service.look(check_id, result, data, by=inspector, now=now)
            if queries.check(check_id).failed and rng.random() < 0.45:
                reopen = row.drawn or rng.random() < 0.7
                self.line.by_day(
                    now + rng.uniform(4, 40) * HOUR, self._answer(check_id, reopen=reopen)
                )

        return act

    def _answer(self, check_id: int, *, reopen: bool) -> Act:
        def act(now: datetime) -> None:
            found = queries.check(check_id)
            service.answer(
                check_id, reopen=reopen, falsified=found.result is SpotResult.NEVER,
                words=AGREED if reopen else OTHER, by=self.people["supervisor"], now=now,
            )  # fmt: skip
            if reopen:
                self.again.reopened(found.case_id, now)

        return act
