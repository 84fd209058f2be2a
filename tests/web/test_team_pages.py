"""The lead of the grid workers gives tasks on, with a reason; nothing that runs begins anew."""

import pytest
from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts import service as staff
from app.accounts.permissions import Role
from app.accounts.status import Status
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.core.tx import transaction
from app.fieldwork import queries as tasks
from app.fieldwork import service as fieldwork
from app.fieldwork.states import TaskState
from app.notify.models import Message
from app.sla import queries as sla
from app.sla.kinds import ClockKind, ClockState
from tests.web import county
from tests.web import desk_story as story
from tests.web.desk_story import kept

WHY = "老李在另一处抢险"
THEIRS = (ClockKind.SIGN_FOR, ClockKind.ARRIVE, ClockKind.FIRST_REPLY, ClockKind.CLOSURE)


@pytest.fixture
def desk(county_app):
    made = story.make(county_app)
    with county_app.app_context(), transaction():
        for username, town in (("lead", county.TOWN), ("other", county.OTHER_TOWN)):
            staff.add_staff(
                username, name=f"网格长{username}", roles=[Role.GRID_LEAD], area_code=town,
                password_hash=county.HASHED, must_change=False, now=clock.now(),
            )  # fmt: skip
        staff.add_staff(
            "far", name="外镇的人", roles=[Role.GRID_WORKER], area_code=county.OTHER_TOWN,
            password_hash=county.HASHED, must_change=False, now=clock.now(),
        )  # fmt: skip
    return made


@pytest.fixture
def number(desk):
    made = desk.report()
    desk.accepted(made)
    return made


def current(desk, number):
    with desk.app.app_context():
        return tasks.current(desk.row(number).id)


def running(desk, number):
    with desk.app.app_context():
        found = sla.clocks_of(desk.row(number).id)
        return {one.kind: (one.due_at, one.staff_id) for one in found
                if one.kind in THEIRS and one.state is ClockState.RUNNING}  # fmt: skip


def told(desk, name):
    with desk.app.app_context():
        wanted = select(Message).where(Message.recipient == desk.people[name].key)
        return [row.template for row in db.session.scalars(wanted)]


def given(desk, name="ayong", **more):
    return {"staff_id": str(desk.people[name].staff_id), "reason": WHY} | more


@pytest.mark.parametrize("stands", [TaskState.OPEN, TaskState.SIGNED])
def test_a_task_goes_to_another_worker_and_its_time_runs_on(desk, number, stands):
    if stands is TaskState.SIGNED:
        desk.task(number)
    old, before = current(desk, number), running(desk, number)
    page = desk.get("lead", "/w/team")
    assert f"/w/team/{old.id}" in page
    assert "laoli" in page
    desk.post("lead", f"/w/team/{old.id}", given(desk))
    new, ayong = current(desk, number), desk.people["ayong"].staff_id
    assert (new.staff_id, new.state, new.turn) == (ayong, TaskState.OPEN, 2)
    assert running(desk, number) == {kind: (due, ayong) for kind, (due, _) in before.items()}
    assert told(desk, "ayong") == ["task"]
    assert told(desk, "laoli").count("task_gone") == 1
    assert f"网格长转给您：{WHY}" in desk.get("ayong", f"/w/{number}")
    for name, path in (("ayong", f"/w/{number}"), ("paidan", f"/desk/{number}")):
        assert f"laoli → 阿勇：{WHY}" in desk.get(name, path)
    with desk.app.app_context():
        wanted = select(AuditEntry).where(AuditEntry.action == "case.reassigned")
        assert [row.detail["reason"] for row in db.session.scalars(wanted)] == [WHY]


def test_all_tasks_of_one_who_is_away_go_at_once(desk, number):
    second = desk.report("second")
    desk.accepted(second)
    laoli = desk.people["laoli"].staff_id
    page = desk.get("lead", f"/w/team?who={laoli}")
    assert f"/w/team/all/{laoli}" in page
    desk.post("lead", f"/w/team/all/{laoli}", given(desk))
    ayong = desk.people["ayong"].staff_id
    assert {current(desk, one).staff_id for one in (number, second)} == {ayong}
    page = desk.post("lead", f"/w/team/all/{laoli}", given(desk), status=409)
    assert "没有可以转派的任务" in page


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"reason": "换"}, 422, "理由"),
        ({"reason": ""}, 422, "理由"),
        ({"staff_id": ""}, 422, "请选另一位网格员"),
        ({"staff_id": "999999"}, 422, 'class="errors"'),
    ],
)
def test_a_fault_gives_the_page_back_and_moves_nothing(desk, number, change, status, words):
    task = current(desk, number)
    page = desk.post("lead", f"/w/team/{task.id}", given(desk) | change, status=status)
    assert words in page
    assert kept(page, change.get("reason", WHY))
    assert current(desk, number).id == task.id


def test_only_workers_of_the_township_who_are_at_work_can_be_chosen(desk, number):
    task = current(desk, number)
    with desk.app.app_context(), transaction():
        staff.change_staff(
            desk.people["yuan"].staff_id, by="system", now=clock.now(), status=Status.LEAVE
        )
    page = desk.get("lead", f"/w/team/{task.id}")
    for name, there in (("阿勇", True), ("外镇的人", False), ("远处的人", False)):
        assert (name in page) is there
    desk.post("lead", f"/w/team/{task.id}", given(desk, "yuan"), status=422)
    assert current(desk, number).id == task.id


def test_another_township_is_as_if_it_were_not_there(desk, number):
    task = current(desk, number)
    assert f"/w/team/{task.id}" not in desk.get("other", "/w/team")
    desk.get("other", f"/w/team/{task.id}", status=404)
    desk.post("other", f"/w/team/{task.id}", given(desk), status=404)
    desk.get("other", f"/w/team/all/{desk.people['ayong'].staff_id}", status=404)
    for name in ("laoli", "zhiban"):
        desk.get(name, "/w/team", status=403)
        desk.post(name, f"/w/team/{task.id}", given(desk), status=403)


def test_what_is_asked_back_waits_for_that_answer(desk, number):
    task_id = desk.task(number)
    with desk.app.app_context(), transaction():
        fieldwork.hand_back(task_id, reason="不在本网格，属隔壁村管", by=desk.people["laoli"],
                            now=clock.now())  # fmt: skip
    page = desk.post("lead", f"/w/team/{task_id}", given(desk), status=409)
    assert "请先决定退单" in page
    assert kept(page, WHY)


def test_a_task_that_is_gone_cannot_be_given_twice(desk, number):
    task = current(desk, number)
    desk.post("lead", f"/w/team/{task.id}", given(desk))
    assert "没有可以转派的任务" in desk.get("lead", f"/w/team/{task.id}")
    desk.post("lead", f"/w/team/{task.id}", given(desk), status=409)
    assert told(desk, "ayong") == ["task"]


@pytest.mark.parametrize(
    ("to", "by", "says"),
    [
        ("yuan", "lead", "worker_away"),
        ("far", "lead", "worker_elsewhere"),
        ("laoli", "lead", "worker_missing"),
        ("zhiban", "lead", "worker_missing"),
        ("ayong", "other", "no_such_task"),
    ],
)
def test_the_service_itself_refuses_who_may_not_get_it(desk, number, to, by, says):
    task = current(desk, number)
    with desk.app.app_context():
        with transaction():
            staff.change_staff(
                desk.people["yuan"].staff_id, by="system", now=clock.now(), status=Status.LEAVE
            )
        new, who = accounts.by_username(to), accounts.by_username(by)
        with transaction(), pytest.raises(Refused) as refused:
            fieldwork.reassign(task.id, new.staff_id, reason=WHY, by=who, now=clock.now())
    assert refused.value.key == says
    assert current(desk, number).id == task.id
