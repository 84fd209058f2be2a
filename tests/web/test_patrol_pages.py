"""The patrol page without scripts, and the attendance beside the rates with its page and file."""

import csv
import io
import re

import pytest

from app.accounts.models import Staff
from app.accounts.permissions import Role
from app.core.db import db
from app.core.tx import transaction
from app.fieldwork import attendance, patrols
from app.places import queries as places
from tests.features import spot_story as story
from tests.infra.clock import moment
from tests.web.field_pages import HASHED, hire, inside, signed_in

AT, AFTER = moment("2026-11-03 09:00"), moment("2026-11-09 09:00")
WEEK = "period=own&first=2026-11-02&last=2026-11-08"


@pytest.fixture
def people(app):
    with inside(app):
        told = story.begin()
        with transaction():
            patrols.plan_batch(moment("2026-11-02 07:00"))
            db.session.get(Staff, told["w001001"].staff_id).password_hash = HASHED
    return told


@pytest.fixture
def worker(app, people):
    return signed_in(app, "w001001")


def position(app):
    with inside(app):
        area = places.area(story.grids(story.TOWNS[0])[0])
    return {"lng": str(area.centre_lng), "lat": str(area.centre_lat), "accuracy": "20"}


def test_a_patrol_from_begin_to_end(app, people, worker):
    here = position(app)
    assert "本周巡查 0/3" in worker.get("/w/patrol", at=AT)
    worker.post("/w/patrol/start", here, at=AT)
    page = worker.get("/w/patrol", at=AT)
    assert "记一个点：一切正常" in page
    worker.post("/w/patrol/point", here | {"what": "normal"}, at=AT)
    page = worker.post("/w/patrol/point", here | {"what": "problem"}, status=422, at=AT)
    assert "请写明这里有什么问题" in page
    worker.post("/w/patrol/point", here | {"what": "problem", "words": "有人倒垃圾"}, at=AT)
    assert "有人倒垃圾" in worker.get("/w/patrol", at=AT)
    worker.post("/w/patrol/end", here, at=AT)
    assert "本周巡查 1/3" in worker.get("/w/patrol", at=AT)
    worker.post("/w/patrol/end", here, status=409, at=AT)


def test_without_scripts_it_is_kept_and_said_to_wait_for_a_word(app, people, worker):
    assert "收不到位置" in worker.get("/w/patrol", at=AT)
    worker.post("/w/patrol/start", at=AT)
    worker.post("/w/patrol/start", status=409, at=AT)
    worker.post("/w/patrol/end", at=AT)
    page = worker.get("/w/patrol", at=AT)
    assert "等值班长决定是否计入" in page
    with inside(app):
        assert not attendance.patrols(staff_id=people["w001001"].staff_id).rows[0].proven


def test_the_figure_stands_beside_the_rates_and_opens(app, people, worker):
    here = position(app)
    for act in ("start", "end"):
        worker.post(f"/w/patrol/{act}", here, at=AT)
    hire(app, "boss", Role.SUPERVISOR, area="330226")
    boss = signed_in(app, "boss")
    page = boss.get(f"/sup?{WEEK}", at=AFTER)
    link = re.search(r'href="(/sup/patrols[^"]*)">1/18<', page)
    assert link
    address = link.group(1).replace("&amp;", "&")
    page = boss.get(address, at=AFTER)
    assert page.count('data-h="计划"') == 6
    answer = boss.answer(address.replace("/patrols?", "/patrols.csv?"), at=AFTER)
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert sum(int(line["计入"]) for line in lines) == 1
    assert sum(int(line["计划"]) for line in lines) == 18
    person = people["w001001"].staff_id
    page = boss.get(f"/sup/patrols?{WEEK}&person={person}", at=AFTER)
    assert "这个人的巡查" in page
    assert boss.answer(f"/sup/patrols.doc?{WEEK}", at=AFTER).status_code == 404
    boss.get("/w/patrol", status=403, at=AFTER)
    worker.get("/sup/patrols", status=403, at=AFTER)


def test_the_duty_officer_lets_it_count_or_not(app, people, worker):
    for act in ("start", "end"):
        worker.post(f"/w/patrol/{act}", at=AT)
    hire(app, "duty", Role.DUTY_OFFICER, area="330226")
    hire(app, "lead", Role.DESK_LEAD, area="330226")
    with inside(app):
        row = attendance.to_judge().rows[0]
    lead = signed_in(app, "lead")
    assert "没有位置的巡查" not in lead.get("/desk/approvals", at=AT)
    told = {f"p{row.id}-approve": "yes", f"p{row.id}-reason": "路口监控里看得到他"}
    lead.post(f"/desk/patrols/{row.id}", told, status=403, at=AT)
    duty = signed_in(app, "duty")
    page = duty.get("/desk/approvals", at=AT)
    assert "没有位置的巡查" in page
    page = duty.post(f"/desk/patrols/{row.id}", told | {f"p{row.id}-reason": ""}, status=422, at=AT)
    assert f'id="p{row.id}"' in page
    assert "没有位置的巡查" in page, "it is still there to be decided"
    duty.post(f"/desk/patrols/{row.id}", told, at=AT)
    duty.post(f"/desk/patrols/{row.id}", told, status=409, at=AT)
    assert "没有位置的巡查" not in duty.get("/desk/approvals", at=AT)
    assert "不计入" not in worker.get("/w/patrol", at=AT)
    with inside(app):
        assert attendance.patrols().rows[0].counts


def test_the_supervisor_sees_and_sets_the_plans(app, people, worker):
    hire(app, "boss", Role.SUPERVISOR, area="330226")
    hire(app, "chief", Role.APPROVER, area="330226")
    boss = signed_in(app, "boss")
    assert "/sup/patrol-plans" in boss.get("/sup/patrols", at=AT)
    assert "整周 3 次" in boss.get("/sup/patrol-plans", at=AT)
    told = {"worker": str(people["w001001"].staff_id), "week": "2026-11-02", "planned": "1"}
    page = boss.post("/sup/patrol-plans", told, status=422, at=AT)
    assert "请写明理由" in page
    assert 'value="1"' in page, "what was entered stays"
    told["reason"] = "这周有半天培训"
    for name, values, words in (
        ("planned", ("15", "many", ""), "请填写 0 到 14 之间的巡查次数"),
        ("week", ("soon", "2026-11-16"), "请选择本周或下周"),
        ("worker", ("0", "x"), "请选择网格员"),
    ):
        for value in values:
            page = boss.post("/sup/patrol-plans", told | {name: value}, status=422, at=AT)
            assert words in page
    page = boss.post("/sup/patrol-plans?lang=en", told | {"planned": "15"}, status=422, at=AT)
    assert "Please enter a number of patrols from 0 to 14." in page
    boss.get("/sup/patrol-plans?lang=zh", at=AT)
    boss.post("/sup/patrol-plans", told, at=AT)
    assert "本周巡查 0/1" in worker.get("/w/patrol", at=AT)
    chief = signed_in(app, "chief")
    assert "/sup/patrol-plans" not in chief.get("/sup/patrols", at=AT)
    chief.get("/sup/patrol-plans", status=403, at=AT)
    chief.post("/sup/patrol-plans", told, status=403, at=AT)
    worker.get("/sup/patrol-plans", status=403, at=AT)
