"""Pages of a hand-over: the dispatcher's, and the department's own."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest

from app.accounts import queries as accounts
from app.accounts.permissions import Role
from app.cases.workflow import State
from app.core import clock
from app.core.tx import transaction
from app.media import queries as photos
from app.supervision import queries
from app.web.public import after as told_to_reporters
from tests.features.pictures import jpeg
from tests.web import county
from tests.web import desk_story as story
from tests.web.desk_story import kept

DONE = "已责令停工，清理泥浆，河道已恢复"
MATTER = "河道边工地泥浆直排，请查处并反馈"


@pytest.fixture
def desk(county_app):
    made = story.make(county_app)
    with county_app.app_context(), transaction():
        for name, area in (("shuili", "d-water"), ("zhujian", "d-build")):
            story.staff.add_staff(
                name, name=name, roles=[Role.DEPARTMENT], password_hash=county.HASHED,
                now=clock.now(), must_change=False, area_code=area,
            )  # fmt: skip
            made.people[name] = accounts.by_username(name)
    return made


@pytest.fixture
def number(desk):
    made = desk.report()
    desk.accepted(made)
    return made


def hand(desk, number, **told):
    data = {"department": "d-water", "matter": MATTER, "base_version": desk.version(number)} | told
    return desk.post("paidan", f"/desk/{number}/hand-over", data, status=303)


def handed(desk, number):
    with desk.app.app_context():
        return queries.hand_overs_of(desk.row(number).id)[-1].id


def test_a_case_goes_to_a_department_and_nothing_typed_is_lost(desk, number):
    address, told = f"/desk/{number}/hand-over", {"base_version": desk.version(number)}
    page = desk.post("paidan", address, told | {"matter": MATTER}, status=422)
    assert 'href="#department"' in page
    assert kept(page, MATTER)
    desk.post("zuzhang", address, told | {"matter": MATTER, "department": "d-water"}, status=403)
    old = {"matter": MATTER, "department": "d-water", "base_version": "1"}
    assert kept(desk.post("paidan", address, old, status=409), MATTER)
    hand(desk, number)
    assert desk.row(number).state is State.WAITING_DEPARTMENT
    assert "水利局" in desk.get("paidan", f"/desk/{number}")


def test_the_day_for_the_feedback_is_kept_refused_and_shown(desk, number):
    told = {"base_version": desk.version(number), "matter": MATTER, "department": "d-water"}
    late = (clock.local(clock.now()) + timedelta(days=60)).date().isoformat()
    address = f"/desk/{number}/hand-over"
    page = desk.post("paidan", address, told | {"feedback_on": late}, status=422)
    assert 'href="#feedback_on"' in page
    assert kept(page, MATTER)
    assert late in page
    last = re.search(r"最迟(\d{4}-\d{2}-\d{2})", desk.get("paidan", f"/desk/{number}"))[1]
    beyond = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    refused = desk.post("paidan", address, told | {"feedback_on": beyond}, status=422)
    assert f"请选择明天到{last}之间的一天" in refused
    hand(desk, number, feedback_on=last)
    page = desk.get("shuili", f"/desk/handovers/{handed(desk, number)}")
    assert "反馈期限" in page


def test_the_department_sees_matter_and_place_but_nobodys_words(desk, number):
    hand(desk, number)
    one = handed(desk, number)
    page = desk.get("shuili", f"/desk/handovers/{one}")
    assert MATTER in page
    assert "河水发黑发臭" not in page
    assert f"/desk/{number}" not in page
    for address in (f"/desk/{number}", "/desk", "/desk/approvals"):
        desk.get("shuili", address, status=403)
    assert f"/desk/handovers/{one}" in desk.get("shuili", "/desk/handovers")
    assert f"/desk/handovers/{one}" not in desk.get("zhujian", "/desk/handovers")
    desk.get("zhujian", f"/desk/handovers/{one}", status=404)
    desk.post("zhujian", f"/desk/handovers/{one}/receipt", {"r-paper": "1"}, status=404)


def feedback(**told):
    return {"f-idem_key": "turn-1", "f-words": DONE, "f-paper": "宁水〔2026〕3号"} | told


def is_picture(desk, name, address):
    with desk.browser(name).get(address) as answer:
        return answer.mimetype == "image/jpeg"


def addresses(page, place):
    return re.findall(rf'href="([^"]*{place}[^"]*/1600)"', page)


def test_photos_of_a_feedback_are_held_and_shown_to_whom_they_concern(desk, number):
    """Kept where something is missing, refused in words, then seen by department and checker."""
    hand(desk, number)
    one = handed(desk, number)
    address = f"/desk/handovers/{one}/feedback"
    told = feedback(**{"f-paper": "", "f-photos": (BytesIO(jpeg("a")), "a.jpg")})
    page = desk.post("shuili", address, told, status=422)
    assert "已保留 1 张照片" in page
    (draft,) = re.findall(r'src="(/desk/handovers/draft/turn-1/[^"]+)"', page)
    assert is_picture(desk, "shuili", draft)
    desk.get("laoli2", draft, status=403)
    page = desk.post("shuili", address, feedback(**{"f-album": (BytesIO(b"no"), "b.jpg")}),
                     status=422)  # fmt: skip
    assert 'href="#f-photos"' in page
    assert kept(page, DONE)
    desk.post("shuili", address, feedback())
    assert desk.row(number).state is State.HANDLED
    (shown,) = addresses(desk.get("shuili", f"/desk/handovers/{one}"), "/desk/handovers")
    assert is_picture(desk, "shuili", shown)
    desk.get("zhujian", shown, status=404)
    (after,) = addresses(desk.get("laoli2", f"/desk/check/{number}"), "/p/")
    assert is_picture(desk, "laoli2", after)
    with desk.app.app_context():  # what its reporter sees
        assert len(told_to_reporters.photos(desk.row(number).id)) == 1


def test_nobody_else_adds_photos_to_a_feedback(desk, number):
    hand(desk, number)
    address = f"/desk/handovers/{handed(desk, number)}/feedback"
    told = feedback(**{"f-photos": (BytesIO(jpeg("a")), "a.jpg")})
    desk.post("zhujian", address, told, status=404)
    with desk.app.app_context():
        assert photos.of_draft("turn-1") == []


def test_the_department_receives_and_answers(desk, number):
    hand(desk, number)
    one = handed(desk, number)
    desk.post("shuili", f"/desk/handovers/{one}/receipt", {"r-paper": ""})
    words = {"f-words": "已责令停工，清理泥浆，河道已恢复"}
    page = desk.post("shuili", f"/desk/handovers/{one}/feedback", words, status=422)
    assert 'href="#f-paper"' in page
    assert kept(page, words["f-words"])
    desk.post("shuili", f"/desk/handovers/{one}/feedback", words | {"f-paper": "宁水〔2026〕3号"})
    assert desk.row(number).state is State.HANDLED
    assert "宁水〔2026〕3号" in desk.get("checker", f"/desk/check/{number}")
    again = desk.post("shuili", f"/desk/handovers/{one}/feedback", words | {"f-paper": "3"}, 409)
    assert kept(again, words["f-words"])


def test_the_dispatcher_writes_for_a_department_with_its_papers(desk, number):
    hand(desk, number)
    one = handed(desk, number)
    assert "这里由您代部门登记" in desk.get("paidan", f"/desk/handovers/{one}")
    address = f"/desk/handovers/{one}/receipt"
    assert 'href="#r-paper"' in desk.post("paidan", address, {"r-paper": ""}, status=422)
    desk.post("paidan", address, {"r-paper": "收文88"})
    back = {"b-words": "该河段不归本局，归镇里管", "b-paper": "复函5号"}
    desk.post("paidan", f"/desk/handovers/{one}/return", back)
    row = desk.row(number)
    assert (row.state, row.assignee_id) == (State.ASSIGNED, desk.people["laoli"].staff_id)


def test_a_wrong_department_is_called_back(desk, number):
    hand(desk, number, department="d-build")
    one = handed(desk, number)
    address = f"/desk/handovers/{one}/call-back"
    desk.post("zhujian", address, {"c-words": "不是我们的"}, status=403)
    assert 'href="#c-words"' in desk.post("paidan", address, {"c-words": " "}, status=422)
    desk.post("paidan", address, {"c-words": "选错了部门"})
    assert desk.row(number).state is State.ASSIGNED
    hand(desk, number)
    assert desk.row(number).state is State.WAITING_DEPARTMENT
