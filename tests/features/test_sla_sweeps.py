"""Every clock fires exactly once: batches, races, kill -9, a poisoned row, a clock set about."""

import threading

import pytest
from sqlalchemy import text

from app.audit import queries as audit
from app.core import events
from app.core.db import db
from app.core.tx import transaction
from app.sla import changes, proof, queries
from app.sla import service as sla
from app.sla.events import ClockBreached, ClockWarned
from app.sla.kinds import ClockKind, EntryKind, PauseReason
from app.sla.ledger import CLOCKS, Book, lines_of
from app.sla.rules import Entry
from app.worktime import queries as worktime
from tests.features import sla_race as race
from tests.features import sla_story as story
from tests.infra.clock import moment

HEARD = []


def hear(event):
    HEARD.append(event)


@pytest.fixture
def case_id(context):
    story.begin()
    HEARD.clear()
    case_id = story.new_case("2026-01-05 09:00")
    story.move(case_id, "withdraw", "2026-01-05 09:01")
    return case_id


def listen(*, speaker=hear):
    story.react()
    heard = dict(events._reactions) | {ClockBreached: (speaker,), ClockWarned: (speaker,)}
    events.react_with(heard)


def test_a_limit_is_over_one_second_after_its_due_moment(any_db, case_id):
    race.fill(case_id, 3)
    assert story.sweep("2026-11-23 10:00:00") == 0
    assert story.sweep("2026-11-23 10:00:01") == 3
    assert story.sweep("2026-11-23 10:00:01") == 0
    assert race.effects() == (3, 3, 3, 3, 3, 3)
    story.check(case_id)


def test_batches_take_the_longest_overdue_first(any_db, case_id):
    race.fill(case_id, 3, start="2026-11-23 09:30")
    race.fill(case_id, 2)
    listen()
    with transaction():
        assert sla.breach_batch(moment("2026-11-23 12:00"), limit=2) == 2
    assert {event.due_at for event in HEARD} == {moment("2026-11-23 10:00")}
    assert {event.number for event in HEARD} == {story.case_row(case_id).number}
    assert HEARD[0].kind is ClockKind.ARRIVE
    assert HEARD[0].unit_code == story.TOWN


def test_marks_are_told_once_and_before_the_end(any_db, case_id):
    race.fill(case_id, 1)
    listen()
    for at in ("09:29:59", "09:30", "09:31", "09:47", "09:48", "09:55", "10:00:01", "10:05"):
        story.sweep(f"2026-11-23 {at}", "warn_batch")
        story.sweep(f"2026-11-23 {at}")
    assert [getattr(event, "percent", 100) for event in HEARD] == [50, 80, 100]
    story.check(case_id)


def test_who_slept_three_days_is_told_once(any_db, case_id):
    race.fill(case_id, 5)
    listen()
    story.sweep("2026-11-26 09:00", "warn_batch")
    assert story.sweep("2026-11-26 09:00") == 5
    assert [type(event) for event in HEARD] == [ClockBreached] * 5


def test_who_slept_through_half_is_told_of_the_rest(any_db, case_id):
    race.fill(case_id, 1)
    listen()
    assert story.sweep("2026-11-23 09:50", "warn_batch") == 1
    assert [event.percent for event in HEARD] == [80]
    story.check(case_id)


def test_a_clock_set_about_fires_nothing_twice(any_db, case_id):
    race.fill(case_id, 20)
    for at in ("11:00", "10:00", "12:00", "09:00", "11:00"):
        story.sweep(f"2026-11-23 {at}", "warn_batch")
        story.sweep(f"2026-11-23 {at}")
    assert race.effects() == (20, 20, 20, 20, 20, 20)


def test_one_bad_clock_stops_nobody(any_db, case_id):
    race.fill(case_id, 7)
    bad = db.session.scalar(text("SELECT max(id) - 2 FROM clock"))
    db.session.rollback()

    def choke(event):
        if bad in {clock.clock_id for clock in event.clocks}:
            raise RuntimeError("poison")

    story.react(after_breaches=choke)
    assert story.sweep("2026-11-23 12:00") == 7
    assert race.effects() == (7, 6, 6, 6, 6, 6)
    (aside,) = queries.set_aside()
    assert (aside.clock_id, aside.kind) == (bad, ClockKind.ARRIVE)
    assert "poison" in aside.error
    assert audit.verify().bad_seq is None
    urged = list(db.session.scalars(text("SELECT action FROM audit_entry")))
    assert urged.count("clock.urge") == 6  # one a row; what the failed batch noted is gone


def test_what_was_set_aside_is_taken_up_again(any_db, case_id):
    race.fill(case_id, 3)

    def choke(_event):
        raise RuntimeError("poison")

    story.react(after_breaches=choke)
    assert story.sweep("2026-11-23 12:00") == 3
    assert len(queries.set_aside()) == 3
    story.react()
    assert story.sweep("2026-11-23 12:30") == 0
    with transaction():
        assert sla.look_again(moment("2026-11-23 13:00")) == 3
    assert story.sweep("2026-11-23 13:00") == 3
    assert race.effects() == (3, 3, 3, 3, 3, 3)
    assert proof.replayed()[1] is None


@pytest.mark.parametrize("name", ["cap_batch", "calendar_batch"])
def test_one_bad_pause_or_recount_stops_nobody(any_db, case_id, monkeypatch, name):
    """A row whose ledger cannot take the entry is set aside; the others go on."""
    race.fill(case_id, 3)
    with transaction():
        sla.pause(case_id, PauseReason.DISASTER, moment("2026-11-23 09:30"), actor="staff:1")
        db.session.execute(text("UPDATE clock SET recount = (kind = 'arrive')"))
    bad = db.session.scalar(text("SELECT max(id) - 1 FROM clock"))
    db.session.rollback()
    note = Book.note

    def choke(book, clock, entry):
        if clock.id == bad:
            raise RuntimeError("poison")
        note(book, clock, entry)

    monkeypatch.setattr(Book, "note", choke)
    monkeypatch.setattr(changes, "_recount_all", all_noted)
    assert story.sweep("2026-12-01 12:00", name) == 3
    assert [row.clock_id for row in queries.set_aside()] == [bad]
    assert story.sweep("2026-12-01 12:00", name) == 0


def all_noted(book, *, now):
    for clock in book.clocks:
        book.note(clock, Entry(kind=EntryKind.CHARGE, at=now,
                               facts={"unit_code": "x", "staff_id": None}))  # fmt: skip


def test_a_row_that_its_ledger_does_not_say_is_found(case_id):
    race.fill(case_id, 2)
    assert proof.replayed() == (4, None)
    with transaction():
        db.session.execute(text("UPDATE clock SET on_time = true WHERE id = 4"))
    count, wrong = proof.replayed()
    assert (count, wrong.clock_id) == (3, 4)
    assert wrong.what == "on_time is True, its ledger says None"


def test_a_failed_batch_leaves_nothing_behind(case_id):
    race.fill(case_id, 3)

    def choke(_event):
        raise RuntimeError("poison")

    listen(speaker=choke)
    story.sweep("2026-11-23 12:00")
    assert race.effects() == (3, 0, 0, 0, 0, 0)
    assert len(queries.set_aside()) == 3


def test_a_clock_that_is_being_stopped_is_passed_over(any_db, case_id, context):
    race.fill(case_id, 1)
    handled = []

    def sweep():
        with context.app_context():
            handled.append(story.sweep("2026-11-23 11:00"))

    other = threading.Thread(target=sweep)
    with transaction():
        book = Book.of_case(case_id, worktime.calendar())
        other.start()
        other.join(1 if any_db == "sqlite" else 30)  # SQLite lets it wait for this transaction
        for clock in book.open((ClockKind.ARRIVE,)):
            book.note(clock, Entry(kind=EntryKind.STOP, at=moment("2026-11-23 11:00")))
        book.write()
    other.join(30)
    assert handled == [0]
    arrive = story.clock(case_id, "arrive")
    assert (arrive.on_time, arrive.breached_at) == (False, None)


@pytest.mark.slow
def test_ten_thousand_clocks_make_ten_thousand_effects(any_db, case_id, context):
    count = race.fill(case_id, 10_000)
    totals = race.crowd(context, "2026-11-24 09:00")
    assert sum(totals) == count
    assert race.effects() == (count,) * 6


@pytest.mark.slow
def test_killed_at_every_statement_it_still_fires_once(any_db, case_id, context):
    step, count = 0, 0
    while True:
        step, count = step + 1, count + race.fill(case_id, 3)
        if not race.dies_at(context, step, "2026-11-24 09:00"):
            break
        assert step < 40
    assert step > 4
    story.sweep("2026-11-24 09:00")
    assert race.effects() == (count,) * 6
    story.check(case_id)


def test_sweeping_reads_the_index_and_no_table(case_id):
    statement = str(
        CLOCKS.select().where(
            text("state = 'running' AND breached_at IS NULL AND error IS NULL"),
            text("due_at < '2026-11-23'"),
        ).order_by(CLOCKS.c.due_at)
    )  # fmt: skip
    plan = " ".join(row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {statement}")))
    assert "ix_clock_breach" in plan
    assert "SCAN clock" not in plan
    assert "TEMP B-TREE" not in plan


def test_the_ledger_of_a_fired_clock_says_why(case_id):
    race.fill(case_id, 1)
    story.sweep("2026-11-23 12:00")
    (clock,) = story.clocks(case_id, "arrive")
    kinds = [str(line.kind) for line in lines_of([clock.id])[clock.id]]
    assert kinds == ["start", "breach"]
