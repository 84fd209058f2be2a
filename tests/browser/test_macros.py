"""Every macro in a real browser: axe finds nothing, nothing scrolls sideways, targets are large."""

import shutil
import threading

import pytest
from werkzeug.serving import make_server

from app import create_app
from config import Config
from tests.infra.browser import DESK, PHONE, Pages, accessibility, scrolls_sideways, shot
from tests.infra.database import let_go
from tests.web.gallery import page as gallery

pytestmark = pytest.mark.browser

LOOKS = ["", "err=1", "elder=1", "lang=en", "err=1&elder=1&lang=en", "sec=worker"]
SMALL_TARGETS = """
(least) => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary"
  )].filter((part) => {
    const label = part.closest("label");
    const box = (label || part).getBoundingClientRect();
    const inText = part.matches("p a, li a, td a, th a, dd a") && !part.matches(".btn");
    return part.checkVisibility() && box.width && !inText
      && (box.height < least - 0.5 || box.width < least - 0.5);
  }).map((part) => part.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module")
def address(sqlite_template, tmp_path_factory):
    """Serve the sample page on 127.0.0.1 to all these tests."""
    folder = tmp_path_factory.mktemp("gallery")
    shutil.copyfile(sqlite_template, folder / "test.db")
    app = create_app(Config.for_tests(folder))
    with pytest.MonkeyPatch.context() as patch:
        gallery.public(patch)
        gallery.hang(app)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()
        thread.join()
        server.server_close()
    let_go(app)


@pytest.fixture
def shown(browser, address):
    """Open pages of it."""
    pages = Pages(browser, address)
    yield pages
    pages.close()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(shown, look):
    for dark in (False, True):
        page = shown(dark=dark)
        page.goto(f"/gallery?{look}")
        shot(page, f"macros-{look or 'plain'}-{'dark' if dark else 'light'}")
        assert not accessibility(page)


def test_axe_finds_nothing_at_the_desk(shown):
    page = shown(size=DESK)
    page.goto("/gallery?sec=desk")
    shot(page, "macros-desk")
    assert not accessibility(page)


@pytest.mark.parametrize("look", ["err=1", "elder=1", "lang=en", "sec=desk"])
def test_nothing_scrolls_sideways(shown, look):
    page = shown()
    page.goto(f"/gallery?{look}")
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert not scrolls_sideways(page), width


def test_letters_twice_as_large_leave_room_for_every_step(shown):
    page = shown(size=PHONE)
    page.goto("/gallery")
    page.evaluate("document.documentElement.style.fontSize = '212%'")
    narrow = page.eval_on_selector_all(
        ".steps li > b, .steps .by",
        "found => found.filter((part) => part.textContent.trim() && part.clientWidth"
        " < 4 * parseFloat(getComputedStyle(part).fontSize)).map((part) => part.textContent)",
    )
    assert page.locator(".steps li > b").count()
    assert not narrow


def test_targets_are_large(shown):
    page = shown(size=PHONE)
    for look in ("", "elder=1", "elder=0&sec=worker"):
        page.goto(f"/gallery?{look}")
        assert page.evaluate(SMALL_TARGETS, 44) == []


def test_the_focus_is_on_what_went_wrong(shown):
    page = shown()
    page.goto("/gallery?err=1")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#place"


def test_a_password_can_be_shown(shown):
    page = shown()
    page.goto("/gallery")
    page.fill("#password", "abc")
    page.click("[data-show]")
    assert page.get_attribute("#password", "type") == "text"


def test_without_scripts_nothing_is_dead(shown):
    page = shown(js=False)
    page.goto("/gallery")
    assert not page.is_visible("[data-show]")
    assert page.is_visible("input[type=file]")
