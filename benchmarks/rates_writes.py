"""(e): what the triggers that mark days add to real moves, on SQLite and on PostgreSQL.

A life is what happens to a case from its dispatch to its end: sign for, arrive, reply, handle,
find, check, close: each by the product's services with all reactions, in a transaction of its own.
Two services stand side by side, one without the triggers. CPU time is that of this process and,
on PostgreSQL, of the server's process behind its connection. The two take turns, a life each; the
marks are taken away every few lives, as the job does that counts the days anew.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from app import create_app, schema
from app.accounts.permissions import Role
from app.accounts.queries import Actor
from app.cases import service as cases
from app.cases.workflow import Move
from app.core.clock import local
from app.core.db import db
from app.core.tx import transaction
from app.enforcement.service import FindingData, set_finding
from app.enforcement.workflow import FindingKind
from app.fieldwork import queries as tasks
from app.fieldwork import service as fieldwork
from app.rates import triggers
from app.worktime import service as worktime
from config import Config
from tests.features import field_story, sla_story
from tests.features.field_story import HOUR, MIN, REPLY
from tests.infra import postgres
from tests.infra.clock import moment
from tests.infra.database import let_go, written

PAIRS, WARM, EACH = 42, 6, 6
START, DAYS = moment("2026-11-02 09:00"), 40
FOUND = FindingData(kind=FindingKind.TRUE, grounds="现场堆放焚烧痕迹清楚，违法事实属实。",
                    punishable=True, offender_known=True, order_to_correct=True,
                    officers=("3302001", "3302002"))  # fmt: skip
assert schema.TABLES


def run() -> dict[str, Any]:
    """Return CPU in milliseconds a life, and the ratio, for each database."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        found |= measured("SQLite", Path(folder), (None, None))
        with postgres.running() as server:
            urls = tuple(written(server.create()) for _ in range(2))
            found |= measured("PostgreSQL", Path(folder), urls)
    return found


def measured(name: str, folder: Path, urls: tuple[str | None, ...]) -> dict[str, Any]:
    marked, bare = (Service(folder / f"{name}-{number}", url) for number, url in enumerate(urls))
    bare.take_triggers_away()
    pairs = [(marked.next_life(), bare.next_life()) for _ in range(WARM + PAIRS)][WARM:]
    ours, theirs = map(statistics.median, zip(*pairs, strict=True))
    for service in (marked, bare):
        let_go(service.app)
    return {
        f"{name}: a life with marks, ms CPU": round(ours, 2),
        f"{name}: without, ms CPU": round(theirs, 2),
        f"{name}: with ÷ without": round(ours / theirs, 3),
        f"{name}: days that a life marks": round(marked.marks / (WARM + PAIRS), 1),
    }


class Service:
    """A product of its own with its people."""

    def __init__(self, folder: Path, url: str | None) -> None:
        folder.mkdir()
        self.app: Flask = create_app(Config.for_tests(folder, url))
        self.days, self.turns, self.marks = count(), count(1), 0
        with self.app.app_context():
            db.create_all()
            with transaction():
                worktime.seed(moment("2026-01-01 00:00"))
            self.worker = sla_story.person("laoli", Role.GRID_WORKER)
            self.checker = sla_story.person("checker", Role.CHECKER)

    def take_triggers_away(self) -> None:
        with self.app.app_context(), transaction():
            for statement in triggers.drops(db.engine.dialect.name):
                db.session.execute(text(statement))

    def next_life(self) -> float:
        """Let one more case live, begun on another day than the last; return CPU milliseconds."""
        with self.app.app_context():
            case_id, now = self.dispatched()
            started = self.cpu()
            self.life(case_id, now)
            spent = self.cpu() - started
            if next(self.turns) % EACH == 0:
                with transaction():
                    made = db.session.scalar(text("SELECT count(*) FROM rate_changed"))
                    self.marks += made or 0
                    db.session.execute(text("DELETE FROM rate_changed"))
            return spent * 1000

    def dispatched(self) -> tuple[int, datetime]:
        now = START + timedelta(days=next(self.days) % DAYS)
        words = f"{local(now):%Y-%m-%d %H:%M}"
        case_id = sla_story.accepted(words)
        sla_story.assign(case_id, words, self.worker)
        db.session.rollback()
        return case_id, now

    def life(self, case_id: int, now: datetime) -> None:
        task = tasks.current(case_id)
        assert task is not None
        here, later = field_story.on_the_spot(words="手机没有定位"), now + HOUR
        steps: tuple[Callable[[], object], ...] = (
            lambda: fieldwork.sign(task.id, by=self.worker, now=now + 5 * MIN),
            lambda: fieldwork.check_in(task.id, here, by=self.worker, now=now + 20 * MIN),
            lambda: fieldwork.reply(task.id, REPLY, by=self.worker, now=now + 30 * MIN),
            lambda: self.move(case_id, Move.HANDLE, later, by=self.worker),
            lambda: set_finding(case_id, FOUND, by=self.checker, now=later),
            lambda: self.move(case_id, Move.PASS_CHECK, later, by=self.checker),
            lambda: self.move(case_id, Move.CLOSE, later, by=self.checker),
        )
        for step in steps:
            with transaction():
                step()
            db.session.remove()  # as at the end of a request

    def move(self, case_id: int, step: Move, now: datetime, *, by: Actor) -> None:
        cases.move(case_id, step, by=by.key, now=now, note="已看", facts={}, changes={})

    def cpu(self) -> float:
        """Return the CPU seconds of this process, and of the server's behind the connection."""
        own = time.process_time()
        if db.engine.dialect.name == "sqlite":
            return own
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.remove()
        return own + behind(int(pid or 0))


def behind(pid: int) -> float:
    """Return the CPU seconds of the server's process behind a connection."""
    told = Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii")
    return int(told.split()[0]) / 1e9  # nanoseconds on a processor
