"""Every clock fires exactly once: batches, races, kill -9, a poisoned row, a clock set about."""

import threading

import pytest
from sqlalchemy import text

from app.accounts.permissions import Role
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
from app.supervision import queries as orders
from app.supervision import service as supervision
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
        assert sla.ASIDE.again(moment("2026-11-23 13:00")) == 3
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


SOON, LATER = "2026-11-23 09:50", "2026-11-27 09:00"
SWEEPS = (
    (sla.warn_batch, SOON), (sla.breach_batch, SOON), (sla.cap_batch, LATER),
    (sla.calendar_batch, LATER), (sla.breach_batch, LATER),
    (supervision.escalate_batch, "2026-12-01 00:00"),
)  # fmt: skip


def lay_out(case_id):
    """Start a clock that is paused beyond its cap, and one to be warned of and counted anew."""
    race.fill(case_id, 1)
    with transaction():
        sla.pause(case_id, PauseReason.DISASTER, moment("2026-11-23 09:10"), actor="staff:1")
    race.fill(case_id, 1)
    with transaction():
        db.session.execute(text("UPDATE clock SET recount = true WHERE state = 'running'"))
        db.session.execute(text("UPDATE supervision_order SET state = 'answered'"))


def finish():
    """Do what the dead left undone, and look that nothing is left."""
    for batch, at in SWEEPS:
        with transaction():
            batch(moment(at))


def lines_by_kind():
    """Return how often each (clock, kind of line) stands in the ledgers, where it may only once."""
    db.session.rollback()
    rows = db.session.execute(
        text("SELECT kind, count(*), count(DISTINCT clock_id) FROM clock_entry GROUP BY kind")
    )
    return {row[0]: (row[1], row[2]) for row in rows}


@pytest.mark.slow
def test_killed_at_every_statement_every_sweep_still_happens_once(any_db, case_id, context):
    """Marks, breaches, caps, recounts and escalation: whoever dies, each effect is there once.

    SQLite dies at the odd steps and PostgreSQL at the even ones: each alone takes twice as long.
    """
    story.person("lead", Role.GRID_LEAD)
    step, laid = -1 if any_db == "sqlite" else 0, 0
    while True:
        step, laid = step + 2, laid + 1
        lay_out(case_id)
        if not race.dies_at(context, step, SWEEPS):
            break
        finish()
        assert step < 120
    assert step > 40
    finish()
    lines = lines_by_kind()
    for kind in ("near", "breach", "pause", "resume"):
        assert lines[kind][0] == lines[kind][1], (kind, lines)
    assert (lines["breach"][1], lines["resume"][1]) == (2 * laid, laid)
    assert [urges(level) for level in ("breach", "order")] == [(2 * laid, 2 * laid)] * 2
    assert orders.orders(case_id=case_id).total == laid
    assert proof.replayed()[1] is None
    assert audit.verify().bad_seq is None
    assert not queries.set_aside()


def urges(level):
    return tuple(db.session.execute(
        text("SELECT count(*), count(DISTINCT clock_id) FROM urge WHERE level = :level"),
        {"level": level},
    ).one())  # fmt: skip


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
