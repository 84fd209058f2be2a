"""A county in which every page has something to show: one case at each place of the way."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app import jobs
from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.cases import check, release, triage
from app.cases import queries as cases
from app.cases import service as moves
from app.cases.workflow import Move
from app.cli.demo import county, people
from app.cli.demo.offices import ANSWERS
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.enforcement import service as enforcement
from app.enforcement.service import DecisionData, FilingData, FindingData, NoticeData
from app.enforcement.workflow import FindingKind, Measure, PenaltyKind, PenaltyState
from app.feedback import service as feedback
from app.feedback.rules import Satisfaction, Solved
from app.fieldwork import queries as tasks
from app.fieldwork import service as fieldwork
from app.fieldwork.site import FinishData, ReplyData
from app.fieldwork.states import Outcome
from app.fieldwork.weighing import CheckInData
from app.identity import openings, payees
from app.identity import service as identity
from app.intake import service as intake
from app.intake.submission import ContactMode, Happening, Submission
from app.media import service as media
from app.places import queries as places
from app.rates import published
from app.rewards import batches
from app.rewards import queries as awards
from app.rewards import service as rewards
from app.rewards.states import Way
from tests.features.pictures import jpeg

TOWN = "330226001000"
SECRET = "380712"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "空地上在烧旧木板和塑料袋，烟往居民楼飘，晚上更厉害。"
STAGES = ("arrived", "handled", "checked", "closed")
"""How far `walk` leads a case that was assigned."""


@dataclass
class Told:
    """One report: its case, and the code by which its page is found."""

    report_id: int
    case_id: int
    number: str
    code: str
    photo: str


@dataclass
class Living:
    """The county; `told` holds the reports by what became of them."""

    now: datetime
    staff: dict[str, Actor]
    told: dict[str, Told] = field(default_factory=dict)
    opening: int = 0
    month: str = ""
    batch: str = ""

    def number(self, name: str) -> str:
        return self.told[name].number

    def award(self, name: str) -> int:
        return awards.awards_of(self.told[name].report_id)[0].id

    def voucher(self, name: str) -> str:
        return awards.awards_of(self.told[name].report_id)[0].voucher_no

    def report(self, name: str, ago: timedelta, *, kind="burning", phone="", **more) -> Told:
        """Report something with two photos, in a grid where 老李 is on duty."""
        at, key = self.now - ago, f"living-{name}"
        grid = places.children(TOWN)[1 + 2 * (len(self.told) % 2)]
        with clock.moved_to(at), transaction():
            photos = [media.receive(jpeg(f"{name}{n}"), draft_key=key, now=at) for n in (1, 2)]
            receipt = intake.submit(
                Submission(
                    client_key=key, kinds=(kind,), words=WORDS, happening=Happening.YES,
                    place_words=f"{grid.name}村口桥边空地", accuracy=18, grid_code=grid.code,
                    lng=grid.centre_lng + 0.0002 * len(self.told), lat=grid.centre_lat,
                    photo_ids=tuple(photo.id for photo in photos), phone=phone,
                    contact_mode=ContactMode.PHONE if phone else ContactMode.ANONYMOUS,
                    consent=bool(phone), **more,
                ), now=at,
            )  # fmt: skip
        told = Told(
            receipt.report_id,
            receipt.case_id,
            receipt.case_number,
            receipt.query_code,
            photos[0].id,
        )
        self.told[name] = told
        return told

    def act(self, ago: timedelta, what, *args, **more):
        """Let a service act at its moment, in a transaction."""
        at = self.now - ago
        with clock.moved_to(at), transaction():
            return what(*args, now=at, **more)

    def give(self, told: Told, ago: timedelta) -> tuple[int, Actor]:
        """Accept and assign; return the task and whose it is."""
        row, desk = cases.by_id(told.case_id), self.staff["desk"]
        chosen = triage.Triage(
            urgency=row.urgency, category=row.category, grid_code=row.grid_code or ""
        )
        self.act(ago, triage.accept, row.id, chosen, by=desk, version=row.version)
        self.act(ago - HOUR / 6, triage.assign, row.id, by=desk)
        task = tasks.current(row.id)
        worker = accounts.get(task.staff_id)
        self.act(ago - HOUR / 4, fieldwork.sign, task.id, by=worker)
        return task.id, worker

    def arrive(self, told: Told, task_id: int, worker: Actor, ago: timedelta, *, lost=False):
        """Check in at the place, or where the phone finds no position."""
        row, at, key = cases.by_id(told.case_id), self.now - ago, f"arrive-{task_id}"
        photo = media.receive(jpeg(key), draft_key=key, now=at, fresh=True)
        data = CheckInData(
            lng=None if lost else row.lng, lat=None if lost else row.lat,
            accuracy=None if lost else 15.0, device_at=at, draft_key=key, photo_ids=(photo.id,),
            challenge=fieldwork.issue_challenge(task_id, by=worker, now=at),
            words="山里没有信号，照片里有路牌" if lost else "",
        )  # fmt: skip
        self.act(ago, fieldwork.check_in, task_id, data, by=worker)

    def walk(self, name: str, stage: str, days: int, *, punishable=False, phone="") -> Told:
        """Lead a new case as far as one of the STAGES, within one working day."""
        start, kind = timedelta(days=days), "black_water" if punishable else "burning"
        told = self.report(name, start, kind=kind, phone=phone)
        task_id, worker = self.give(told, start - HOUR / 4)
        self.arrive(told, task_id, worker, start - HOUR)
        far = STAGES.index(stage)
        self.act(start - HOUR * 1.2, fieldwork.reply, task_id, reply(self.now - start), by=worker)
        if far >= 1:
            self.finish(task_id, worker, start - 2 * HOUR)
        if far >= 2:
            self.check(told, start - 3 * HOUR, punishable=punishable)
        if far >= 3:
            row = cases.by_id(told.case_id)
            who = self.staff["approver" if row.urgency == "red" else "lead"]
            self.act(start - 4 * HOUR, triage.close, row.id, reply="已清理，谢谢您。", by=who)
        return told

    def finish(self, task_id: int, worker: Actor, ago: timedelta) -> None:
        key, at = f"finish-{task_id}", self.now - ago
        photo = media.receive(jpeg(key), draft_key=key, now=at, fresh=True)
        data = FinishData(
            site_facts="堆放物已清运，余火已扑灭", outcome=Outcome.RESOLVED, reply=reply(at),
            photo_ids=(photo.id,), draft_key=key,
        )  # fmt: skip
        self.act(ago, fieldwork.finish, task_id, data, by=worker)

    def check(self, told: Told, ago: timedelta, *, punishable: bool) -> None:
        found = FindingData(
            kind=FindingKind.TRUE, grounds="照片与现场一致，痕迹清楚", punishable=punishable,
            offender_known=punishable, order_to_correct=punishable,
            on_spot_corrected=not punishable, officers=("浙B-0001", "浙B-0002"),
        )  # fmt: skip
        checker = self.staff["checker"]
        self.act(ago, enforcement.set_finding, told.case_id, found, by=checker)
        self.act(ago, check.pass_check, told.case_id, by=checker)

    def file(self, told: Told, ago: timedelta) -> None:
        data = FilingData(
            measure=Measure.FILING, filing_no=f"甬环宁立〔2026〕{told.case_id}号",
            cause="违法排放污染物", party="示例经营户", legal_basis="生态环境法典 1103",
            officers=("浙B-0001", "浙B-0002"), violation_on=(self.now - ago).date(),
        )  # fmt: skip
        self.act(ago, enforcement.file, told.case_id, data, by=self.staff["officer"])

    def reward(self, name: str, *steps: str) -> None:
        """Carry an award on: propose review approve notify claim pay appeal, in this order."""
        award, report = self.award(name), self.told[name].report_id
        clerk, boss = self.staff["clerk"], self.staff["approver"].staff_id
        notes = {
            "answer": (rewards.answer_checks, {"answers": ANSWERS, "staff_id": clerk.staff_id}),
            "propose": (rewards.propose, {"staff_id": clerk.staff_id}),
            "review": (rewards.review, {"staff_id": self.staff["legal"].staff_id}),
            "approve": (rewards.approve, {"staff_id": boss}),
            "notify": (rewards.notify, {"by": clerk.key}),
        }
        for hours, step in enumerate(("answer", *steps)):
            what, more = notes[step]
            self.act((12 - hours) * HOUR, what, award, **more)
        if "notify" in steps:
            self.act(8 * HOUR, identity.set_claim_secret, report, SECRET)

    def claim(self, name: str) -> None:
        data = rewards.ClaimData(way=Way.VOUCHER, secret_ok=True)
        report = self.told[name].report_id
        self.act(7 * HOUR, rewards.claim_award, self.award(name), data, report_id=report)


def reply(at: datetime) -> ReplyData:
    return ReplyData(
        accepted_on=at.date(), talked_to="现场作业人员", measure="当场扑灭并清理",
        time_limit="今天完成",
    )  # fmt: skip


def make() -> Living:
    """Make people and cases; needs an application context."""
    now = clock.now()
    county.ground(now - 60 * DAY)
    staff = {one.username: accounts.by_username(one.username) for one in people.SHOWN}
    living = Living(now, staff)
    _at_the_desk(living)
    _in_the_field(living)
    _with_officers(living)
    _paid(living)
    _released(living)
    for sweep in ("clocks", "warnings", "escalation"):
        jobs.tick(sweep)
    first = clock.local(now).replace(day=1)
    living.month = f"{first - DAY:%Y-%m}"
    with transaction():
        published.publish(living.month, by=None, now=now)
    db.session.remove()
    return living


def _released(living: Living) -> None:
    """Put everything on the public list that may be there."""
    for told in list(living.told.values()):
        row = cases.by_id(told.case_id)
        if release.may_be_told(row):
            living.act(HOUR, release.release, row.id, by=living.staff["desk"])


def _at_the_desk(living: Living) -> None:
    desk = living.staff["desk"]
    living.report("new", HOUR / 2, suspect="桥头塑料厂")
    late = living.report("late", 6 * DAY, phone="13800000000")
    asked = living.report("asked", 5 * HOUR)
    living.act(
        4 * HOUR, intake.add_note, asked.report_id, "question", "烟是从哪一边来的？", actor=desk.key
    )
    living.act(
        4 * HOUR, moves.move, asked.case_id, Move.ASK_REPORTER, by=desk.key, note="烟从哪来？"
    )
    bad = living.report("rejecting", 3 * HOUR)
    living.act(
        2 * HOUR, triage.propose_rejection, bad.case_id, reason="out_of_county",
        note="地点在外县，已转告", by=desk,
    )  # fmt: skip
    first = living.staff["custodian"].staff_id
    living.opening = living.act(
        HOUR / 4, openings.ask, late.report_id, by=first, reason="需要电话核对现场位置和时间"
    )


def _in_the_field(living: Living) -> None:
    assigned = living.report("assigned", 3 * HOUR)
    living.give(assigned, 2 * HOUR)
    doubtful = living.report("doubtful", 30 * HOUR, kind="dumping")
    task_id, worker = living.give(doubtful, 29 * HOUR)
    living.arrive(doubtful, task_id, worker, 26 * HOUR, lost=True)
    back = living.report("handback", 2 * HOUR, kind="noise")
    task_id, worker = living.give(back, 1.5 * HOUR)
    living.act(HOUR, fieldwork.hand_back, task_id, reason="不在本网格，属隔壁村", by=worker)
    living.walk("arrived", "arrived", 2)
    living.walk("handled", "handled", 3)
    living.walk("checked", "checked", 3)


def _with_officers(living: Living) -> None:
    living.walk("unfiled", "checked", 4, punishable=True)
    officer, legal = living.staff["officer"], living.staff["legal"]
    filed = living.walk("filed", "closed", 7, punishable=True)
    living.file(filed, 5 * DAY)
    decided = living.walk("decided", "closed", 8, punishable=True)
    living.file(decided, 6 * DAY)
    steps = (PenaltyState.INVESTIGATED, PenaltyState.LEGAL_REVIEWED)
    for hours, state in enumerate(steps):
        who = legal if state is PenaltyState.LEGAL_REVIEWED else officer
        living.act(5 * DAY - hours * HOUR, enforcement.advance, decided.case_id, state, by=who)
        if state is PenaltyState.LEGAL_REVIEWED:
            living.act(5 * DAY, enforcement.advance, filed.case_id, steps[0], by=officer)
            living.act(5 * DAY, enforcement.advance, filed.case_id, state, by=legal)
    notice = NoticeData(amount_fen=11_500_000, kinds=(PenaltyKind.FINE,))
    living.act(5 * DAY - 2 * HOUR, enforcement.notify, decided.case_id, notice, by=officer)
    fine = DecisionData(amount_fen=11_500_000, document_no="甬环宁罚〔2026〕7号", heard=True,
                        kinds=(PenaltyKind.FINE,))  # fmt: skip
    living.act(4 * DAY, enforcement.decide, decided.case_id, fine, by=officer)
    moves_of_case = {"by": living.staff["supervisor"].key, "note": "又有人反映"}
    living.act(3 * DAY, moves.move, filed.case_id, Move.REOPEN, **moves_of_case)


def _banked(living: Living, way: tuple[str, ...]) -> None:
    """Let somebody take it to an account, and finance put it into a batch."""
    told = living.walk("banked", "closed", 16)
    living.reward("banked", *way)
    payee = payees.PayeeDetails(
        name="张金丝雀", identity_number="11010519491231002X", account="6222020200112233445",
        bank="金丝雀银行", phone="13900002222",
    )  # fmt: skip
    proof = rewards.prove(told.report_id, SECRET, now=living.now - 7 * HOUR)
    living.act(
        7 * HOUR, rewards.claim, living.award("banked"), report_id=told.report_id, way=Way.BANK,
        payee=payee, proof=proof,
    )  # fmt: skip
    finance = living.staff["finance"].staff_id
    living.batch = living.act(6 * HOUR, _draw, staff_id=finance)


def _draw(*, staff_id: int, now: datetime) -> str:
    return batches.draw(staff_id=staff_id, now=now).number


def _paid(living: Living) -> None:
    way = ("propose", "review", "approve", "notify")
    for days, name in enumerate(("proposed", "reviewed", "told", "claimed", "paid", "appealed")):
        living.walk(name, "closed", 9 + days)
    living.reward("proposed", *way[:1])
    living.reward("reviewed", *way[:2])
    for name in ("told", "claimed", "paid", "appealed"):
        living.reward(name, *way)
    living.claim("claimed")
    living.claim("paid")
    _banked(living, way)
    living.act(
        5 * HOUR, rewards.pay, living.award("paid"), reference="DEMO-1", idem_key="DEMO-1",
        staff_id=living.staff["finance"].staff_id,
    )  # fmt: skip
    told = living.told["appealed"].report_id
    living.act(6 * HOUR, rewards.appeal, living.award("appealed"), "我报了两处", report_id=told)
    for name, solved, said in (
        ("paid", Solved.YES, Satisfaction.VERY), ("told", Solved.NO, Satisfaction.DISSATISFIED),
    ):  # fmt: skip
        data = feedback.RatingData(solved=solved, satisfaction=said, words="晚上又烧了")
        living.act(4 * HOUR, feedback.rate, living.told[name].report_id, data)
