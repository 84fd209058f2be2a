"""Whoever goes on leave passes his open tasks to who is on duty; nothing that runs begins anew."""

import pytest
from sqlalchemy import select

from app.accounts.status import Status
from app.cases import service as moves
from app.cases.workflow import Move
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.fieldwork import queries as tasks
from app.fieldwork.models import Task
from app.fieldwork.states import TaskState
from app.notify.models import Message
from app.sla import proof
from app.sla import queries as sla
from app.sla.kinds import ClockKind, ClockState
from tests.web import desk_story as story

THEIRS = (ClockKind.SIGN_FOR, ClockKind.ARRIVE, ClockKind.FIRST_REPLY, ClockKind.CLOSURE)


@pytest.fixture
def desk(county_app):
    return story.make(county_app)


@pytest.fixture
def number(desk):
    made = desk.report()
    desk.accepted(made)
    return made


def leave(desk, name="laoli", status="leave"):
    return desk.post("xitong", f"/admin/staff/{desk.people[name].staff_id}", {"status": status})


def current(desk, number):
    with desk.app.app_context():
        return tasks.current(desk.row(number).id)


def running(desk, number):
    with desk.app.app_context():
        found = sla.clocks_of(desk.row(number).id)
        return {
            one.kind: one for one in found if one.kind in THEIRS and one.state is ClockState.RUNNING
        }


def told(desk, name):
    with desk.app.app_context():
        wanted = select(Message).where(Message.recipient == desk.people[name].key)
        return [row.template for row in db.session.scalars(wanted)]


@pytest.mark.parametrize("stands", [TaskState.OPEN, TaskState.SIGNED, TaskState.ARRIVED])
def test_an_open_task_passes_to_the_deputy_where_it_stands(desk, number, stands):
    ayong = desk.people["ayong"].staff_id
    if stands is not TaskState.OPEN:
        desk.task(number)
    if stands is TaskState.ARRIVED:
        with desk.app.app_context(), transaction():
            case_id, now = desk.row(number).id, clock.now()
            moves.move(case_id, Move.ARRIVE, by=desk.people["laoli"].key, now=now)
            task = db.session.get(Task, tasks.current(case_id).id)
            task.state, task.arrived_at = TaskState.ARRIVED, now
    old, before = current(desk, number), running(desk, number)
    leave(desk)
    new, after = current(desk, number), running(desk, number)
    assert (new.staff_id, new.turn, new.assigned_at) == (ayong, 2, old.assigned_at)
    still = TaskState.ARRIVED if stands is TaskState.ARRIVED else TaskState.OPEN
    assert (new.state, new.arrived_at) == (still, old.arrived_at)
    assert desk.row(number).assignee_id == ayong
    assert {kind: one.due_at for kind, one in after.items()} == {
        kind: one.due_at for kind, one in before.items()
    }
    assert {one.staff_id for one in after.values()} == {ayong}
    assert told(desk, "ayong") == ["task"]
    with desk.app.app_context():
        assert proof.replayed()[1] is None
        had = desk.people["laoli"].staff_id in tasks.handlers(desk.row(number).id)
    assert had is (old.signed_at is not None)
    assert number in desk.get("ayong", "/w")


def test_back_from_leave_nothing_moves_back(desk, number):
    leave(desk)
    leave(desk, status="working")
    assert current(desk, number).staff_id == desk.people["ayong"].staff_id
    assert told(desk, "ayong") == ["task"]


def test_where_both_are_away_the_task_stays_and_it_is_said(desk, number):
    leave(desk, "ayong")
    leave(desk)
    assert "仍留在原处" in desk.get("xitong", "/admin/staff")
    assert current(desk, number).staff_id == desk.people["laoli"].staff_id
    with desk.app.app_context():
        assert desk.row(number).assignee_id == desk.people["laoli"].staff_id


def test_the_pages_say_so(desk):
    assert "返岗后不自动转回" in desk.get("laoli", "/w/me")
    person = desk.people["laoli"]
    assert person.status is Status.WORKING
    assert "返岗后不自动转回" in desk.get("xitong", f"/admin/staff/{person.staff_id}")
