"""(c): a worker's page of 50 and one update, against bare Flask + ORM, at two sizes of the county.

"Bare page" is a Flask view that loads 50 joined rows by the ORM and writes them with a plain
template of one line a row; "hello" is a view that answers with a word.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select, text

from app import create_app, schema
from app.accounts import passwords
from app.accounts import service as accounts
from app.accounts.permissions import Role
from app.briefings import queue
from app.cases.models import Case
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.fieldwork.models import Task
from app.sla.models import Clock
from benchmarks import submission
from config import Config

SMALL, BIG = 10_000, int(os.environ.get("ECO110_BENCH_CASES", "200000"))
PAIRS, EACH, BATCH = 9, 10, 20_000
MINE = 60
NOW = datetime(2026, 11, 23, 2, 38, tzinfo=UTC)
PASSWORD = "four quiet herons fishing"
ROW = "{% for row in rows %}<li>{{ row.number }} {{ row.place }} {{ row.due }}</li>{% endfor %}"
assert schema.TABLES


def run() -> dict[str, Any]:
    """Return CPU in milliseconds, ratios and statements."""
    with tempfile.TemporaryDirectory() as folder:
        bare_insert = submission._bare(Path(folder))  # noqa: SLF001
        small = County(Path(folder) / "small", SMALL)
        big = County(Path(folder) / "big", BIG)
        acts = (small.page, small.bare_page, small.hello, big.page, big.query, small.query)
        for act in acts:
            act()
        rounds = [[_cpu(act) for act in acts] for _ in range(PAIRS)]
        page, bare, hello, page_big, query_big, query = map(
            statistics.median, zip(*rounds, strict=True)
        )
        small.page()  # two counties in one process evict each other's areas
        statements = small.statements(small.page)
        updates = [(_once(small.update), _once(bare_insert)) for _ in range(MINE)]
        mine, theirs = map(statistics.median, zip(*updates, strict=True))
        return {
            "cases": [SMALL, BIG],
            "worker's page of 50, ms CPU": round(page, 2),
            "bare ORM page + hello, ms CPU": round(bare + hello, 2),
            "ratio": round(page / (bare + hello), 2),
            "its two statements alone, ms CPU": round(query, 2),
            "page, big ÷ small": round(page_big / page, 2),
            "statements, big ÷ small": round(query_big / query, 2),
            "SQL statements of a page": statements,
            "signing a task, ms CPU": round(mine, 2),
            "bare Flask + ORM insert, ms CPU": round(theirs, 2),
            "ratio of an update": round(mine / theirs, 2),
        }


def _cpu(act: Callable[[], object]) -> float:
    start = time.process_time()
    for _ in range(EACH):
        act()
    return (time.process_time() - start) / EACH * 1000


def _once(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


class County:
    """A service with so many cases, a signed-in worker with 60 tasks, and the bare references."""

    def __init__(self, folder: Path, cases: int) -> None:
        folder.mkdir()
        self.app = create_app(Config.for_tests(folder))
        self.app.config["WTF_CSRF_ENABLED"] = False
        with self.app.app_context():
            db.create_all()
            with transaction():
                self.worker = accounts.add_staff(
                    "laoli", name="老李", roles=(Role.GRID_WORKER,), area_code="330226001",
                    password_hash=passwords.hashed(PASSWORD), must_change=False, now=NOW,
                )  # fmt: skip
                self.other = accounts.add_staff(
                    "ayong", name="阿勇", roles=(Role.GRID_WORKER,), area_code="330226111",
                    password_hash="-", must_change=False, now=NOW,
                )  # fmt: skip
            for start in range(0, cases, BATCH):
                _fill(start, min(BATCH, cases - start), self.worker.staff_id, self.other.staff_id)
            db.session.execute(text("ANALYZE"))
            db.session.commit()
        self.client = self._sign_in()
        self.bare = self._bare()
        self.turn = iter(range(MINE))

    def _sign_in(self) -> FlaskClient:
        client = self.app.test_client()
        with clock.moved_to(NOW):
            told = {"username": "laoli", "password": PASSWORD}
            assert client.post("/staff/login", data=told).status_code == 303
        return client

    def _bare(self) -> FlaskClient:
        bare = Flask("bare")
        bare.config["SQLALCHEMY_DATABASE_URI"] = self.app.config["SQLALCHEMY_DATABASE_URI"]
        db.init_app(bare)

        @bare.get("/hello")
        def hello() -> str:
            return "hello"

        @bare.get("/page")
        def page() -> str:
            found = db.session.execute(
                select(Task, Case, Clock)
                .join(Case, Case.id == Task.case_id)
                .join(Clock, Clock.case_id == Case.id)
                .where(Task.staff_id == self.worker.staff_id, Task.state == "open")
                .order_by(Clock.due_at)
                .limit(50)
            )
            rows = [
                {"number": case.number, "place": case.place_words, "due": limit.due_at}
                for _task, case, limit in found
            ]
            return render_template_string(ROW, rows=rows)

        return bare.test_client()

    def page(self) -> None:
        with clock.moved_to(NOW):
            assert self.client.get("/w?tab=sign").status_code == 200

    def query(self) -> None:
        with self.app.app_context():
            assert len(queue.worker_page(self.worker.staff_id, queue.Tab.TO_SIGN).page.rows) == 50

    def hello(self) -> None:
        assert self.bare.get("/hello").status_code == 200

    def bare_page(self) -> None:
        assert self.bare.get("/page").status_code == 200

    def update(self) -> None:
        """Sign for a task: step, clock, audit and one commit."""
        number = f"E110-{next(self.turn):06}"
        with clock.moved_to(NOW):
            assert self.client.post(f"/w/{number}/sign").status_code == 303

    def statements(self, act: Callable[[], object]) -> int:
        """Return how many statements an act sends."""
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
            if not sql.startswith("BEGIN"):
                seen.append(sql)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        act()
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)


def _fill(start: int, count: int, mine: int, other: int) -> None:
    """Insert cases with one task and one clock each; the first ones are the worker's own."""
    cases, tasks, clocks = [], [], []
    for n in range(start, start + count):
        own = n < MINE
        due = NOW + timedelta(minutes=n % 20_000)
        cases.append(
            {"id": n + 1, "number": f"E110-{n:06}", "state": "assigned" if own else "closed",
             "urgency": "yellow", "category": "W4", "kinds": ["black_water"],
             "place_words": f"颜公河 {n} 号桥", "lng": 121.4, "lat": 29.2,
             "grid_code": "330226001001", "township_code": "330226001", "unit_code": "330226001",
             "assignee_id": mine if own else other, "round": 1, "version": 1, "opened_at": NOW}
        )  # fmt: skip
        tasks.append(
            {"id": n + 1, "case_id": n + 1, "round": 1, "turn": 1, "kind": "visit",
             "staff_id": mine if own else other, "unit_code": "330226001",
             "state": "open" if own else "done", "assigned_at": NOW}
        )  # fmt: skip
        clocks.append(
            {"id": n + 1, "case_id": n + 1, "kind": "sign_for", "round": 1, "urgency": "yellow",
             "unit_code": "330226001", "township_code": "330226001", "grid_code": "330226001001",
             "length": 2, "unit": "wh", "whole": 7200, "policy": "bench",
             "state": "running" if own else "stopped", "started_at": NOW, "due_at": due,
             "origin_due_at": due, "warn_at": due, "near_at": due, "entries": 1}
        )  # fmt: skip
    for table, rows in ((Case, cases), (Task, tasks), (Clock, clocks)):
        db.session.execute(insert(table), rows)
    db.session.commit()
