"""The outbox: once a key, delivered after the commit, tried again, never holding others up."""

import json
import threading
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.core.db import db
from app.core.errors import NotFound
from app.core.tx import transaction
from app.notify import outlet, queries, service
from app.notify.channels import CHANNELS
from app.notify.models import Message
from app.notify.rules import MOST_TRIES, MessageState, after_failure, wait
from tests.infra.clock import moment

NOW = moment("2026-11-23 09:00")
MINUTE = timedelta(minutes=1)


def put(key="k1", *, recipient="report:12", channel="in_app", now=NOW):
    with transaction():
        return service.enqueue(
            key=key, recipient=recipient, template="news", facts={"n": 1}, now=now, channel=channel
        )


def deliver(now=NOW, limit=200):
    with transaction():
        return service.deliver_batch(now, limit)


@contextmanager
def statements():
    seen = []

    def note(_connection, _cursor, words, *_rest):
        seen.append(words)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def broken(monkeypatch):
    def fail(message):
        raise OSError(f"no way to {message.recipient}")

    monkeypatch.setitem(CHANNELS, "console", fail)


def test_a_key_is_queued_once(context, any_db):
    assert put() is True
    assert put() is False
    assert len(queries.for_recipient("report:12")) == 1


def test_many_are_queued_in_one_statement_each_key_once(context, any_db):
    put("staff:1", recipient="staff:1")
    deliver()
    notes = [
        service.Note(key=f"staff:{n % 4}", recipient=f"staff:{n % 4}", facts={"n": n})
        for n in range(8)
    ]
    for _ in range(2):
        with transaction(), statements() as sent:
            service.enqueue_all(notes, template="news", now=NOW + MINUTE)
        assert [words.split()[0] for words in sent] == ["INSERT"]
    assert deliver(NOW + MINUTE) == 3
    found = {n: queries.for_recipient(f"staff:{n}") for n in range(4)}
    assert {n: [one.facts for one in told] for n, told in found.items()} == {
        0: [{"n": 0}], 1: [{"n": 1}], 2: [{"n": 2}], 3: [{"n": 3}],
    }  # fmt: skip
    assert {one.created_at for one in found[1]} == {NOW}
    with transaction():
        service.enqueue_all([], template="news", now=NOW)
    assert deliver(NOW + MINUTE) == 0
    with pytest.raises(NotFound), transaction():
        service.enqueue_all(notes, template="news", now=NOW, channel="pigeon")


def test_an_unknown_channel_is_refused(context):
    with pytest.raises(NotFound):
        put(channel="pigeon")


def test_nothing_is_there_when_the_change_rolls_back(context, any_db):
    with suppress(RuntimeError), transaction():
        service.enqueue(key="k", recipient="staff:1", template="news", facts={}, now=NOW)
        raise RuntimeError
    assert deliver() == 0


def test_in_app_messages_are_delivered_and_read_by_their_owner_only(context, any_db):
    put("a", recipient="staff:3")
    put("b", recipient="staff:3")
    put("c", recipient="staff:4")
    assert deliver() == 3
    assert deliver() == 0
    assert queries.unread("staff:3") == 2
    first = queries.for_recipient("staff:3")
    assert [m.key for m in first] == ["b", "a"]
    assert {m.state for m in first} == {MessageState.SENT}
    foreign = queries.for_recipient("staff:4")[0].id
    with transaction():
        assert service.mark_read("staff:3", now=NOW, message_ids=[first[0].id, foreign]) == 1
    assert (queries.unread("staff:3"), queries.unread("staff:4")) == (1, 1)
    with transaction():
        assert service.mark_read("staff:3", now=NOW) == 1


def test_a_message_waits_for_its_time(context):
    put(now=NOW + MINUTE)
    assert deliver() == 0
    assert deliver(NOW + MINUTE) == 1


def test_the_file_channel_appends_one_json_a_line(context, tmp_path):
    outlet.configure(folder=tmp_path / "box")
    put("a", channel="file")
    put("b", channel="file")
    deliver()
    lines = (tmp_path / "box" / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["a", "b"]
    assert all("有新进展" in json.loads(line)["text"] for line in lines)


def test_the_console_channel_writes_one_line(context, capsys):
    outlet.configure(folder=None, render=lambda template, _facts: f"{template}\n\x1b[31mred")
    put(channel="console")
    deliver()
    assert capsys.readouterr().out == "[report:12] news\\n\\x1b[31mred\n"


def test_a_failing_message_comes_again_and_holds_nobody_up(context, any_db, broken):
    put("bad", channel="console")
    put("good")
    assert deliver() == 2
    bad, good = (db.session.query(Message).filter_by(key=key).one() for key in ("bad", "good"))
    assert (bad.state, bad.tries, bad.error) == (MessageState.QUEUED, 1, "OSError")
    assert bad.next_at == NOW + 2 * MINUTE
    assert good.state is MessageState.SENT
    db.session.rollback()
    assert deliver(NOW + MINUTE) == 0
    assert deliver(NOW + 2 * MINUTE) == 1


def test_after_eight_tries_it_waits_for_a_person(context, any_db, broken):
    put(channel="console")
    at = NOW
    for _ in range(MOST_TRIES):
        assert deliver(at) == 1
        at += timedelta(hours=6)
    assert deliver(at + timedelta(days=30)) == 0
    stuck = queries.stuck(now=at)
    assert [(m.state, m.tries) for m in stuck] == [(MessageState.FAILED, MOST_TRIES)]
    with transaction():
        assert service.retry([stuck[0].id], now=at) == 1
    assert deliver(at) == 1


def test_no_message_waits_longer_than_its_wait_where_the_clock_was_set_back(
    context, any_db, broken
):
    hour = timedelta(hours=1)
    put("bad", channel="console", now=NOW - MINUTE)
    assert deliver(NOW) == 1
    put("new")
    assert deliver(NOW - MINUTE) == 0
    assert deliver(NOW - hour) == 2
    assert deliver(NOW - hour + MINUTE) == 0
    assert deliver(NOW - hour + 4 * MINUTE) == 1


def test_what_is_late_is_listed(context):
    put()
    assert not queries.stuck(now=NOW + 59 * MINUTE)
    assert len(queries.stuck(now=NOW + 61 * MINUTE)) == 1
    assert queries.waiting() == 1


def test_batches_are_bounded(context, any_db):
    for n in range(5):
        put(f"k{n}")
    assert [deliver(limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_two_processes_send_each_message_once(app, any_db, monkeypatch):
    sent = []
    monkeypatch.setitem(CHANNELS, "console", lambda message: sent.append(message.key))
    with app.app_context():
        for n in range(40):
            put(f"k{n}", channel="console")

    def work():
        with app.app_context():
            while deliver(limit=5):
                pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == sorted(f"k{n}" for n in range(40))


def test_waits_double_to_six_hours():
    assert [wait(n) for n in (1, 2, 3)] == [2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert wait(99) == timedelta(hours=6)
    assert after_failure(MOST_TRIES - 1) is MessageState.QUEUED
