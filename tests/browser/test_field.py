"""UX-13 and UX-11 for workers: cases open without a network, what is done there goes once."""

import shutil
from base64 import b64encode
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts import queries as accounts
from app.cases import queries as cases
from app.cli.demo import county, people
from app.core import clock
from app.core.db import db
from app.fieldwork import queries as fieldwork
from app.fieldwork.models import CheckIn, FieldReceipt
from app.media import queries as photos
from tests.browser.living import HOUR, Living
from tests.features.pictures import jpeg
from tests.infra import server
from tests.infra.beside import beside
from tests.infra.browser import PHONE, accessibility, scrolls_sideways, shot, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def live_server(tmp_path_factory, sqlite_template):
    """Serve one county to all these tests: each takes a case of its own."""
    folder = tmp_path_factory.mktemp("field")
    shutil.copyfile(sqlite_template, folder / "test.db")
    with server.serving(folder) as started:
        yield started


@pytest.fixture(scope="module")
def field(live_server):
    """Give ten cases that were given to one worker and signed for; yield them with his name."""
    folder = live_server.folder
    with beside(folder, f"sqlite:///{folder / 'test.db'}"):
        now = clock.now()
        county.ground(now - timedelta(days=2))
        staff = {one.username: accounts.by_username(one.username) for one in people.SHOWN}
        living = Living(now, staff)
        given = {}
        for n in range(10):
            told = living.report(f"c{n}", 2 * HOUR)
            living.told[f"gap{n}"] = told  # every second place is of the same grid: one worker
            given[told.number] = living.give(told, HOUR)[1]
        (worker,) = {one.staff_id: one for one in given.values()}.values()
        yield list(given), accounts.by_ids([worker.staff_id])[worker.staff_id].username


def arrivals_at(number):
    """Return the arrivals of a case as they are stored now."""
    db.session.rollback()
    ids = [task.id for task in fieldwork.tasks_of(cases.by_number(number).id)]
    return db.session.scalars(select(CheckIn).where(CheckIn.task_id.in_(ids))).all()


def signed_in(pages, username, number):
    row = cases.by_number(number)
    page = pages(size=PHONE, place=(row.lng, row.lat))
    sign_in(page, username, people.PASSWORD)
    page.goto("/w")
    page.locator("body[data-kept]").wait_for()
    pages.allowed.append("net::ERR_")  # without a network the browser itself says so
    return page


def photo(name):
    return {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": jpeg(name, (1200, 900))}


def looked_at(page, name):
    shot(page, f"field-{name}")
    assert not accessibility(page)
    assert not scrolls_sideways(page)


def arrive(page, number):
    page.goto(f"/w/{number}")
    page.get_by_role("link", name="我到了").tap()
    page.locator("[data-say=good]").wait_for()
    looked_at(page, "arrive")
    page.locator("input[name=photo]").set_input_files(photo("far"))


def reply(page, number):
    page.goto(f"/w/{number}")
    page.get_by_role("link", name="答复举报人").tap()
    fill(page)
    looked_at(page, "reply")
    page.locator(".bar button").tap()


def fill(page):
    page.fill("#talked_to", "现场作业人员")
    page.fill("#measure", "当场扑灭并清理")
    page.fill("#time_limit", "今天完成")


def finish(page, number):
    page.goto(f"/w/{number}")
    page.get_by_role("link", name="填写").tap()
    page.locator("input[name=photos]").set_input_files(photo("clean"))
    page.fill("#site_facts", "一堆木板在烧，已扑灭清理")
    page.locator("label", has=page.locator("[name=outcome][value=resolved]")).first.tap()
    fill(page)
    looked_at(page, "finish")
    page.locator(".bar button").tap()


def test_a_case_is_worked_on_without_a_network_and_sent_once(field, pages):
    numbers, username = field
    number = numbers[3]
    page = signed_in(pages, username, number)
    page.context.set_offline(True)
    page.goto("/w")
    expect(page.locator(".jobs > li")).to_have_count(10)
    looked_at(page, "list")
    page.goto(f"/w/{number}")
    looked_at(page, "case")
    arrive(page, number)
    page.wait_for_url("**/w/outbox")
    reply(page, number)
    page.wait_for_url("**/w/outbox")
    finish(page, number)
    page.wait_for_url("**/w/outbox")
    page.reload()
    expect(page.locator("[data-outbox-rows] > li")).to_have_count(3)
    looked_at(page, "outbox")
    page.goto("/w")
    card = page.locator(".jobs > li", has=page.locator(f"a[href='/w/{number}']"))
    expect(card).to_contain_text("已提交核查，待上传")
    page.goto("/w/outbox")
    told_at = clock.now()
    page.context.set_offline(False)
    expect(page.locator("[data-outbox-rows]")).to_contain_text("已提交核查。")
    expect(page.locator("[data-outbox-again]")).to_be_hidden()
    stored(number, before=told_at)


def stored(number, *, before):
    (arrival,) = arrivals_at(number)
    row = cases.by_number(number)
    assert row.state == "handled"
    assert (arrival.offline, arrival.grade) == (True, "B")
    assert arrival.at < before < arrival.received_at
    assert arrival.clock_offset_s is not None
    (told,) = [one for one in fieldwork.replies([row.id])[row.id] if one.kind == "first"]
    assert told.measure == "当场扑灭并清理"
    (task,) = fieldwork.tasks_of(row.id)
    assert len(photos.for_holder("finish", [task.id])[task.id]) == 1
    assert len(photos.for_holder("check_in", [arrival.id])[arrival.id]) == 1
    assert len(db.session.scalars(select(FieldReceipt)).all()) >= 3


def test_an_answer_that_is_lost_is_asked_for_again(field, pages):
    numbers, username = field
    number = numbers[0]
    page = signed_in(pages, username, number)
    lost = []

    def swallow(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(f"**/w/{number}/arrive", swallow)
    arrive(page, number)
    page.wait_for_url("**/w/outbox")
    page.locator("[data-outbox-again] button").tap()
    expect(page.locator("[data-outbox-rows]")).to_contain_text("已经收到过")
    assert lost == [200]
    assert len(arrivals_at(number)) == 1


def test_what_is_refused_comes_back_with_its_words_and_photos(field, pages):
    numbers, username = field
    number = numbers[1]
    page = signed_in(pages, username, number)
    arrive(page, number)
    page.wait_for_url(f"**/w/{number}")
    page.goto(f"/w/{number}/finish")
    page.locator("input[name=photos]").set_input_files(photo("clean"))
    page.fill("#measure", "当场扑灭并清理")
    page.locator(".bar button").tap()
    page.wait_for_selector(".errors:not(.stuck)")
    assert page.locator("#measure").input_value() == "当场扑灭并清理"
    assert page.locator(".shots .thumb").count() == 1
    page.goto("/w/outbox")
    expect(page.locator("[data-outbox-empty]")).to_be_visible()


def test_a_page_without_a_network_is_renewed_when_the_server_answers(field, pages):
    numbers, username = field
    page = signed_in(pages, username, numbers[5])
    page.context.set_offline(True)
    page.goto(f"/w/{numbers[5]}")
    page.get_by_role("link", name="我到了").wait_for()
    page.evaluate("document.body.dataset.same = 1")
    with page.expect_event("requestfailed", lambda asked: asked.url.endswith("/token")):
        page.evaluate("dispatchEvent(new Event('online'))")  # a phone says so before it is true
    expect(page.locator("body[data-same]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("body[data-same]")).to_have_count(0)
    expect(page.get_by_role("link", name="我到了")).to_be_visible()


NO_ROOM = """const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...row) {
  if (this.name === 'outbox') throw new DOMException('no room', 'QuotaExceededError');
  return put.apply(this, row);
};"""


def test_a_phone_without_room_sends_as_ever_with_its_photo(field, pages):
    numbers, username = field
    number = numbers[4]
    page = signed_in(pages, username, number)
    page.add_init_script(NO_ROOM)
    arrive(page, number)
    page.wait_for_url(f"**/w/{number}")
    (arrival,) = arrivals_at(number)
    assert len(photos.for_holder("check_in", [arrival.id])[arrival.id]) == 1


def test_who_signs_out_takes_the_cases_along(field, pages):
    numbers, username = field
    page = signed_in(pages, username, numbers[2])
    page.goto("/w/me")
    page.get_by_role("button", name="退出").tap()
    page.wait_for_url("**/staff/login*")
    expect(page.locator("#username")).to_be_visible()
    assert page.evaluate("caches.has('eco110-work')") is False
    page.context.set_offline(True)
    page.goto("/w")
    assert numbers[2] not in page.content()


STUCK = """async ([number, hours, photo]) => {
  const asked = indexedDB.open("eco110", 1);
  const db = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const bytes = Uint8Array.from(atob(photo), (one) => one.charCodeAt(0));
  const transaction = db.transaction(["outbox", "blobs"], "readwrite");
  transaction.objectStore("outbox").put({
    key: "stuck", url: `/w/${number}/finish`, act: "finish", case: number, title: "交办：桥头",
    fields: [["idem_key", "stuck"], ["site_facts", "管口已封堵 <b>"], ["outcome", "resolved"]],
    owner: document.body.dataset.owner, state: "attention", tries: 9, next: 0, held: [],
    made: Date.now() - hours * 3600000,
  });
  transaction.objectStore("blobs").put({
    id: "stuck-1", draft: "stuck", state: "new", offset: 0, position: 0,
    blob: new Blob([bytes], { type: "image/jpeg" }),
  });
  await new Promise((done) => { transaction.oncomplete = done; });
}"""


def test_what_waits_for_half_a_day_is_said_in_red_and_goes_out_as_a_file(pages, field, tmp_path):
    numbers, username = field
    page = signed_in(pages, username, numbers[9])
    bar, picture = page.locator("[data-stuck]"), b64encode(jpeg("far", (320, 240))).decode()
    for hours, red in ((11, False), (13, True)):
        page.evaluate(STUCK, [numbers[9], hours, picture])
        page.goto("/w")
        page.locator("[data-offline]:not([hidden])").wait_for()
        assert bar.is_visible() is red
    assert "有 1 条超过 12 小时还没送达" in bar.inner_text()
    bar.get_by_role("link").tap()
    page.get_by_role("button", name="导出给主管").wait_for()
    looked_at(page, "stuck")
    with page.expect_download() as saved:
        page.get_by_role("button", name="导出给主管").tap()
    saved.value.save_as(tmp_path / "handout.html")
    told = (tmp_path / "handout.html").read_text(encoding="utf-8")
    for words in (numbers[9], "管口已封堵 &lt;b&gt;", "解决了", "data:image/jpeg;base64,"):
        assert words in told
    assert "idem_key" not in told
    page.get_by_text("已导出").wait_for()
