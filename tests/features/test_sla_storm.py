"""A storm stops arrival and closure of whole townships: on a warning, approved, capped, ended."""

import pytest

from app.audit.models import AuditEntry
from app.core.db import db
from app.core.errors import Invalid
from app.core.tx import transaction
from app.sla import proof, service, storm
from app.sla.kinds import ClockKind, ClockState, EntryKind
from app.sla.ledger import lines_of
from tests.features import sla_story as story
from tests.infra.clock import moment

RUNNING, PAUSED = ClockState.RUNNING, ClockState.PAUSED


@pytest.fixture
def county(context):
    story.begin()
    return story.laoli()


def begin(at, worker, *, towns=(story.TOWN,), warning="甬防指〔2026〕12号"):
    with transaction():
        return storm.begin(towns, warning=warning, by=worker, now=moment(at))


def case_in(town, worker):
    case_id = story.accepted("2026-11-23 09:00", town=town)
    story.assign(case_id, "2026-11-23 10:00", worker)
    return case_id


def test_clocks_of_the_townships_stand_still_and_run_again(any_db, county):
    here, there = case_in(story.TOWN, county), case_in(story.OTHER_TOWN, county)
    assert begin("2026-11-23 11:00", county) == 2
    assert begin("2026-11-23 11:05", county) == 0
    assert [story.clock(here, kind).state for kind in ("arrive", "closure", "sign_for")] == [
        PAUSED, PAUSED, RUNNING,
    ]  # fmt: skip
    assert story.clock(there, "arrive").state is RUNNING
    assert storm.stopped_by_township(moment("2026-11-23 12:00")) == {story.TOWN: 2}
    with transaction():
        assert storm.end([story.TOWN], by=county, now=moment("2026-11-24 12:00")) == 2
    assert story.clock(here, "arrive").due_at == moment("2026-11-25 23:59:59")
    assert story.clock(here, "closure").due_at == moment("2026-12-03 23:59:59")
    assert storm.stopped_by_township(moment("2026-11-24 12:01")) == {}
    assert proof.replayed()[1] is None


def test_the_ledger_names_warning_and_approver_and_the_cap_holds(county):
    case_id = case_in(story.TOWN, county)
    begin("2026-11-23 11:00", county)
    closure = story.clock(case_id, "closure")
    (pause,) = [line for line in lines_of([closure.id])[closure.id] if line.kind is EntryKind.PAUSE]
    assert (pause.actor, pause.facts["warning"]) == (county.key, "甬防指〔2026〕12号")
    assert closure.pause_until == moment("2026-11-26 23:59:59")
    assert story.sweep("2026-11-27 00:00", "cap_batch") == 2
    assert story.clock(case_id, "closure").due_at == moment("2026-12-07 23:59:59")
    said = [row.action for row in db.session.query(AuditEntry)]
    assert said.count("storm.begin") == 1


def test_what_is_late_stays_late_and_nothing_is_stopped_without_warning_or_place(county):
    case_id = case_in(story.TOWN, county)
    story.sweep("2026-11-25 00:00")
    for wrong in ({"warning": " "}, {"towns": ()}):
        with pytest.raises(Invalid):
            begin("2026-11-25 08:00", county, **wrong)
    assert begin("2026-11-25 09:00", county) == 1
    assert story.clock(case_id, "arrive").state is RUNNING
    assert story.clock(case_id, "closure").state is PAUSED


def test_what_comes_in_during_the_storm_rests_until_the_storm_is_over(any_db, county):
    begin("2026-11-23 11:00", county)
    assert storm.stopped_by_township(moment("2026-11-23 11:01")) == {story.TOWN: 0}
    case_id = story.accepted("2026-11-24 09:00")
    story.assign(case_id, "2026-11-24 10:00", county)
    for kind in ("closure", "arrive"):
        clock = story.clock(case_id, kind)
        assert (clock.state, clock.pause_until) == (PAUSED, moment("2026-11-26 23:59:59"))
    assert story.clock(case_id, "sign_for").state is RUNNING
    assert story.sweep("2026-11-27 00:00", "cap_batch") == 2
    later = story.accepted("2026-11-27 09:00")
    assert story.clock(later, "closure").state is RUNNING
    assert proof.replayed()[1] is None


def test_a_question_that_is_answered_does_not_end_the_storm(county):
    case_id = case_in(story.TOWN, county)
    begin("2026-11-23 11:00", county)
    story.move(case_id, "ask_reporter", "2026-11-23 12:00")
    story.move(case_id, "answered", "2026-11-23 13:00")
    assert story.clock(case_id, "closure").state is PAUSED
    with transaction():
        storm.end([story.TOWN], by=county, now=moment("2026-11-23 14:00"))
    other = story.accepted("2026-11-23 15:00")
    assert story.clock(other, "closure").state is RUNNING


STANDS = ("state", "due_at", "held_due_at", "paused_at", "pause_until", "breached_at", "on_time")
MON, TUE, WED = "2026-11-23", "2026-11-24", "2026-11-25"


def act(case_id, worker, what, at, happened=None):
    """Do one thing of a table; only an arrival and its refusal concern the case alone."""
    now = moment(at)
    with transaction():
        if what == "storm":
            storm.begin([story.TOWN], warning="甬防指〔2026〕12号", by=worker, now=now)
        elif what == "end":
            storm.end([story.TOWN], by=worker, now=now)
        elif what == "arrive":
            told = None if happened is None else moment(happened)
            service.stop(case_id, ClockKind.ARRIVE, now, at=told, pending=True)
        elif what == "refuse":
            service.confirm(
                case_id, now, accepted=False, again=True, actor=worker.key, reason="refused"
            )
    if what == "sweep":
        story.sweep(at, "cap_batch")
        story.sweep(at)


@pytest.mark.parametrize(("acts", "state", "due"), [
    ([("storm", f"{MON} 11:00"), ("arrive", f"{MON} 12:00"), ("refuse", f"{MON} 13:00")],
     PAUSED, None),
    ([("storm", f"{MON} 11:00"), ("arrive", f"{MON} 12:00"), ("refuse", f"{MON} 13:00"),
      ("end", f"{TUE} 10:00")], RUNNING, WED),
    ([("storm", f"{MON} 11:00"), ("arrive", f"{MON} 12:00"), ("end", f"{TUE} 10:00"),
      ("refuse", f"{TUE} 11:00")], RUNNING, WED),
    ([("arrive", f"{MON} 10:30"), ("storm", f"{MON} 11:00"), ("end", f"{TUE} 10:00"),
      ("refuse", f"{TUE} 11:00")], RUNNING, WED),
    ([("arrive", f"{MON} 10:30"), ("storm", f"{MON} 11:00"), ("refuse", f"{TUE} 11:00")],
     PAUSED, None),
    ([("storm", f"{MON} 11:00"), ("arrive", f"{MON} 12:00"), ("sweep", "2026-11-27 00:00"),
      ("refuse", "2026-11-27 09:00"), ("sweep", "2026-11-27 09:01")], RUNNING, "2026-11-27"),
    ([("storm", f"{MON} 11:00"), ("arrive", f"{MON} 12:00"), ("storm", f"{TUE} 09:00"),
      ("end", f"{WED} 10:00"), ("refuse", f"{WED} 11:00")], RUNNING, "2026-11-26"),
    ([("storm", f"{MON} 11:00"), ("arrive", f"{MON} 12:00"), ("storm", f"{TUE} 09:00"),
      ("refuse", f"{WED} 09:00")], PAUSED, None),
    ([("storm", f"{MON} 11:00"), ("sweep", "2026-11-27 00:00"), ("arrive", "2026-11-27 09:00"),
      ("end", "2026-11-27 10:00"), ("refuse", "2026-11-27 11:00")], RUNNING, "2026-11-27"),
    ([("arrive", f"{MON} 10:30"), ("storm", f"{MON} 11:00"), ("end", f"{MON} 12:00"),
      ("storm", f"{TUE} 09:00"), ("end", f"{WED} 10:00"), ("refuse", f"{WED} 11:00")],
     RUNNING, WED),
    ([("arrive", f"{MON} 10:30"), ("sweep", f"{WED} 00:00"), ("storm", f"{WED} 08:00"),
      ("refuse", f"{WED} 09:00"), ("sweep", f"{WED} 09:01")], RUNNING, TUE),
    ([("storm", f"{MON} 11:00"), ("end", f"{TUE} 10:00"),
      ("arrive", f"{TUE} 11:00", f"{MON} 10:45"), ("refuse", f"{TUE} 12:00")], RUNNING, WED),
    ([("storm", f"{MON} 11:00"), ("arrive", f"{MON} 12:00"), ("refuse", f"{MON} 13:00"),
      ("arrive", f"{MON} 14:00"), ("end", f"{TUE} 10:00"), ("refuse", f"{TUE} 11:00")],
     RUNNING, WED),
])  # fmt: skip
def test_an_arrival_that_was_refused_left_the_storm_as_it_was(any_db, county, *, acts, state, due):
    """The clock of a case where nobody came is the measure: both must stand alike."""
    case_id, untouched = case_in(story.TOWN, county), case_in(story.TOWN, county)
    for one in acts:
        act(case_id, county, *one)
    clock, measure = story.clock(case_id, "arrive"), story.clock(untouched, "arrive")
    apart = {"breached_at"} if acts[-1][0] == "sweep" else set()
    for name in sorted({*STANDS} - apart):
        assert getattr(clock, name) == getattr(measure, name), name
    assert (clock.breached_at is None) == (measure.breached_at is None)
    assert (clock.state, clock.due_at) == (state, due and moment(f"{due} 23:59:59"))
    assert proof.replayed()[1] is None
