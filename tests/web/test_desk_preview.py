"""I3: the desk sees what the public will see, drawn by the parts of the public's own pages."""

import re

import pytest

from app.core import clock
from app.core.tx import transaction
from app.intake import service as intake
from app.intake.submission import Submission
from tests.web import county
from tests.web import desk_story as story

KEY = "6a1f7a3e-1f0b-4a54-9a71-6d0e3b5f0110"
INSIDE = "同事之间说的话"


@pytest.fixture
def desk(county_app):
    return story.make(county_app)


def words_of(page, start, end):
    """Return the words between two marks of a page."""
    found = re.search(f"{start}(.*?){end}", page, re.DOTALL)
    assert found, start
    return re.findall(r"[^\s<>]+", re.sub(r"<[^>]*>", " ", found[1]))


@pytest.fixture
def reported(desk):
    """A report with its tracking code."""
    told = Submission(client_key=KEY, kinds=("black_water",), words="河水发黑发臭，有鱼翻白",
                      lng=story.HERE[0], lat=story.HERE[1], suspect="某某厂")  # fmt: skip
    with desk.app.app_context(), transaction():
        return intake.submit(told, now=clock.now())


def tracked(desk, code):
    """Return the page that the reporter really sees."""
    client = desk.app.test_client()
    answer = county.post(client, "/t", {"code": code})
    assert answer.status_code == 303
    return client.get(answer.location).text


def test_what_is_shown_now_is_what_the_reporter_sees(desk, reported):
    shown = desk.get("paidan", f"/desk/{reported.case_number}/public")
    real = tracked(desk, reported.query_code)
    assert words_of(shown, 'id="today-line"', "</ol>") == words_of(real, 'id="line"', "</ol>")
    assert words_of(shown, '<p class="over">', "</h3>") == words_of(
        real, '<p class="over">', "</h1>"
    )


def test_the_next_decision_is_shown_before_it_is_made(desk, reported):
    number = reported.case_number
    for words, decide in (
        ("受理以后", lambda: desk.accepted(number, assign=False)), ("派单以后", lambda: None)
    ):  # fmt: skip
        page = desk.get("paidan", f"/desk/{number}/public")
        assert words in page
        promised = words_of(page, 'id="then"', "</h3>")
        decide()
        real = words_of(tracked(desk, reported.query_code), "<h1>", "</h1>")
        assert (real[0] in promised) is (words == "受理以后")


def test_nothing_of_the_inside_is_in_it(desk, reported):
    number = reported.case_number
    told = {"reason": "out_of_county", "note": INSIDE, "base_version": desk.version(number)}
    desk.post("both", f"/desk/{number}/reject", told)
    page = desk.get("paidan", f"/desk/{number}/public")
    assert INSIDE not in page
    assert "某某厂" not in page
    assert "什么都不能公开" in page


def test_the_final_reply_is_seen_before_it_is_sent(desk):
    number = desk.report()
    desk.handled(number)
    told = {"finding": "true", "our_jurisdiction": "y", "grounds": "照片与现场一致",
            "decision": "pass", "base_version": desk.version(number)}  # fmt: skip
    desk.post("checker", f"/desk/check/{number}", told)
    told = {"reply": "河道已清理，谢谢您。", "preview": "1", "base_version": desk.version(number)}
    page = desk.post("zuzhang", f"/desk/{number}/close", told, status=200)
    assert "河道已清理，谢谢您。" in words_of(page, 'id="seen-ans"', "</section>")
    assert "现在还没有发出" in page
    assert desk.row(number).state == "checked"
