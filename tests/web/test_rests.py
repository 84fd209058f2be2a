"""Pages of a case that rests: the worker's, the dispatcher's, the leader's, the reporter's."""

import pytest

from app.cases.workflow import State
from app.sla import suspensions
from tests.web import desk_story as story
from tests.web.desk_story import kept

TOLD = {
    "reason": "lab_report", "words": "水样已送检，等检测报告", "evidence": "采样单 118",
    "review_on": "2026-12-04",
}  # fmt: skip


@pytest.fixture
def desk(county_app):
    return story.make(county_app)


@pytest.fixture
def number(desk):
    made = desk.report()
    desk.accepted(made)
    desk.task(made)
    return made


def asked(desk, number):
    with desk.app.app_context():
        return suspensions.of_case(desk.row(number).id)[0].id


def test_the_worker_asks_and_nothing_typed_is_lost(desk, number):
    address = f"/w/{number}/rest"
    page = desk.post("laoli", address, TOLD | {"reason": ""}, status=422)
    assert 'href="#rest_reason-0"' in page
    assert kept(page, TOLD["words"])
    page = desk.post("laoli", address, TOLD | {"review_on": "2027-05-01"}, status=422)
    assert 'href="#review_on"' in page
    desk.post("laoli", address, TOLD)
    assert "收回" in desk.get("laoli", address)
    desk.post("laoli", f"{address}/back", {})
    desk.post("laoli", address, TOLD)
    desk.get("yuan", address, status=403)


def test_a_leader_lets_it_rest_and_the_worker_goes_on(desk, number):
    desk.post("laoli", f"/w/{number}/rest", TOLD)
    one = asked(desk, number)
    assert TOLD["words"] in desk.get("leader", "/desk/limits")
    assert TOLD["words"] not in desk.get("zhiban", "/desk/limits")
    address, no = f"/desk/limits/rest/{one}", {f"s{one}-approve": "no"}
    assert f'href="#s{one}-note"' in desk.post("leader", address, no, status=422)
    desk.post("zuzhang", address, no, status=403)
    desk.post("leader", address, {f"s{one}-approve": "yes"})
    assert desk.row(number).state is State.SUSPENDED
    again = {f"s{one}-approve": "yes", f"s{one}-note": "再同意一次"}
    desk.post("leader", address, again, status=409)
    assert "继续办理" in desk.get("laoli", f"/w/{number}")
    desk.post("laoli", f"/w/{number}/rest/over", {})
    assert desk.row(number).state is State.ASSIGNED


def test_the_dispatcher_asks_for_a_case_without_a_worker(desk):
    number = desk.report("other")
    desk.accepted(number, assign=False)
    address = f"/desk/{number}/rest"
    page = desk.post("paidan", address, TOLD | {"evidence": ""}, status=422)
    assert 'href="#evidence"' in page
    assert kept(page, TOLD["words"])
    desk.post("checker", address, TOLD, status=403)
    desk.post("paidan", address, TOLD)
    assert TOLD["words"] in desk.get("paidan", f"/desk/{number}")
    desk.post("leader", f"/desk/limits/rest/{asked(desk, number)}", {
        f"s{asked(desk, number)}-approve": "yes"})  # fmt: skip
    desk.post("leader", f"/desk/{number}/rest/over", {})
    assert desk.row(number).state is State.ACCEPTED
