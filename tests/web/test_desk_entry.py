"""I2: open cases beside a call, one press to add it to one of them, and calls left unfinished."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.cases.workflow import State
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.intake import queries as intake
from app.intake import service as intake_service
from app.intake.submission import Source, Submission
from tests.infra.clock import moment
from tests.web import desk_story as story
from tests.web.desk_story import hidden

PHONE = "13900000110"
NAME = "0123456789abcdef0123456789abcdef"
CALL = {
    "source": "hotline_24h", "phone": "", "consent": "y", "place_words": "", "grid_code": "",
    "kinds": "black_water", "happening": "yes", "words": "桥下排黑水", "suspect": "",
    "idem_key": "call-1", "draft": NAME, "looked": "",
}  # fmt: skip


@pytest.fixture
def desk(county_app):
    return story.make(county_app)


def told(desk, key, **more):
    """Hand in one report and return its case."""
    fields = {"kinds": ("black_water",), "words": "河水发黑发臭，有鱼翻白"} | more
    with desk.app.app_context(), transaction():
        done = intake_service.submit(Submission(client_key=key, **fields), now=clock.now())
        return done.case_number


@pytest.fixture
def known(desk):
    """Cases that a call may be about: by place, by number, by company, by village; one is not."""
    lng, lat = story.HERE
    return {
        "place": told(desk, "place", place_words="颜公河老桥头", lng=lng, lat=lat),
        "close": told(desk, "close", place_words="菜场后门", lng=lng + 0.004, lat=lat),
        "number": told(desk, "number", place_words="另一头", lng=121.43, lat=29.31,
                       phone=PHONE, consent=True, source=Source.HOTLINE),
        "company": told(desk, "company", place_words="工业区", lng=121.43, lat=29.32,
                        suspect="宁海县甲乙化工有限公司"),
        "village": told(desk, "village", place_words="村口", grid_code=desk.grid),
        "far": told(desk, "far", place_words="很远的地方", lng=121.43, lat=29.33),
    }  # fmt: skip


def rejected(desk, number):
    """Let two persons not accept a report."""
    told = {"reason": "out_of_county", "note": "在外县", "base_version": desk.version(number)}
    desk.post("both", f"/desk/{number}/reject", told)
    decided = {f"r{desk.row(number).id}-approve": "yes"}
    desk.post("zuzhang", f"/desk/{number}/reject/decide", decided)


def listed(page):
    """Return which heading each case stands under."""
    found, heading = {}, ""
    for mark in re.finditer(r'<h3 id="b-(\w)">|href="/desk/(E110-\w+)" target', page):
        heading = mark[1] or heading
        if mark[2]:
            assert mark[2] not in found
            found[mark[2]] = heading
    return found


@pytest.mark.parametrize(
    ("call", "groups"),
    [
        ({"place_words": "老桥头下面"}, {"place": "p", "close": "p"}),
        ({"phone": PHONE}, {"number": "n"}),
        ({"phone": "1390000"}, {}),
        ({"suspect": "甲乙化工"}, {"company": "c"}),
        ({"suspect": "公司"}, {}),
        ({"words": "一句话而已"}, {}),
    ],
)
def test_what_is_typed_brings_its_open_cases(desk, known, call, groups):
    page = desk.post("xiaowang", "/desk/new/beside", CALL | call, status=200)
    assert listed(page) == {known[name]: group for name, group in groups.items()}
    assert "<html" not in page


def test_the_village_brings_the_rest_of_its_cases(desk, known):
    call = CALL | {"grid_code": desk.grid, "place_words": "老桥头"}
    found = listed(desk.post("xiaowang", "/desk/new/beside", call, status=200))
    assert (found[known["place"]], found[known["village"]]) == ("p", "v")
    assert known["far"] not in found


def test_a_closed_case_is_no_suggestion(desk, known):
    rejected(desk, known["place"])
    assert desk.row(known["place"]).state is State.REJECTED
    call = CALL | {"place_words": "老桥头下面"}
    assert listed(desk.post("xiaowang", "/desk/new/beside", call, status=200)) == {}


def test_a_number_that_is_compared_is_written_down_without_it(desk, known):
    desk.post("xiaowang", "/desk/new/beside", CALL | {"phone": PHONE}, status=200)
    with desk.app.app_context():
        wanted = select(AuditEntry).where(AuditEntry.action == "identity.number_compared")
        (entry,) = db.session.scalars(wanted)
        assert entry.detail == {"reports": 1}
        assert PHONE not in str(entry.detail) + entry.subject


def compare(desk, phone, *, who="xiaowang", later=0):
    with clock.moved_to(clock.now() + timedelta(minutes=later)):
        return desk.post(who, "/desk/new/beside", CALL | {"phone": phone}, status=200)


def test_numbers_are_compared_for_calls_not_from_a_list(desk, known):
    """Twenty at once, each as often as its call needs; then one in three minutes (R-S12)."""
    for tail in range(19):
        compare(desk, f"139000077{tail:02}")
    for _again in range(3):
        assert listed(compare(desk, PHONE)) == {known["number"]: "n"}
    page = compare(desk, "13900008888")
    assert "这个号码没有比对" in page
    assert listed(compare(desk, PHONE)) == {known["number"]: "n"}
    assert "没有比对" not in compare(desk, "139")
    assert "没有比对" not in compare(desk, "13900008888", who="paidan")
    assert "没有比对" not in compare(desk, "13900008888", later=4)
    assert "没有比对" in compare(desk, "13900009999", later=4)
    with desk.app.app_context():
        said = list(db.session.scalars(select(AuditEntry.action)))
    assert said.count("identity.number_refused") == 2
    assert said.count("identity.number_compared") == 19 + 4 + 2


def test_a_number_left_out_keeps_no_call_from_being_entered(desk, known):
    for tail in range(20):
        compare(desk, f"139000077{tail:02}")
    page = desk.post(
        "xiaowang", "/desk/new", CALL | {"phone": PHONE, "place_words": "无名小路"}, status=200
    )
    assert "逐组" in page


def test_without_scripts_the_cases_are_shown_before_anything_is_entered(desk, known):
    call = CALL | {"place_words": "老桥头下面"}
    page = desk.post("xiaowang", "/desk/new", call, status=200)
    assert "现在还没有登记" in page
    assert set(listed(page)) == {known["place"], known["close"]}
    assert hidden(page, "looked") == "1"
    assert "桥下排黑水" in page
    page = desk.post("xiaowang", "/desk/new", call | {"looked": "1"}, status=200)
    assert "逐组" in page
    with desk.app.app_context():
        assert len(intake.of_case(desk.row(known["place"]).id)) == 1


def test_one_press_adds_the_call_as_a_further_report(desk, known):
    call = CALL | {"place_words": "老桥头下面", "join": known["place"]}
    page = desk.post("xiaowang", "/desk/new", call, status=200)
    assert "第 2 份举报" in page
    with desk.app.app_context():
        first, second = intake.of_case(desk.row(known["place"]).id)
        assert (first.ordinal_in_case, second.ordinal_in_case) == (1, 2)
        assert second.source is Source.HOTLINE
        assert second.words == "桥下排黑水"
    assert len(re.findall(r'id="group-\d"', page)) == 4


def test_an_unknown_case_keeps_what_was_typed(desk, known):
    call = CALL | {"place_words": "老桥头下面", "join": "E110-000000"}
    page = desk.post("xiaowang", "/desk/new", call, status=422)
    assert "没有这件案件" in page
    assert "桥下排黑水" in page


def test_a_case_that_was_closed_meanwhile_says_where_the_call_stands(desk, known):
    rejected(desk, known["place"])
    call = CALL | {"place_words": "某处", "join": known["place"]}
    page = desk.post("xiaowang", "/desk/new", call, status=200)
    assert f"{known['place']} 已不能再并入" in page


def test_an_unfinished_call_comes_back_whole_to_its_clerk_alone(desk):
    call = CALL | {"phone": PHONE, "place_words": "颜公河", "later": "1"}
    desk.post("xiaowang", "/desk/new", call)
    page = desk.get("xiaowang", "/desk/new")
    assert "已存为未完成" in page
    assert f"/desk/new?draft={NAME}" in page
    page = desk.get("xiaowang", f"/desk/new?draft={NAME}")
    for words in (PHONE, "颜公河", "桥下排黑水"):
        assert words in page
    assert "颜公河" not in desk.get("both", "/desk/new")
    assert "已不在" in desk.get("both", f"/desk/new?draft={NAME}")


def test_a_kept_number_is_sealed(desk):
    desk.post("xiaowang", "/desk/new/draft", CALL | {"phone": PHONE}, status=204)
    with desk.app.app_context():
        stored = db.session.execute(text("SELECT key, fields FROM draft")).all()
        assert len(stored) == 1
        assert PHONE not in str(stored)


def test_an_entered_call_is_unfinished_no_more(desk):
    call = CALL | {"place_words": "颜公河"}
    desk.post("xiaowang", "/desk/new/draft", call, status=204)
    desk.post("xiaowang", "/desk/new", call | {"looked": "1"}, status=200)
    desk.post("xiaowang", "/desk/new/draft", call, status=204)  # the page's last one came late
    assert "未完成的登记" not in desk.get("xiaowang", "/desk/new")


@pytest.mark.parametrize("name", ["", "x", "../../etc", NAME.upper(), NAME + "0"])
def test_a_made_up_draft_keeps_nothing_and_breaks_nothing(desk, name):
    call = CALL | {"draft": name, "later": "1"}
    desk.post("xiaowang", "/desk/new", call)
    assert "没有什么要存" in desk.get("xiaowang", "/desk/new")
    desk.get("xiaowang", f"/desk/new?draft={name}")


def test_it_can_be_deleted_and_is_swept_after_a_day(desk):
    desk.post("xiaowang", "/desk/new", CALL | {"later": "1"})
    desk.post("xiaowang", "/desk/new/drop", {"draft": NAME})
    assert "未完成的登记" not in desk.get("xiaowang", "/desk/new")
    desk.post("xiaowang", "/desk/new", CALL | {"later": "1"})
    with desk.app.app_context(), transaction():
        assert intake_service.sweep_drafts(clock.now()) == 0
        assert intake_service.sweep_drafts(moment("2026-12-31 00:00")) == 1
