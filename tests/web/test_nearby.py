"""C2: the public list, from the desk's hand to the phone; rough, and a day late at least."""

import re
from datetime import timedelta

import pytest

from app.core import clock
from app.core.tx import transaction
from app.intake import service as intake
from app.intake.submission import Submission
from tests.web import desk_story as story
from tests.web.citizen import Azhen
from tests.web.desk_story import HERE, THERE

LATER = timedelta(days=1)


@pytest.fixture
def desk(county_app):
    return story.make(county_app)


@pytest.fixture
def released(desk):
    """Return the number of a case that is on the list from tomorrow on."""
    number = desk.report()
    desk.accepted(number)
    desk.post("xiaowang", f"/desk/{number}/release", {})
    return number


def seen(desk, address="/map", after=LATER):
    with clock.moved_to(clock.now() + after):
        answer = desk.app.test_client().get(address)
    assert answer.status_code == 200
    return answer.text


def lines(page):
    part = page.partition('<ul class="rows told">')[2].partition("</ul>")[0]
    return [re.sub(r"<[^>]+>|\s", "", line) for line in part.split("</li>") if "<li" in line]


def test_the_desk_sees_what_the_public_will_see(desk):
    number = desk.report()
    assert "受理之前不公开" in desk.get("xiaowang", f"/desk/{number}")
    desk.accepted(number)
    page = desk.get("xiaowang", f"/desk/{number}")
    assert "未公开" in page
    desk.post("xiaowang", f"/desk/{number}/release", {})
    page = desk.get("xiaowang", f"/desk/{number}")
    assert "已公开" in page
    assert lines(page) == lines(seen(desk))
    desk.post("xiaowang", f"/desk/{number}/release", {}, status=409)
    desk.post("xiaowang", f"/desk/{number}/release/back", {})
    assert not lines(seen(desk))


def test_the_reporter_is_told_what_stands_there(desk):
    told = Submission(
        client_key="told-to-all", kinds=("black_water",), words="河水发黑发臭，有鱼翻白",
        lng=HERE[0], lat=HERE[1],
    )  # fmt: skip
    with desk.app.app_context(), transaction():
        receipt = intake.submit(told, now=clock.now())
    azhen = Azhen(desk.app.test_client())
    own = azhen.track(receipt.query_code).headers["Location"]
    desk.accepted(receipt.case_number)
    assert "公开列表" not in azhen.open(own).text
    desk.post("xiaowang", f"/desk/{receipt.case_number}/release", {})
    assert "公开列表" in azhen.open(own).text


def test_who_only_assigns_does_not_release(desk, released):
    assert "公众看到的样子" not in desk.get("zhiban", f"/desk/{released}")
    desk.post("zhiban", f"/desk/{released}/release/back", {}, status=403)
    assert lines(seen(desk))


def test_the_list_tells_kind_town_day_and_state_alone(desk, released):
    page = seen(desk)
    (line,) = lines(page)
    assert "黑臭水体" in line
    assert "处理中" in line or "已派单" in line
    for secret in (released, "河水发黑", str(HERE[0]), str(HERE[1]), "laoli"):
        assert secret not in page


@pytest.mark.parametrize(
    ("after", "found"), [(timedelta(), 0), (LATER, 1), (timedelta(days=30), 1),
                         (timedelta(days=31), 0)],
)  # fmt: skip
def test_from_the_next_day_for_thirty_days(desk, released, after, found):
    assert len(lines(seen(desk, after=after))) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("kind=water", 1), ("kind=air", 0), ("kind=nonsense", 1), ("state=open", 1),
        ("state=closed", 0), ("town=330226999", 0), ("page=9", 1), ("near=x", 1),
        ("near=999,99", 1), ("near=nan,nan", 1), ("view=map&kind=water", 1),
    ],
)  # fmt: skip
def test_filters_and_odd_addresses(desk, released, asked, found):
    page = seen(desk, f"/map?{asked}")
    assert len(lines(page)) == found
    assert found or "看全县" in page


@pytest.mark.parametrize(
    ("place", "words"), [(HERE, "约500米内"), (THERE, "约2公里"), ((121.501, 29.401), "约15公里")]
)
def test_how_far_it_is_counts_from_square_to_square(desk, released, place, words):
    (line,) = lines(seen(desk, f"/map?near={place[0]},{place[1]}"))
    assert words in line


def test_the_map_shows_squares_with_how_many_are_in_them(desk, released):
    other = desk.report(key="second")
    desk.accepted(other)
    desk.post("xiaowang", f"/desk/{other}/release", {})
    assert '<svg class="map"' not in seen(desk)
    page = seen(desk, "/map?view=map")
    assert page.count('class="pt"') == 1
    assert re.search(r'class="t-in"[^>]*>2<', page)
    assert len(lines(page)) == 2
