"""The desk's page of a case: accept, assign, reject, ask, join; old pages lose to newer ones."""

import re

import pytest

from app.accounts import service as staff
from app.accounts.status import Status
from app.cases import service as moves
from app.cases.workflow import Move, State, Urgency
from app.core import clock
from app.core.tx import transaction
from tests.web import desk_story as story
from tests.web.desk_story import hidden, kept

WHY = "老李手上已有七件"


@pytest.fixture
def desk(county_app):
    return story.make(county_app)


@pytest.fixture
def number(desk):
    return desk.report()


def away(desk, *names):
    with desk.app.app_context(), transaction():
        for name in names:
            staff.change_staff(
                desk.people[name].staff_id, by="system", now=clock.now(), status=Status.LEAVE
            )


def triage(desk, number, **more):
    """Return what the form of acceptance holds as the page suggests it."""
    row = desk.row(number)
    return {
        "urgency": str(row.urgency), "category": row.category, "grid_code": desk.grid,
        "staff_id": str(desk.people["laoli"].staff_id), "reason": "",
        "base_version": str(row.version),
    } | more  # fmt: skip


def test_a_fresh_report_opens_from_the_list_without_its_code(desk, number):
    page = desk.get("paidan", "/desk")
    assert f'href="/desk/{number}"' in page
    assert "打开最急的一件" in page
    shown = desk.get("paidan", f"/desk/{number}")
    assert "现在受理，承诺时间是" in shown
    assert "该网格值班：laoli" in shown
    assert re.search(r"laoli（手上 \d+ 件）", shown)


def test_empty_lists_say_why(desk):
    for view, words in (("new", "新举报"), ("waiting", "等举报人"), ("nonsense", "新举报")):
        assert words in desk.get("paidan", f"/desk?view={view}")


def test_accepting_hands_the_case_to_the_worker_on_duty(desk, number):
    desk.post("paidan", f"/desk/{number}/accept", triage(desk, number))
    row = desk.row(number)
    assert (row.state, row.assignee_id) == (State.ASSIGNED, desk.people["laoli"].staff_id)
    assert f"{number} 已受理并派单" in desk.get("paidan", "/desk")


def test_accepting_alone_leaves_the_case_to_be_assigned(desk, number):
    desk.post("paidan", f"/desk/{number}/accept", triage(desk, number, only="1"))
    assert desk.row(number).state is State.ACCEPTED
    told = {"staff_id": "0", "reason": "", "base_version": desk.version(number)}
    desk.post("paidan", f"/desk/{number}/assign", told)
    assert desk.row(number).assignee_id == desk.people["laoli"].staff_id


def test_a_clerk_who_may_not_assign_only_accepts(desk, number):
    page = desk.get("xiaowang", f"/desk/{number}")
    assert "受理并派单" not in page
    desk.post("xiaowang", f"/desk/{number}/accept", triage(desk, number))
    assert desk.row(number).state is State.ACCEPTED
    desk.post("xiaowang", f"/desk/{number}/assign", {}, status=403)


def test_the_deputy_stands_in_for_a_worker_on_leave(desk, number):
    away(desk, "laoli")
    page = desk.get("paidan", f"/desk/{number}")
    assert "该网格值班：阿勇（代班，laoli不在岗）" in page
    told = triage(desk, number, staff_id=str(desk.people["laoli"].staff_id), reason=WHY)
    page = desk.post("paidan", f"/desk/{number}/accept", told, status=422)
    assert "不在岗" in page
    assert kept(page, WHY)
    desk.post("paidan", f"/desk/{number}/accept", triage(desk, number, staff_id="0"))
    assert desk.row(number).assignee_id == desk.people["ayong"].staff_id


def test_nobody_on_duty_keeps_the_page_and_the_words(desk, number):
    away(desk, "laoli", "ayong")
    told = triage(desk, number, staff_id="0", reason="先受理再说")
    page = desk.post("paidan", f"/desk/{number}/accept", told, status=409)
    assert kept(page, "先受理再说")
    assert desk.row(number).state is State.SUBMITTED
    desk.post("paidan", f"/desk/{number}/accept", told | {"only": "1"})
    assert desk.row(number).state is State.ACCEPTED


def test_somebody_else_gets_the_case_only_with_a_reason(desk, number):
    told = triage(desk, number, staff_id=str(desk.people["yuan"].staff_id))
    page = desk.post("paidan", f"/desk/{number}/accept", told, status=422)
    assert 'href="#reason"' in page
    assert desk.row(number).state is State.SUBMITTED
    desk.post("paidan", f"/desk/{number}/accept", told | {"reason": WHY})
    assert desk.row(number).assignee_id == desk.people["yuan"].staff_id


def test_another_grid_brings_its_own_worker(desk, number):
    with desk.app.app_context():
        other = story.places.locate(*story.THERE).grid
        with transaction():
            story.duties.set_duty(
                other, staff_id=desk.people["yuan"].staff_id, rank=story.duties.WORKER,
                by="system", now=clock.now(),
            )  # fmt: skip
    told = triage(desk, number, grid_code=other, reason="在河对岸")
    desk.post("paidan", f"/desk/{number}/accept", told)
    assert desk.row(number).assignee_id == desk.people["yuan"].staff_id


@pytest.mark.parametrize(
    "change", [{"urgency": ""}, {"category": "Z9"}, {"grid_code": ""}, {"staff_id": "x"}]
)
def test_a_bad_value_stores_nothing_and_loses_nothing(desk, number, change):
    told = triage(desk, number, reason="看得很清楚") | change
    page = desk.post("paidan", f"/desk/{number}/accept", told, status=422)
    assert 'class="errors"' in page
    assert kept(page, "看得很清楚")
    assert desk.row(number).state is State.SUBMITTED


def test_a_new_level_needs_its_reason(desk, number):
    told = triage(desk, number, urgency="red")
    desk.post("paidan", f"/desk/{number}/accept", told, status=422)
    desk.post("paidan", f"/desk/{number}/accept", told | {"reason": "有死鱼"})
    assert desk.row(number).urgency is Urgency.RED


def test_the_second_tab_is_told_and_loses_no_words(desk, number):
    old = triage(desk, number)
    desk.post("paidan", f"/desk/{number}/accept", old)
    page = desk.post("both", f"/desk/{number}/accept", old | {"reason": "另一页写的"}, status=409)
    assert 'role="alert"' in page
    assert kept(page, "另一页写的")
    assert "用最新的" in page
    told = {"reason": "test", "note": "写给举报人", "base_version": old["base_version"]}
    page = desk.post("both", f"/desk/{number}/reject", told, status=409)
    assert kept(page, "写给举报人")


def test_an_old_page_can_be_sent_again_to_keep_ones_own(desk, number):
    old = triage(desk, number, reason="我看是紧急", urgency="red")
    with desk.app.app_context():
        case_id = desk.row(number).id
        for move in (Move.ASK_REPORTER, Move.ANSWERED):
            with transaction():
                moves.move(case_id, move, by="staff:1", now=clock.now(), note="烟从哪边来？")
    page = desk.post("paidan", f"/desk/{number}/accept", old, status=409)
    assert hidden(page, "base_version") == desk.version(number)
    again = old | {"base_version": hidden(page, "base_version")}
    desk.post("paidan", f"/desk/{number}/accept", again)
    assert desk.row(number).urgency is Urgency.RED


def test_a_page_whose_token_is_old_gives_the_words_back(desk, number):
    client = desk.browser("paidan")
    told = triage(desk, number, reason="写了很久的理由") | {"csrf_token": "old"}
    answer = client.post(f"/desk/{number}/accept", data=told)
    assert answer.status_code == 400
    assert "写了很久的理由</p>" in answer.text


def test_a_question_pauses_and_an_empty_one_is_refused(desk, number):
    told = {"question": "   ", "base_version": desk.version(number)}
    page = desk.post("paidan", f"/desk/{number}/ask", told, status=422)
    assert "<details" in page
    assert "open><summary>请举报人补充" in page.replace('"', "")
    desk.post("paidan", f"/desk/{number}/ask", told | {"question": "烟从哪边来？"})
    assert desk.row(number).state is State.WAITING_REPORTER
    page = desk.post("paidan", f"/desk/{number}/ask", told | {"question": "再问一次"}, status=409)
    assert kept(page, "再问一次")


def test_joining_needs_an_open_case_and_keeps_the_words(desk, number):
    newer = desk.report("later")
    told = {"parent": "E110-000000", "note": "同一条河", "base_version": desk.version(newer)}
    page = desk.post("zuzhang", f"/desk/{newer}/merge", told, status=422)
    assert kept(page, "同一条河")
    desk.post("zuzhang", f"/desk/{newer}/merge", told | {"parent": number.lower()})
    assert desk.row(newer).state is State.MERGED


def test_who_has_no_inbox_is_not_sent_to_it(desk, number):
    page = desk.get("chen", f"/desk/{number}")
    assert 'class="back" href="/staff"' in page
