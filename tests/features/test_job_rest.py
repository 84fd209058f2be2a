"""A backlog leaves other writers room: on SQLite a job rests between batches, holding nothing."""

from dataclasses import replace
from types import SimpleNamespace

from app.core.db import db
from app.jobs import running, table
from app.jobs.table import JOBS


def test_a_job_rests_between_batches_on_sqlite_only(any_db, context, monkeypatch):
    left, rests = iter((200, 200, 0)), []
    monkeypatch.setitem(JOBS, "drafts", replace(JOBS["drafts"], batch=lambda _now: next(left)))

    def sleep(seconds):
        rests.append((seconds, "writing" in db.session().info))

    monkeypatch.setattr(table, "time", SimpleNamespace(sleep=sleep))
    running.run(context, "drafts")
    assert rests == [(0.12 if any_db == "sqlite" else 0.0, False)] * 2
    assert next(left, None) is None
