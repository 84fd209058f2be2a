"""(e): five rates by township over twelve months, against the raw group-by, at two sizes.

The county is `rates_county`'s, skewed in area and season; ECO110_BENCH_RATES=1000000 makes it one
million and ten. The raw reference is one plain group-by, by hand, over the same rows in the same
run; it reads the clocks as they lie: by the index of due dates it takes four times as long. Writes
are measured with and without the triggers that mark days, on a bare UPDATE of one clock a
transaction: the harshest case; `rates_writes` has real moves.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from app import create_app, schema
from app.core.db import db
from app.core.tx import transaction
from app.rates import RATES, tally, triggers
from app.rates.definition import Period
from app.rates.queries import Group, by_group
from app.rates.rules import Figure
from app.rates.scope import EVERYTHING
from benchmarks import rates_county
from benchmarks.rates_county import FIRST
from config import Config
from tests.infra.database import let_go

SMALL = int(os.environ.get("ECO110_BENCH_RATES", "50000"))
BIG, PAIRS = SMALL * 10, 7
NOW = datetime(2026, 3, 1, tzinfo=UTC)
YEAR = Period(start=tally.midnight(FIRST), end=tally.midnight(rates_county.last_day()))
RAW = (
    "SELECT kind, clock.township_code, sum(CASE WHEN case_file.state NOT IN"
    " ('merged', 'withdrawn', 'rejected') AND clock.state = 'stopped' AND on_time THEN 1 ELSE 0"
    " END), sum(CASE WHEN case_file.state NOT IN ('merged', 'withdrawn', 'rejected') THEN 1 ELSE 0"
    " END) FROM clock NOT INDEXED JOIN case_file ON case_file.id = clock.case_id WHERE kind IN"
    " ('arrive', 'closure', 'filing') AND due_at >= '2024-12-31 16:00' AND due_at <"
    " '2025-12-31 16:00' AND clock.state <> 'void' GROUP BY kind, clock.township_code"
)
assert schema.TABLES


def run() -> dict[str, Any]:
    """Return CPU in milliseconds, and ratios."""
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
            "big ÷ small": round(ours_big / ours, 2),
            "ours ÷ raw": round(ours_big / raw_big, 5),
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
        with self.app.app_context():
            db.create_all()
            let_go(self.app)
            rates_county.fill(folder / "test.db", cases)
            while self._refresh():
                pass

    def _refresh(self) -> int:
        with transaction():
            return tally.refresh(NOW)

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
