"""I1: filters that are links with counts, the case beside the list, and the bar of new ones."""

import re

import pytest

from app.core import clock
from app.core.tx import transaction
from app.intake import service as intake
from app.intake.submission import Source, Submission
from tests.web import desk_story as story


@pytest.fixture
def desk(county_app):
    return story.make(county_app)


@pytest.fixture
def told(desk):
    """Three cases of two sources and kinds; one was reported twice; one has no place."""
    lng, lat = story.HERE
    rows = {
        "river": {"kinds": ("black_water",), "lng": lng, "lat": lat, "place_words": "颜公河"},
        "smoke": {"kinds": ("burning",), "lng": lng, "lat": lat, "place_words": "晒谷场",
                  "source": Source.HOTLINE},
        "field": {"kinds": ("burning",), "place_words": "没说清的田里"},
    }  # fmt: skip
    numbers = {}
    for name, more in rows.items():
        report = Submission(client_key=name, words="写得够长的一句话", **more)
        with desk.app.app_context(), transaction():
            numbers[name] = intake.submit(report, now=clock.now()).case_number
    again = Submission(client_key="again", words="又看见了，还在流", kinds=("black_water",),
                       place_words="颜公河", join_case=numbers["river"])  # fmt: skip
    with desk.app.app_context(), transaction():
        intake.submit(again, now=clock.now())
    return numbers


def listed(page):
    return set(re.findall(r'data-number="(E110-\w+)"', page))


def town(desk):
    with desk.app.app_context():
        return story.places.area(desk.grid).parent_code


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"river", "smoke", "field"}),
        ("source=web", {"river", "field"}),
        ("source=hotline_24h", {"smoke"}),
        ("kind=water", {"river"}),
        ("kind=air", {"smoke", "field"}),
        ("kind=air&source=web", {"field"}),
        ("dup=1", {"river"}),
        ("photos=1", set()),
        ("township=none", {"field"}),
        ("clock=ok", {"river", "smoke", "field"}),
        ("clock=late", set()),
        ("source=nonsense", set()),
        ("source=", {"river", "smoke", "field"}),
        ("unknown=1", {"river", "smoke", "field"}),
    ],
)
def test_filters_cut_the_list_down(desk, told, query, names):
    page = desk.get("paidan", f"/desk?view=new&{query}")
    assert listed(page) == {told[name] for name in names}


def test_a_township_keeps_its_cases(desk, told):
    page = desk.get("paidan", f"/desk?township={town(desk)}")
    assert listed(page) == {told["river"], told["smoke"]}


def test_a_link_says_how_many_it_leaves_and_keeps_the_other_filters(desk, told):
    page = desk.get("paidan", "/desk?view=new&source=web")
    links = dict(re.findall(r'<a href="(/desk\?[^"]*)"[^>]*>([^<]+)', page.replace("&amp;", "&")))
    assert links["/desk?view=new&source=web&kind=air"].strip() == "大气 1"
    assert links["/desk?view=new&source=hotline_24h"].strip() == "24 小时电话 1"
    assert links["/desk?view=new"].strip() in ("网页 2", "取消筛选")
    assert links["/desk?view=new&source=web&dup=1"].strip() == "有重复 1"


def test_filtered_out_is_not_nothing(desk, told):
    page = desk.get("paidan", "/desk?kind=noise")
    assert "没有符合筛选的" in page
    assert "这一栏有 3 件" in page
    assert "没有符合筛选的" not in desk.get("paidan", "/desk?view=waiting")


def test_what_is_typed_into_the_address_is_no_markup(desk, told):
    page = desk.get("paidan", "/desk?source=<b>x</b>&case=<i>")
    assert "<b>x</b>" not in page
    assert "没有符合筛选的" in page


def test_the_case_named_stands_beside_the_list_as_its_own_page_shows_it(desk, told):
    beside = desk.get("paidan", f"/desk?case={told['river']}")
    assert f'action="/desk/{told["river"]}/accept"' in beside
    assert beside.count("<h1") == 1
    assert re.search(rf'aria-current="true" data-number="{told["river"]}"', beside)
    assert "/accept" not in desk.get("paidan", "/desk?case=E110-000000")


def test_the_part_of_the_case_comes_alone_for_the_script_of_the_list(desk, told):
    client = desk.browser("paidan")
    part = client.get(f"/desk/{told['river']}", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "<h1" not in part
    assert f'action="/desk/{told["river"]}/accept"' in part
    assert "<html" in desk.get("paidan", f"/desk/{told['river']}")


def test_new_ones_are_counted_not_inserted(desk, told):
    page = desk.get("paidan", "/desk")
    address = re.search(r'data-fresh="([^"]+)"', page)[1]
    client = desk.browser("paidan")
    assert client.get(address).json == {"n": 0}
    desk.report("newer")
    assert client.get(address).json == {"n": 1}
    assert client.get("/desk/fresh?after=-5").json["n"] >= 4
    assert client.get("/desk/fresh?after=x").json["n"] >= 4
    assert client.get(f"/desk/fresh?after={10**30}").json == {"n": 0}
