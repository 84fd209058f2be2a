"""The life of one demo case, from the report to its rating: who does what, and how soon."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.cases import check, release, triage
from app.cases import queries as cases
from app.cases.workflow import State, Urgency
from app.cli.demo import words
from app.cli.demo.darkroom import Darkroom, Scene
from app.cli.demo.timeline import Timeline
from app.enforcement.service import FindingData, set_finding
from app.enforcement.workflow import FindingKind
from app.feedback import service as feedback
from app.feedback.rules import Satisfaction, Solved
from app.fieldwork import queries as tasks
from app.fieldwork import service as fieldwork
from app.fieldwork.site import FinishData, ReplyData
from app.fieldwork.states import Outcome
from app.fieldwork.weighing import CheckInData
from app.intake import service as intake
from app.intake.kinds import KINDS
from app.intake.submission import Submission
from app.media import service as media

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FINDINGS = (440, 779, 108, 100)
"""Findings in this order true, partly, mostly, untrue (domain.md §6)."""


@dataclass(slots=True)
class Life:
    """One report and what becomes of it; `seed` is the place of its pictures."""

    line: Timeline
    rng: Random
    people: dict[str, Actor]
    told: Submission
    seed: int
    darkroom: Darkroom
    report_id: int = 0
    case_id: int = 0
    rounds: int = 0

    @property
    def medium(self) -> str:
        """Which scene the pictures show."""
        return str(KINDS[self.told.kinds[0]].medium)

    def scene(self, *, clean: bool = False) -> Scene:
        """Return its place, before or after the work."""
        return Scene(medium=self.medium, seed=self.seed, clean=clean)

    def soon(self, low: timedelta, high: timedelta) -> timedelta:
        """Return a length of time between two, mostly nearer the lower one."""
        return low + (high - low) * self.rng.betavariate(1.4, 3)

    def submit(self, now: datetime) -> None:
        """Report it."""
        receipt = intake.submit(self.told, now=now)
        self.report_id, self.case_id = receipt.report_id, receipt.case_id
        red = cases.by_id(self.case_id).urgency is Urgency.RED
        if red:
            self.line.at(now + self.soon(2 * MINUTE, 20 * MINUTE), self.triage)
        else:
            self.line.by_day(now + self.soon(20 * MINUTE, 9 * HOUR), self.triage)

    def triage(self, now: datetime) -> None:
        """Accept and assign it, or propose not to."""
        row, desk = cases.by_id(self.case_id), self.people["desk"]
        if self.rng.random() < 0.05:
            triage.propose_rejection(
                row.id, reason="out_of_county", note=words.REJECT, by=desk, now=now
            )
            self.line.by_day(now + self.soon(HOUR, 9 * HOUR), self.reject)
            return
        chosen = triage.Triage(
            urgency=row.urgency, category=row.category, grid_code=row.grid_code or ""
        )
        triage.accept(row.id, chosen, by=desk, now=now, version=row.version)
        self.line.at(now + self.soon(MINUTE, 14 * MINUTE), self.assign)

    def reject(self, now: datetime) -> None:
        """Agree to the rejection, as another person."""
        triage.decide_rejection(
            self.case_id, approve=True, note="", by=self.people["lead"], now=now
        )

    def assign(self, now: datetime) -> None:
        """Give it to the worker on duty; some are on the public list from now on."""
        triage.assign(self.case_id, by=self.people["desk"], now=now)
        self.tell(now, (0,))
        self.go_on(now)

    def tell(self, now: datetime, parts: tuple[int, ...]) -> None:
        """Let the public see it, where it is of these quarters of all cases."""
        if self.seed % 4 in parts and not cases.by_id(self.case_id).public:
            release.release(self.case_id, by=self.people["desk"], now=now)

    def go_on(self, now: datetime) -> None:
        """Let the worker begin."""
        red = cases.by_id(self.case_id).urgency is Urgency.RED
        wait = self.soon(2 * MINUTE, 16 * MINUTE) if red else self.soon(5 * MINUTE, 4 * HOUR)
        then = self.line.at if red else self.line.by_day
        then(now + wait, self.sign)

    def worker(self) -> tuple[int, Actor]:
        """Return the open task and whose it is."""
        task = tasks.current(self.case_id)
        assert task is not None
        actor = accounts.get(task.staff_id)
        assert actor is not None
        return task.id, actor

    def sign(self, now: datetime) -> None:
        """Sign for it, then set out."""
        task_id, actor = self.worker()
        fieldwork.sign(task_id, by=actor, now=now)
        row = cases.by_id(self.case_id)
        red = row.urgency is Urgency.RED
        wait = self.soon(8 * MINUTE, 65 * MINUTE) if red else self.soon(30 * MINUTE, 20 * HOUR)
        act = self.finish if row.state is State.ARRIVED else self.arrive
        then = self.line.at if red else self.line.by_day
        then(now + wait, act)

    def arrive(self, now: datetime) -> None:
        """Check in, most of the time well."""
        task_id, actor = self.worker()
        row, chance = cases.by_id(self.case_id), self.rng.random()
        lost = chance > 0.96 or row.lng is None or row.lat is None
        far = 0.0006 * self.rng.random() if chance < 0.88 else 0.0024
        data = CheckInData(
            lng=None if lost or row.lng is None else row.lng + far,
            lat=None if lost or row.lat is None else row.lat + far / 2,
            accuracy=None if lost else self.rng.uniform(6, 60) if chance < 0.88 else 220.0,
            device_at=now,
            challenge=fieldwork.issue_challenge(task_id, by=actor, now=now),
            words="山里没有信号，定位不到，照片里有路牌",
            photo_ids=self.photos(f"arrive-{task_id}", now=now),
            draft_key=f"arrive-{task_id}",
        )
        fieldwork.check_in(task_id, data, by=actor, now=now)
        self.darkroom.order(self.scene(clean=True))
        self.line.at(now + self.soon(5 * MINUTE, 50 * MINUTE), self.reply)
        self.line.by_day(now + self.soon(20 * MINUTE, 5 * DAY), self.finish)

    def answer(self, now: datetime) -> ReplyData:
        """Return the four elements."""
        return ReplyData(
            accepted_on=now.date(), talked_to=self.rng.choice(words.TALKED),
            measure=self.rng.choice(words.MEASURE), time_limit="三日内完成，我们会再来看",
        )  # fmt: skip

    def reply(self, now: datetime) -> None:
        """Answer the reporter from the site."""
        task_id, actor = self.worker()
        fieldwork.reply(task_id, self.answer(now), by=actor, now=now)

    def finish(self, now: datetime) -> None:
        """Hand it in for the check, with a picture of the place afterwards."""
        task_id, actor = self.worker()
        key = f"finish-{task_id}-{self.rounds}"
        data = FinishData(
            site_facts=self.rng.choice(words.SITE), outcome=Outcome.RESOLVED,
            reply=self.answer(now), photo_ids=self.photos(key, now=now, clean=True), draft_key=key,
        )  # fmt: skip
        fieldwork.finish(task_id, data, by=actor, now=now)
        self.line.by_day(now + self.soon(HOUR, 20 * HOUR), self.check)

    def photos(self, key: str, *, now: datetime, clean: bool = False) -> tuple[str, ...]:
        """Take one picture in the field."""
        prepared = self.darkroom.take(self.scene(clean=clean))
        return (media.record(prepared, draft_key=key, now=now, fresh=True).id,)

    def check(self, now: datetime) -> None:
        """Set the finding and let it pass, or send it back once."""
        checker = self.people["checker"]
        if self.rounds == 0 and self.rng.random() < 0.07:
            self.rounds += 1
            check.fail_check(self.case_id, by=checker, now=now, note=words.REWORK)
            self.go_on(now)
            return
        kinds = (FindingKind.TRUE, FindingKind.PARTLY, FindingKind.MOSTLY, FindingKind.UNTRUE)
        kind = self.rng.choices(kinds, FINDINGS)[0]
        verified = kind is not FindingKind.UNTRUE
        punishable = verified and self.rng.random() < 0.3
        found = FindingData(
            kind=kind, grounds=words.GROUNDS if verified else words.NOT_FOUND,
            punishable=punishable, offender_known=punishable, order_to_correct=punishable,
            on_spot_corrected=verified and not punishable, officers=("浙B-0001", "浙B-0002"),
        )  # fmt: skip
        set_finding(self.case_id, found, by=checker, now=now)
        check.pass_check(self.case_id, by=checker, now=now)
        self.line.by_day(now + self.soon(HOUR, DAY), self.close)

    def close(self, now: datetime) -> None:
        """Send the final reply; a leader closes urgent cases."""
        red = cases.by_id(self.case_id).urgency is Urgency.RED
        who = self.people["approver" if red else "lead"]
        triage.close(self.case_id, reply=words.FINAL, by=who, now=now)
        self.tell(now, (1, 2))
        if self.rng.random() < 0.62:
            self.line.at(now + self.soon(2 * HOUR, 6 * DAY), self.rate)

    def rate(self, now: datetime) -> None:
        """Say whether it helped; a few times it did not."""
        mood = self.rng.random()
        if mood < 0.07:
            data = feedback.RatingData(
                solved=Solved.NO, satisfaction=Satisfaction.DISSATISFIED, words=words.REOPEN
            )
            feedback.rate(self.report_id, data, now=now)
            return
        word = self.rng.choices(
            (Satisfaction.VERY, Satisfaction.SATISFIED, Satisfaction.MOSTLY), (5, 6, 2)
        )[0]
        solved = Solved.YES if mood > 0.2 else Solved.PARTLY
        feedback.rate(
            self.report_id, feedback.RatingData(solved=solved, satisfaction=word), now=now
        )
