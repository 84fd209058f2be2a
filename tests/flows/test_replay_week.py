"""A week of real arrivals with real texts through the services: clocks and rates add up.

Every tenth arrival by default (ECO110_REPLAY=1 takes all of them); times, channels and places are
those of the record, what the staff do is drawn.
"""

import csv
import gzip
import io
import json
import os
import re
from contextvars import Context
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from app.accounts import queries as accounts
from app.cases import check, triage
from app.cases import queries as cases
from app.cases.models import Case
from app.cases.workflow import Urgency
from app.cli.demo import county, pictures
from app.cli.demo import people as demo_people
from app.cli.demo.timeline import Timeline
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.enforcement import service as enforcement
from app.enforcement.workflow import FindingKind
from app.feedback import queries as requests
from app.feedback import service as feedback
from app.feedback.rules import Satisfaction, Solved
from app.fieldwork import queries as tasks
from app.fieldwork import service as fieldwork
from app.fieldwork.site import FinishData, ReplyData
from app.fieldwork.states import Outcome
from app.fieldwork.weighing import CheckInData
from app.intake import service as intake
from app.intake.models import Report
from app.intake.submission import MAX_WORDS, Source, Submission
from app.media import service as media
from app.rates import RATES, tally
from app.rates.definition import Period
from app.rates.queries import Group, Part, by_group, figure, records
from app.rates.recount import differences
from app.rates.rules import Figure
from app.sla.kinds import ClockKind, ClockState
from app.sla.models import Clock
from tests.infra.clock import moment
from tests.infra.corpus import corpus

MONDAY = moment("2026-09-07 00:00")
END = MONDAY + timedelta(days=40)
KINDS = {"noise": "noise", "solid-waste": "dumping", "dust": "site_dust", "odour": "odour",
         "construction": "site_dust", "ecology": "ecology", "other": "unsure"}  # fmt: skip
SOURCES = {"phone": Source.HOTLINE, "web": Source.WEB, "app": Source.WECHAT}
STEP = int(os.environ.get("ECO110_REPLAY", "10"))


class Story:
    """One arrival of the record and what becomes of it."""

    def __init__(self, line, people, rng, *, told, after, photo) -> None:
        self.line, self.people, self.rng = line, people, rng
        self.told, self.after, self.photo = told, after, photo
        self.case_id = self.report_id = 0

    def submit(self, now) -> None:
        receipt = intake.submit(self.told, now=now)
        self.case_id, self.report_id = receipt.case_id, receipt.report_id
        self.line.at(now + timedelta(minutes=self.rng.uniform(5, 700)), self.accept)

    def accept(self, now) -> None:
        row = cases.by_id(self.case_id)
        chosen = triage.Triage(
            urgency=row.urgency, category=row.category, grid_code=row.grid_code, reason="现场"
        )
        triage.accept(row.id, chosen, by=self.people["desk"], now=now, version=row.version)
        triage.assign(row.id, by=self.people["desk"], now=now)
        self.line.at(now + timedelta(hours=self.rng.uniform(0.2, 40)), self.arrive)

    def task(self):
        task = tasks.current(self.case_id)
        return task.id, accounts.get(task.staff_id)

    def keep(self, key, now) -> tuple[str, ...]:
        return (media.record(self.photo, draft_key=key, now=now, fresh=True).id,)

    def arrive(self, now) -> None:
        task_id, worker = self.task()
        key = f"a{task_id}"
        data = CheckInData(
            lng=self.told.lng, lat=self.told.lat, accuracy=self.rng.choice((9.0, 80.0, 300.0)),
            device_at=now, words="没有信号，照片里有路牌", photo_ids=self.keep(key, now),
            draft_key=key, challenge=fieldwork.issue_challenge(task_id, by=worker, now=now),
        )  # fmt: skip
        fieldwork.check_in(task_id, data, by=worker, now=now)
        self.line.at(now + self.after, self.finish)

    def finish(self, now) -> None:
        task_id, worker = self.task()
        key = f"f{task_id}"
        reply = ReplyData(
            accepted_on=now.date(), talked_to="经营户", measure="已清理", time_limit="三日内"
        )
        data = FinishData(
            site_facts="到场时痕迹清楚", outcome=Outcome.RESOLVED, reply=reply,
            photo_ids=self.keep(key, now), draft_key=key,
        )  # fmt: skip
        fieldwork.finish(task_id, data, by=worker, now=now)
        self.line.at(now + timedelta(hours=self.rng.uniform(1, 30)), self.check)

    def check(self, now) -> None:
        checker = self.people["checker"]
        punishable = self.rng.random() < 0.2
        found = enforcement.FindingData(
            kind=FindingKind.TRUE, grounds="与反映一致", punishable=punishable,
            offender_known=punishable, officers=("浙B-0001", "浙B-0002"),
        )  # fmt: skip
        enforcement.set_finding(self.case_id, found, by=checker, now=now)
        check.pass_check(self.case_id, by=checker, now=now)
        self.line.at(now + timedelta(hours=self.rng.uniform(1, 20)), self.close)

    def close(self, now) -> None:
        red = cases.by_id(self.case_id).urgency is Urgency.RED
        who = self.people["approver" if red else "lead"]
        triage.close(self.case_id, reply="已办结。", by=who, now=now)
        if self.rng.random() < 0.5:
            self.line.at(now + timedelta(hours=5), self.rate)

    def rate(self, now) -> None:
        bad = self.rng.random() < 0.15
        data = feedback.RatingData(
            solved=Solved.NO if bad else Solved.YES, words="又出现了",
            satisfaction=Satisfaction.DISSATISFIED if bad else Satisfaction.SATISFIED,
        )  # fmt: skip
        feedback.rate(self.report_id, data, now=now)
        if bad and self.rng.random() < 0.6:
            self.line.at(now + timedelta(hours=9), self.reopen)

    def reopen(self, now) -> None:
        request = feedback_requests(self.case_id)
        feedback.decide_reopen(
            request, grant=True, answer="同意重新办理", by=self.people["supervisor"], now=now
        )


def feedback_requests(case_id: int) -> int:
    return next(row.id for row in requests.open_requests() if row.case_id == case_id)


def arrivals(folder) -> list[dict[str, str]]:
    with gzip.open(folder / "replay-ninghai-1week.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))[::STEP]


def texts(folder) -> list[str]:
    lines = (folder / "cn-env-complaints-open.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"][:MAX_WORDS] for line in lines]


@pytest.mark.corpus
@pytest.mark.slow
def test_a_week_of_real_arrivals_adds_up(context, app):
    folder = corpus("complaints")
    rows, words, rng = arrivals(folder), texts(folder), Random(7)
    people = county.ground(MONDAY)
    photo = media.prepare(pictures.draw("waste", 3, clean=True))
    first = min(int(row["t_offset_s"]) for row in rows)
    line = Timeline(MONDAY, END)
    for index, row in enumerate(rows):
        told = Submission(
            client_key=f"replay-{row['src_id']}",
            source=SOURCES.get(row["channel"], Source.WEB),
            kinds=(KINDS.get(row["category_mapped"], "unsure"),),
            words=words[index % len(words)], place_words=row["src_type"],
            lng=float(row["lng_wgs84"]), lat=float(row["lat_wgs84"]),
        )  # fmt: skip
        close_after = float(row["close_after_s"] or 86400)
        after = timedelta(seconds=min(close_after, 20 * 86400))
        story = Story(line, people, rng, told=told, after=after, photo=photo)
        line.at(MONDAY + timedelta(seconds=int(row["t_offset_s"]) - first), story.submit)
    line.play(lambda _share: None)
    assert line.refused <= len(rows) // 50, "services refused what the story asked for"
    everything_adds_up(len(rows))
    pages_and_files_say_the_same(app)


def everything_adds_up(count: int) -> None:
    assert db.session.scalar(select(func.count()).select_from(Report)) == count
    assert db.session.scalar(select(func.count()).select_from(Case)) == count
    now, period = END, Period(start=MONDAY, end=END)
    with clock.moved_to(now):
        assert differences(period, now=now) == []
        with transaction():
            while tally.refresh(now):
                pass
        assert differences(period, now=now) == [], "tallies say what the rows say"
        for rate in RATES:
            whole = figure(rate, period, now=now)
            parts = by_group(rate, period, Group.TOWNSHIP, now=now).values()
            assert (whole.top, whole.bottom) == (
                sum(part.top for part in parts), sum(part.bottom for part in parts)
            )  # fmt: skip
            assert records(rate, period, Part.TOP, now=now).total == whole.top
            assert records(rate, period, Part.BOTTOM, now=now).total == whole.bottom
        assert figure(RATES[0], period, now=now).bottom > count // 2
    started = db.session.scalar(
        select(func.count()).select_from(Clock).where(Clock.kind == ClockKind.ACCEPT)
    )
    assert started == count
    late = db.session.scalars(
        select(Clock.id).where(
            Clock.state == ClockState.RUNNING, Clock.due_at < END, Clock.breached_at.is_(None)
        )
    ).all()
    assert late == [], "a clock that is due was not swept"


def pages_and_files_say_the_same(app) -> None:
    """Compare the numbers on the pages and the lines of the CSV files with the figures."""
    with clock.moved_to(END):
        period = Period(start=MONDAY, end=END)
        counted = {rate.key: lists_of(figure(rate, period, now=END)) for rate in RATES}
    db.session.remove()
    shown, files = Context().run(read_pages, app)  # a browser knows nothing of this context
    assert shown == counted
    assert files == counted


def lists_of(whole: Figure) -> list[int]:
    """Return how many records the four lists of a figure hold, in the order of the page."""
    return [whole.top, whole.bottom, whole.bottom - whole.top, whole.excluded]


def read_pages(app) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Read, as a supervisor does, the numbers of every rate's lists and the lines of its files."""
    client, shown, files = app.test_client(), {}, {}
    first, last = (clock.local(at).date() for at in (MONDAY, END - timedelta(hours=1)))
    days = f"period=own&first={first}&last={last}"
    with clock.moved_to(END):
        token = client.get("/token").get_json()["token"]
        told = {"username": "supervisor", "password": demo_people.PASSWORD, "csrf_token": token}
        assert client.post("/staff/login", data=told).status_code == 303
        for rate in RATES:
            page = client.get(f"/sup/rate/{rate.key}?{days}").get_data(as_text=True)
            tabs = page.partition('class="tabs tabs-l"')[2].partition("</nav>")[0]
            shown[rate.key] = [int(n) for n in re.findall(r'<b class="n">(\d+)</b>', tabs)]
            sheets = [client.get(f"/sup/rate/{rate.key}.csv?{days}&part={part}") for part in Part]
            files[rate.key] = [
                len(list(csv.reader(io.StringIO(sheet.get_data(as_text=True))))) - 1
                for sheet in sheets
            ]
    return shown, files
