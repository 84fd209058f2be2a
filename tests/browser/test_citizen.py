"""The citizen's way in a real browser: 360×640, Chinese, with scripts and without."""

import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.features.pictures import jpeg
from tests.infra import server
from tests.infra.browser import accessibility, scrolls_sideways, shot

pytestmark = pytest.mark.browser

AREAS = Path(__file__).resolve().parents[2] / "app" / "places" / "data"
PLACE = (121.4247, 29.2892)
WORDS = "一堆旧木板和塑料袋在烧，烟往居民楼飘。"
BAR = ".bar button"


def photo(name, size=(1200, 900)):
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": jpeg(name, size)}


def uploaded(page):
    """Wait until every small picture has lost its percentage."""
    expect(page.locator(".shots .thumb img").first).to_be_attached()
    expect(page.locator(".shots .thumb em:visible")).to_have_count(0)


def code_of(page):
    return re.sub(r"\D", "", page.locator(".slip .code").get_attribute("aria-label"))


@pytest.fixture(scope="module")
def live_server(tmp_path_factory, sqlite_template):
    """Serve one county to all these tests: each citizen has an own browser."""
    folder = tmp_path_factory.mktemp("citizen")
    shutil.copyfile(sqlite_template, folder / "test.db")
    with server.serving(folder) as started:
        for name in ("county", "townships"):
            started.flask("areas", "import", str(AREAS / f"{name}.geojson"))
        yield started


def test_with_scripts_six_taps_to_the_receipt(pages):
    page = pages(place=PLACE)
    taps = 0
    page.goto("/")
    shot(page, "citizen-home")
    page.get_by_role("link", name="拍照举报").tap()
    taps += 1
    with page.expect_file_chooser() as chooser:
        page.locator("label.pick").tap()
        taps += 1
    chooser.value.set_files([photo("near"), photo("far")])
    uploaded(page)
    page.locator("[data-where]").wait_for()
    assert page.locator("[data-where]").is_visible()
    page.locator("label.chip", has_text="垃圾焚烧").tap()
    taps += 1
    shot(page, "citizen-report")
    page.locator(BAR).tap()
    taps += 1
    page.wait_for_url("**/report/check")
    assert page.locator(".facts .thumb").count() == 2
    shot(page, "citizen-check")
    page.locator(BAR).tap()
    taps += 1
    page.wait_for_url("**/receipt")
    assert re.fullmatch(r"\d{16}", code_of(page))
    shot(page, "citizen-receipt")
    assert taps <= 6


def test_the_first_screen_holds_the_form(pages):
    page = pages(place=PLACE)
    page.goto("/report")
    page.locator("[data-where]").wait_for()
    page.locator("input[type=file]").set_input_files([photo("near")])
    uploaded(page)
    floor = page.locator(".bar").bounding_box()["y"]
    for chip in page.locator(".chips-3 > .chip").all()[:8]:
        box = chip.bounding_box()
        assert box["y"] + box["height"] <= floor + 1
    box = page.locator(BAR).bounding_box()
    assert box["y"] + box["height"] <= 640


def test_the_code_in_the_qr_goes_into_the_form_and_out_of_the_address(pages):
    page = pages(place=PLACE)
    code = report(page)
    other = pages()
    other.goto(f"/t#{code}")
    expect(other.locator("#code")).not_to_have_value("")
    assert "#" not in other.url
    other.locator("main button[type=submit]").tap()
    expect(other.locator("h1")).to_have_text("已收到，等待受理")
    assert code not in other.url
    shot(other, "citizen-case")


def report(page, words=WORDS):
    page.goto("/report")
    page.locator("#place_words").fill("科园北路西侧空地")
    page.locator("label.chip", has_text="垃圾焚烧").tap()
    page.locator("#words").fill(words)
    page.locator(BAR).tap()
    page.wait_for_url("**/report/check")
    page.locator(BAR).tap()
    page.wait_for_url("**/receipt")
    return code_of(page)


def test_without_scripts_errors_keep_words_and_photos(pages):
    page = pages(js=False)
    page.goto("/report")
    shot(page, "citizen-nojs-report")
    page.locator("input[type=file]").set_input_files([photo("near")])
    page.locator("#words").fill(WORDS)
    page.locator(BAR).click()
    assert page.title().startswith("错误：")
    assert page.locator("#words").input_value() == WORDS
    assert page.locator(".shots .thumb").count() == 2  # the photo, and the hidden "+n"
    shot(page, "citizen-nojs-error")
    assert not scrolls_sideways_by_picture(page)
    page.locator("#place_words").fill("科园北路西侧空地")
    page.locator("label.chip", has_text="垃圾焚烧").click()
    page.locator(BAR).click()
    page.wait_for_url("**/report/check")
    page.locator(BAR).click()
    page.wait_for_url("**/receipt")
    code = code_of(page)
    page.goto("/t")
    page.locator("#code").fill(code)
    page.locator("main button[type=submit]").click()
    assert "已收到，等待受理" in page.locator("main").inner_text()


def scrolls_sideways_by_picture(page):
    """Without scripts: a whole-page picture is as wide as the page really is."""
    return Image.open(BytesIO(page.screenshot(full_page=True))).width > 360


def test_a_draft_survives_a_reload_and_lost_cookies(pages):
    page = pages(place=PLACE)
    page.goto("/report")
    page.locator("input[type=file]").set_input_files([photo("near")])
    uploaded(page)
    page.locator("label.chip", has_text="黑臭水体").tap()
    page.locator("#words").fill(WORDS)
    page.wait_for_timeout(600)
    for lost in (False, True):
        if lost:
            page.context.clear_cookies()
        page.goto("/report")
        expect(page.locator("#words")).to_have_value(WORDS)
        assert page.locator("input[name=kinds][value=black_water]").is_checked()
        uploaded(page)
        assert page.locator(".shots .thumb:not(.more)").count() == 1
    assert page.locator("[data-restored]").is_visible()
    page.goto("/")
    page.locator("[data-draft]").wait_for()
    assert "1 张照片" in page.locator("[data-draft]").inner_text()


def test_a_photo_can_be_taken_out_and_a_bad_one_is_refused(pages):
    page = pages(place=PLACE)
    page.goto("/report")
    page.locator("input[type=file]").set_input_files(
        [photo("near"), {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture" * 99}]
    )
    page.locator("[data-refusals] li").wait_for()
    uploaded(page)
    assert page.locator(".shots .thumb:not(.more)").count() == 1
    page.locator(".shots .thumb:not(.more)").tap()
    page.locator("[data-list] button").tap()
    expect(page.locator(".shots .thumb:not(.more)")).to_have_count(0)


def test_offline_it_waits_in_the_outbox_and_goes_by_itself(pages):
    pages.allowed.append("ERR_INTERNET_DISCONNECTED")
    page = pages(place=PLACE)
    page.goto("/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.goto("/report")
    page.locator("#place_words").fill("科园北路西侧空地")
    page.locator("label.chip", has_text="垃圾焚烧").tap()
    page.locator("#words").fill(WORDS)
    page.context.set_offline(True)
    page.locator(BAR, has_text="存好，有网自动发").wait_for()
    page.locator(BAR).tap()
    page.wait_for_url("**/offline")
    page.locator("[data-outbox-rows] li").wait_for()
    assert "等网络" in page.locator("[data-outbox-rows]").inner_text()
    shot(page, "citizen-outbox")
    page.context.set_offline(False)
    page.locator("[data-outbox-rows] li", has_text="查询码").wait_for()
    assert "E110-" in page.locator("[data-outbox-rows]").inner_text()


def test_a_checked_report_waits_too_and_may_be_opened_again(pages):
    pages.allowed.append("ERR_INTERNET_DISCONNECTED")
    page = pages(place=PLACE)
    page.goto("/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.goto("/report")
    page.locator("input[type=file]").set_input_files([photo("near")])
    uploaded(page)
    page.locator("label.chip", has_text="垃圾焚烧").tap()
    page.locator("#words").fill(WORDS)
    page.locator(BAR).tap()
    page.wait_for_url("**/report/check")
    page.route("**/report/check", lambda route: route.fulfill(status=422, json={"message": "不行"}))
    page.context.set_offline(True)
    page.locator(BAR).tap()
    page.wait_for_url("**/offline")
    page.context.set_offline(False)
    page.get_by_role("button", name="打开修改").tap()
    page.wait_for_url("**/report")
    expect(page.locator("#words")).to_have_value(WORDS)
    page.unroute("**/report/check")
    page.locator(BAR).tap()
    page.wait_for_url("**/report/check")
    assert page.locator(".facts .thumb").count() == 1
    page.context.set_offline(True)
    page.locator(BAR).tap()
    page.wait_for_url("**/offline")
    page.context.set_offline(False)
    page.get_by_role("link", name="打开回执").tap()
    page.wait_for_url("**/receipt")
    page.goto(page.url.replace("/receipt", "/add"))
    page.locator("#words").fill("又冒烟了")
    page.context.set_offline(True)
    page.locator(BAR).tap()
    expect(page.get_by_role("alert")).to_contain_text("没有网络")
    assert page.locator("#words").input_value() == "又冒烟了"


def test_a_double_tap_sends_one_report(pages):
    page = pages(place=PLACE)
    first = report(page)
    page.go_back()
    page.wait_for_load_state()
    page.goto("/report")
    second = report(page, words="另外一件事情，不同的话")
    assert first != second


LOOKS = [
    {"locale": "zh-CN"},
    {"locale": "zh-CN", "dark": True},
    {"lang": "en"},
    {"elder": "1"},
]
STILL = ("/", "/report", "/t", "/map", "/help", "/privacy", "/accessibility", "/rules", "/offline")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_pages_are_accessible_and_fit(pages, look):
    page = pages(dark=look.get("dark", False))
    page.goto(f"/?lang={look.get('lang', 'zh')}&elder={look.get('elder', '0')}")
    addresses = [*STILL, *[f"/report/step/{n}" for n in (1, 2, 3, 4)]]
    for address in addresses:
        page.goto(address)
        assert not accessibility(page), address
        assert not scrolls_sideways(page), address


@pytest.mark.parametrize("elder", ["0", "1"])
def test_pages_of_a_case_are_accessible_and_fit(pages, elder):
    page = pages()
    page.goto("/")
    report(page)
    start = page.url.removesuffix("/receipt")
    page.goto(f"/?elder={elder}")
    for end in ("", "/receipt", "/add", "/secret", "/phone", "/rate"):
        page.goto(start + end)
        assert not accessibility(page), end
        assert not scrolls_sideways(page), end
        shot(page, f"citizen-case{end.replace('/', '-')}-{elder}")


def test_a_narrow_phone_needs_no_sideways_scroll(pages):
    page = pages(size=(320, 560))
    for address in STILL:
        page.goto(address)
        assert not scrolls_sideways(page), address
