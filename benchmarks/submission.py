"""(a) text-only: one submission by the service behind a view, against bare Flask + ORM inserts."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app import create_app, schema
from app.cli.demo import county
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.intake import service as intake
from app.intake.submission import Submission
from config import Config

PAIRS, EACH = 9, 40
assert schema.TABLES


def run() -> dict[str, Any]:
    """Return CPU of both in milliseconds, their ratio, statements and commits of one submission."""
    with tempfile.TemporaryDirectory() as folder:
        ours, counted = _ours(Path(folder) / "ours")
        bare = _bare(Path(folder))
        pairs = [(_cpu(ours), _cpu(bare)) for _ in range(PAIRS)]
        statements, commits = counted()
    mine = statistics.median(pair[0] for pair in pairs)
    theirs = statistics.median(pair[1] for pair in pairs)
    return {
        "text-only submission, ms CPU": round(mine, 3),
        "bare Flask + ORM 3-table insert, ms CPU": round(theirs, 3),
        "ratio": round(mine / theirs, 2),
        "times less than the peer's 54 ms": round(54 / mine, 1),
        "SQL statements": statements,
        "commits": commits,
    }


def _cpu(act: Any) -> float:
    start = time.process_time()
    for _ in range(EACH):
        act()
    return (time.process_time() - start) / EACH * 1000


def _ours(folder: Path) -> Any:
    folder.mkdir()
    app = create_app(Config.for_tests(folder))
    with app.app_context():
        db.create_all()
        county.ground(clock.now())
    number = iter(range(10**9))

    @app.post("/bench")
    def bench() -> str:
        told = Submission(
            client_key=f"bench-{next(number)}", kinds=("burning",), lng=121.4247, lat=29.2892,
            words="空地上在烧旧木板和塑料袋，烟往楼里飘。",
        )  # fmt: skip
        with transaction():
            return intake.submit(told, now=clock.now()).case_number

    app.config["WTF_CSRF_ENABLED"] = False
    bench.verbs = ()
    client = app.test_client()

    def act() -> None:
        assert client.post("/bench").status_code == 200

    app.before_request_funcs[None] = []
    return act, lambda: _count(app, act)


def _count(app: Flask, act: Any) -> tuple[int, int]:
    seen = {"statements": 0, "commits": 0}
    with app.app_context():
        engine = db.engine

    def statement(_c: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        seen["statements"] += not sql.startswith("BEGIN")

    def commit(_connection: Any) -> None:
        seen["commits"] += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    act()
    event.remove(engine, "before_cursor_execute", statement)
    event.remove(engine, "commit", commit)
    return seen["statements"], seen["commits"]


def _bare(folder: Path) -> Any:
    class Base(DeclarativeBase):
        pass

    bare = SQLAlchemy(model_class=Base)

    class A(bare.Model):  # type: ignore[name-defined,misc]
        id: Mapped[int] = mapped_column(primary_key=True)
        words: Mapped[str]

    class B(bare.Model):  # type: ignore[name-defined,misc]
        id: Mapped[int] = mapped_column(primary_key=True)
        a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
        words: Mapped[str]

    class C(bare.Model):  # type: ignore[name-defined,misc]
        id: Mapped[int] = mapped_column(primary_key=True)
        b_id: Mapped[int] = mapped_column(ForeignKey("b.id"))
        words: Mapped[str]

    app = Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder / 'bare.db'}"
    bare.init_app(app)
    with app.app_context():
        bare.create_all()

    @app.post("/bench")
    def bench() -> str:
        a = A(words="a" * 40)
        bare.session.add(a)
        bare.session.flush()
        b = B(a_id=a.id, words="b" * 40)
        bare.session.add(b)
        bare.session.flush()
        bare.session.add(C(b_id=b.id, words="c" * 40))
        bare.session.commit()
        return "ok"

    client = app.test_client()
    return lambda: client.post("/bench")
