"""(e): five rates by township over twelve months, against the raw group-by, at two sizes.

The county is skewed: three townships have half of the cases, and winter has more than summer. The
raw reference is one plain group-by a rate, by hand, over the same rows in the same run. Writes are
measured with and without the triggers that mark days, on a bare UPDATE of one clock a transaction:
the harshest case. The rows are clocks of arrival, closure and filing.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import insert, text

from app import create_app, schema
from app.cases.models import Case
from app.core.db import db
from app.core.tx import transaction
from app.rates import RATES, tally, triggers
from app.rates.definition import Period
from app.rates.queries import Group, by_group
from app.rates.rules import Figure
from app.rates.scope import EVERYTHING
from app.sla.models import Clock
from config import Config
from tests.infra.database import let_go

SMALL = int(os.environ.get("ECO110_BENCH_RATES", "50000"))
BIG, PAIRS, BATCH = SMALL * 10, 7, 20_000
FIRST, DAYS = date(2025, 1, 1), 365
NOW = datetime(2026, 3, 1, tzinfo=UTC)
YEAR = Period(start=tally.midnight(FIRST), end=tally.midnight(FIRST + timedelta(days=DAYS)))
TOWNS = [f"3302260{n:02d}000" for n in range(1, 19)]
WEIGHTS = [6, 5, 4] + [1] * 15
RAW = (
    "SELECT kind, clock.township_code, sum(CASE WHEN case_file.state NOT IN"
    " ('merged', 'withdrawn', 'rejected') AND clock.state = 'stopped' AND on_time THEN 1 ELSE 0"
    " END), sum(CASE WHEN case_file.state NOT IN ('merged', 'withdrawn', 'rejected') THEN 1 ELSE 0"
    " END) FROM clock JOIN case_file ON case_file.id = clock.case_id WHERE kind IN ('arrive',"
    " 'closure', 'filing') AND due_at >= '2024-12-31 16:00' AND due_at <"
    " '2025-12-31 16:00' AND clock.state <> 'void' GROUP BY kind, clock.township_code"
)
assert schema.TABLES


def run() -> dict[str, Any]:
    """Return CPU in milliseconds, ratios and goals."""
    with tempfile.TemporaryDirectory() as folder:
        small, big = (County(Path(folder) / name, size) for name, size in
                      (("small", SMALL), ("big", BIG)))  # fmt: skip
        pairs = [
            (cpu(small.tallied), cpu(big.tallied), cpu(small.raw), cpu(big.raw))
            for _ in range(PAIRS)
        ]
        ours, ours_big, raw, raw_big = map(statistics.median, zip(*pairs, strict=True))
        assert small.tallied() == small.counted()
        with_marks, without = small.writes()
        return {
            "cases": [SMALL, BIG],
            "five rates, 12 months, by township, ms CPU": [round(ours, 2), round(ours_big, 2)],
            "raw group-by, ms CPU": [round(raw, 1), round(raw_big, 1)],
            f"cost at {BIG} ÷ at {SMALL} (goal 1.1)": round(ours_big / ours, 2),
            "ours ÷ raw (goal 1/300 = 0.0033)": round(ours_big / raw_big, 5),
            "a clock stopped, bare, with ÷ without marks": round(with_marks / without, 2),
            "one day counted anew, ms CPU": [round(small.a_day(), 1), round(big.a_day(), 1)],
        }


def cpu(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return (time.process_time() - started) * 1000


class County:
    """A service with so many cases over a year, its days tallied."""

    def __init__(self, folder: Path, cases: int) -> None:
        folder.mkdir()
        self.app: Flask = create_app(Config.for_tests(folder))
        self.dice = Random(7)
        with self.app.app_context():
            db.create_all()
            for statement in triggers.drops("sqlite"):
                db.session.execute(text(statement))
            db.session.commit()
            for start in range(0, cases, BATCH):
                self._fill(start, min(BATCH, cases - start))
            for statement in (*triggers.statements("sqlite"), *triggers.first_marks("sqlite")):
                db.session.execute(text(statement))
            db.session.execute(text("ANALYZE"))
            db.session.commit()
            while self._refresh():
                pass

    def _refresh(self) -> int:
        with transaction():
            return tally.refresh(NOW)

    def _fill(self, start: int, count: int) -> None:
        cases, clocks = [], []
        towns = self.dice.choices(TOWNS, WEIGHTS, k=count)
        for n, town in enumerate(towns, start + 1):
            day = min(int(abs(self.dice.gauss(0, 140))), DAYS - 1)
            due = YEAR.start + timedelta(days=day, seconds=self.dice.randrange(86_400))
            due = due.astimezone(UTC)
            cases.append(_case(n, town, due, merged=n % 20 == 0))
            for kind in ("arrive", "closure", *(("filing",) if n % 5 == 0 else ())):
                good = self.dice.random() < 0.93
                clocks.append(_clock(n, kind, town, due, good=good))
        db.session.execute(insert(Case), cases)
        db.session.execute(insert(Clock), clocks)
        db.session.commit()

    def tallied(self) -> list[dict[Any, Figure]]:
        with self.app.app_context():
            return [by_group(rate, YEAR, Group.TOWNSHIP, now=NOW) for rate in RATES]

    def counted(self) -> list[dict[Any, Figure]]:
        with self.app.app_context():
            return [
                {town: Figure(top=top, bottom=bottom, excluded=excluded)
                 for town, top, bottom, excluded in tally.counted(rate, YEAR, EVERYTHING, NOW)}
                for rate in RATES
            ]  # fmt: skip

    def raw(self) -> int:
        with self.app.app_context():
            return len(db.session.execute(text(RAW)).all())

    def a_day(self) -> float:
        with self.app.app_context():
            day = FIRST + timedelta(days=30)
            return statistics.median(cpu(lambda: self._count(day)) for _ in range(PAIRS))

    def _count(self, day: date) -> None:
        with transaction():
            for rate in RATES:
                tally.count_day(rate, day)

    def writes(self) -> tuple[float, float]:
        """Stop 500 clocks a transaction each, with the triggers and without."""
        with self.app.app_context():
            marked = cpu(lambda: self._stop(1))
            for statement in triggers.drops("sqlite"):
                db.session.execute(text(statement))
            db.session.commit()
            return marked, cpu(lambda: self._stop(2))

    def _stop(self, turn: int) -> None:
        for n in range(500):
            with transaction():
                db.session.execute(
                    text("UPDATE clock SET on_time = NOT on_time, entries = entries + 1"
                         " WHERE id = :id"),
                    {"id": turn * 1000 + n},
                )  # fmt: skip

    def close(self) -> None:
        let_go(self.app)


def _case(n: int, town: str, at: datetime, *, merged: bool) -> dict[str, Any]:
    return {
        "id": n, "number": f"E110-{n:07}"[:12], "state": "merged" if merged else "closed",
        "urgency": "yellow", "category": "A6", "kinds": ["A6"], "place_words": "桥头",
        "grid_code": town[:9] + "001", "township_code": town, "unit_code": town, "round": 1,
        "version": 1, "opened_at": at,
    }  # fmt: skip


def _clock(n: int, kind: str, town: str, due: datetime, *, good: bool) -> dict[str, Any]:
    return {
        "case_id": n, "kind": kind, "round": 1, "urgency": "yellow", "unit_code": town,
        "township_code": town, "grid_code": town[:9] + "001", "length": 1, "unit": "wd",
        "whole": 86_400, "policy": "bench", "state": "stopped", "started_at": due, "due_at": due,
        "origin_due_at": due, "stopped_at": due, "on_time": good, "entries": 1, "subject": "",
    }  # fmt: skip
