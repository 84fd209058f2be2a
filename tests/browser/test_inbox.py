"""I1 on a wide screen: the case beside the list is the one chosen last, and typed words stay."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.accounts import queries as accounts
from app.cli.demo import county, people
from app.core import clock
from tests.browser.living import HOUR, Living
from tests.infra.beside import beside
from tests.infra.browser import DESK, sign_in

pytestmark = pytest.mark.browser
WHY = "先问清楚是哪一家"


@pytest.fixture
def numbers(live_server, database_url, tmp_path):
    with beside(tmp_path, database_url):
        now = clock.now()
        county.ground(now - timedelta(days=2))
        living = Living(
            now, {one.username: accounts.by_username(one.username) for one in people.SHOWN}
        )
        yield [living.report(f"n{n}", HOUR).number for n in range(3)]


@pytest.fixture
def inbox(numbers, pages):
    page = pages(size=DESK)
    sign_in(page, "desk", people.PASSWORD)
    page.goto("/desk")
    page.locator("[data-pane] #reason").wait_for()
    return page


def choose(page, number):
    page.locator(f"tr[data-number={number}] th a").click()


def beside_list(page, number):
    expect(page.locator("[data-pane] .head .mono")).to_have_text(number)


def test_words_typed_into_a_case_are_there_again(inbox, numbers):
    choose(inbox, numbers[1])
    beside_list(inbox, numbers[1])
    inbox.fill("[data-pane] #reason", WHY)
    choose(inbox, numbers[2])
    beside_list(inbox, numbers[2])
    expect(inbox.locator("[data-pane] #reason")).to_have_value("")
    choose(inbox, numbers[1])
    beside_list(inbox, numbers[1])
    expect(inbox.locator("[data-pane] #reason")).to_have_value(WHY)
    choose(inbox, numbers[1])  # the same once more changes nothing
    expect(inbox.locator("[data-pane] #reason")).to_have_value(WHY)


def test_a_slow_answer_does_not_push_away_the_case_chosen_last(inbox, numbers):
    slow = []
    other = next(one for one in numbers if f"case={one}" not in inbox.url)
    last = next(one for one in numbers if one != other and f"case={one}" not in inbox.url)
    inbox.route(f"**/desk/{other}", lambda route: slow.append(route))  # noqa: PLW0108 (it is marked)  # held back until the other one is there
    choose(inbox, other)
    choose(inbox, last)
    beside_list(inbox, last)
    (held,) = slow
    with inbox.expect_event("requestfinished", lambda done: done.url.endswith(other)):
        held.continue_()
    beside_list(inbox, last)
    assert f"case={last}" in inbox.url
