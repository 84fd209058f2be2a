"""The desk asks 阿珍 something; she never answers: after five working days the case goes on."""

import pytest

from app import jobs
from app.cases import queries as cases
from app.cases.workflow import State
from app.core.db import db
from app.sla import queries as sla
from app.sla.kinds import ClockKind
from tests.features import sla_story as story
from tests.infra.clock import at

ASKED = "2026-11-23 10:00"
LAST, OVER = "2026-11-30 23:59:58", "2026-12-01 00:00:01"


@pytest.fixture
def case_id(context):
    story.begin()
    made = story.new_case("2026-11-23 09:00")
    story.move(made, "ask_reporter", ASKED)
    return made


def tick(moment):
    with at(moment):
        handled = [jobs.tick(name) for name in ("pauses", "questions")]
    db.session.remove()
    return handled[1]


def test_it_waits_for_five_working_days_and_then_goes_on_once(any_db, case_id):
    assert tick(LAST) == 0
    assert cases.by_id(case_id).state is State.WAITING_REPORTER
    assert [tick(OVER), tick(OVER)] == [1, 0]
    assert cases.by_id(case_id).state is State.SUBMITTED
    step = cases.steps(case_id)[-1]
    assert (step.move, step.actor) == ("answered", "system")
    (accept,) = [clock for clock in sla.clocks_of(case_id) if clock.kind is ClockKind.ACCEPT]
    assert accept.state == "running"
    story.check(case_id)


def test_a_clock_that_had_run_out_before_the_question_holds_nothing_up(any_db, case_id):
    story.move(case_id, "answered", "2026-11-23 11:00")
    story.sweep("2026-11-26 09:00:00")
    story.move(case_id, "ask_reporter", "2026-11-26 10:00")
    assert tick("2026-12-03 23:00") == 0
    assert tick("2026-12-04 00:00:01") == 1
    assert cases.by_id(case_id).state is State.SUBMITTED


def test_an_answer_ends_the_wait_by_itself(any_db, case_id):
    story.move(case_id, "answered", "2026-11-24 11:00")
    assert tick(OVER) == 0
