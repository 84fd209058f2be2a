"""A supervisor finds the worst unit and its cases in two taps, on a phone; it also prints."""

from datetime import timedelta

import pytest

from app.accounts import service as accounts
from app.accounts.permissions import Role
from app.core import clock
from app.core.tx import transaction
from app.places import demo
from app.places import service as places
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.infra.beside import beside
from tests.infra.browser import PHONE, sign_in
from tests.web import county

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GOOD, BAD = county.OTHER_TOWN, county.TOWN
WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def written(moment):
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"


@pytest.fixture
def two_towns(live_server, database_url, tmp_path):
    """Six visits each: in one township made at once, in the other a week late."""
    with beside(tmp_path, database_url):
        begun = clock.now() - timedelta(days=35)
        story.react()
        with transaction():
            worktime.seed(begun)
            places.import_areas(demo.collection(), by="system", now=begun, source="demo")
            for name, role in (("chen", Role.SUPERVISOR), ("laoli", Role.GRID_WORKER)):
                made = accounts.add_staff(
                    name, name=name, roles=[role], password_hash=county.HASHED, now=begun,
                    must_change=False, area_code="330226" if name == "chen" else BAD,
                )  # fmt: skip
        for town, late in ((GOOD, timedelta(hours=1)), (BAD, timedelta(days=18))):
            for _ in range(6):
                case_id = story.accepted(written(begun), town=town)
                story.assign(case_id, written(begun), made)
                story.move(case_id, "arrive", written(begun + late))


def test_worst_unit_and_its_cases_in_two_taps(two_towns, pages):
    page = pages(size=PHONE)
    sign_in(page, "chen", county.PASSWORD)
    page.goto("/sup")
    assert not page.evaluate(WIDER)
    page.locator("aside ol.league li > a").last.click()
    assert "跃龙街道" in page.locator("main .head").first.inner_text()
    page.locator("nav.tabs a", has_text="未按时").click()
    assert page.locator("tbody th[scope=row] a").count() == 6
    assert not page.evaluate(WIDER)
    page.emulate_media(media="print")
    assert page.locator("tbody th[scope=row] a").first.is_visible()
    assert not page.evaluate(WIDER)
