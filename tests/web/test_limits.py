"""More time and storms on the pages: asked by who works, decided by somebody else, seen by both."""

import pytest

from app.accounts import queries as accounts
from app.accounts import service as staff
from app.accounts.permissions import Role
from app.cases import queries as cases
from app.core.tx import transaction
from app.fieldwork import queries as fieldwork
from app.sla import queries as sla
from app.sla.kinds import ClockState
from app.supervision import service as orders
from tests.features import sla_story as story
from tests.infra.clock import at, moment
from tests.web import county
from tests.web.county import TOWN, post, sign_in

NOW = "2026-11-24 09:30"


@pytest.fixture
def number(county_app):
    """A case that 老李 works on since yesterday, and the people who decide."""
    with county_app.app_context(), at("2026-11-23 10:00"):
        with transaction():
            for username, role in (("leader", Role.APPROVER), ("duty", Role.DUTY_OFFICER)):
                staff.add_staff(
                    username, name=username, roles=[role], password_hash=county.HASHED,
                    must_change=False, area_code="330226", now=moment("2026-11-23 10:00"),
                )  # fmt: skip
        worker = accounts.by_username("laoli")
        case_id = story.accepted("2026-11-23 10:00", town=TOWN)
        story.move(case_id, "assign", "2026-11-23 10:30", assignee_id=worker.staff_id,
                   unit_code=TOWN, facts={"staff_id": worker.staff_id})  # fmt: skip
        assert fieldwork.current(case_id).staff_id == worker.staff_id
        return cases.by_id(case_id).number


def closure(app, number):
    with app.app_context():
        found = sla.clocks_of(cases.by_number(number).id)
        return next(clock for clock in found if clock.kind == "closure")


def test_more_time_is_asked_decided_and_counted(county_app, number):
    with at(NOW):
        laoli, leader = sign_in(county_app, "laoli"), sign_in(county_app, "leader")
        assert f"/w/{number}/extend" in laoli.get(f"/w/{number}").text
        ask = {"length": "9", "reason": "等检测报告"}
        refused = post(laoli, f"/w/{number}/extend", ask)
        assert refused.status_code == 422
        assert "等检测报告" in refused.text
        assert post(laoli, f"/w/{number}/extend", ask | {"length": "3"}).status_code == 303
        assert "等检测报告" in laoli.get(f"/w/{number}/extend").text
        page = leader.get("/desk/limits").text
        assert "等检测报告" in page
        assert post(laoli, "/desk/limits/1", {"e1-approve": "yes"}).status_code == 403
        assert post(leader, "/desk/limits/1", {"e1-note": "想一想"}).status_code == 422
        assert post(leader, "/desk/limits/1", {"e1-approve": "no"}).status_code == 422
        assert post(leader, "/desk/limits/1", {"e1-approve": "yes"}).status_code == 303
        assert "等检测报告" not in leader.get("/desk/limits").text
    longer = closure(county_app, number)
    assert (longer.extended, longer.due_at) == (True, moment("2026-12-07 23:59:59"))


def test_the_duty_officer_stops_and_starts_the_clocks_of_a_township(county_app, number):
    with at(NOW):
        duty, leader = sign_in(county_app, "duty"), sign_in(county_app, "leader")
        data = {"townships": TOWN, "warning": "甬防指〔2026〕12号"}
        assert post(leader, "/desk/limits/storm", data).status_code == 403
        assert post(duty, "/desk/limits/storm", data | {"warning": ""}).status_code == 422
        assert post(duty, "/desk/limits/storm", data).status_code == 303
        assert closure(county_app, number).state is ClockState.PAUSED
        assert f"/desk/limits/storm/{TOWN}/over" in duty.get("/desk/limits").text
        assert post(duty, f"/desk/limits/storm/{TOWN}/over", {}).status_code == 303
    assert closure(county_app, number).state is ClockState.RUNNING


def test_the_desk_page_counts_day_by_day(county_app, number):
    with at(NOW):
        page = sign_in(county_app, "xiaowang").get(f"/desk/{number}").text
    assert "逐日计算" in page
    assert "第 7 天" in page


def test_a_supervision_order_is_answered_where_the_case_is_worked_on(county_app, number):
    with at(NOW):
        laoli = sign_in(county_app, "laoli")
        assert "这件没有督办单" in laoli.get(f"/w/{number}/order").text
        with county_app.app_context(), transaction():
            case_id, chen = cases.by_number(number).id, accounts.by_username("chen")
            orders.issue([case_id], requirement="今日清运完毕", by=chen, now=moment(NOW))
        assert f"/w/{number}/order" in laoli.get(f"/w/{number}").text
        page = f"/w/{number}/order"
        assert "今日清运完毕" in laoli.get(page).text
        assert post(laoli, page, {"reply": ""}).status_code == 422
        assert post(laoli, page, {"reply": "已清运"}).status_code == 303
        assert "已清运" in laoli.get(page).text
    with county_app.app_context():
        reply = [one for one in sla.clocks_of(case_id) if one.kind == "supervision_reply"]
        assert [one.on_time for one in reply] == [True]
