"""Every role plays its part in a real browser, in Chinese: from a phone to a paid reward."""

import pytest
from playwright.sync_api import Page

from app.accounts import queries as accounts
from app.cases import queries as cases
from app.cli.demo import county, people, pictures
from app.core import clock
from app.fieldwork import queries as tasks
from app.rewards.checklist import BARS
from tests.infra.beside import beside
from tests.infra.browser import DESK, PHONE, shot

PLACE = (121.4247, 29.2892)
SECRET = "380712"
pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Cast:
    """The browsers of everybody; `js` is off for citizen and worker in the second run."""

    def __init__(self, pages, js: bool, name: str) -> None:
        self.pages, self.js, self.name = pages, js, name
        self.step = 0

    def look(self, page: Page, what: str) -> None:
        self.step += 1
        shot(page, f"way-{self.name}-{self.step:02}-{what}")

    def phone(self) -> Page:
        return self.pages(size=PHONE, js=self.js, place=PLACE)

    def staff(self, username: str, *, size=DESK, js: bool = True) -> Page:
        page = self.pages(size=size, js=js, place=PLACE)
        page.goto("/staff/login")
        page.fill("#username", username)
        page.fill("#password", people.PASSWORD)
        press(page, "登录")
        return page


def press(page: Page, words: str) -> None:
    """Press the button or link of these words and wait for the page that follows."""
    control = page.locator(f"main button:not(.vh):has-text('{words}'), main a:has-text('{words}')")
    control.filter(visible=True).first.click()
    page.wait_for_load_state("load")


def tick(page: Page, name: str, value: str) -> None:
    """Choose a chip, a row or a radio: the real box lies under its words."""
    box = page.locator(f"[name='{name}'][value='{value}']")
    page.locator("label", has=box).first.click()


@pytest.fixture
def county_there(live_server, database_url, tmp_path):
    with beside(tmp_path, database_url):
        county.ground(clock.now())
        yield tmp_path


def picture(folder, name: str, *, clean: bool) -> str:
    path = folder / name
    path.write_bytes(pictures.draw("air", 11, clean=clean))
    return str(path)


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "plain"])
def test_from_a_phone_to_a_paid_reward(county_there, pages, js):
    cast = Cast(pages, js, "scripts" if js else "plain")
    code = citizen_reports(cast, county_there)
    number = desk_accepts(cast)
    worker_handles(cast, number, county_there)
    checker_checks(cast, number)
    lead_closes(cast, number)
    clerk_to_approver(cast)
    citizen_rates_and_claims(cast, code)
    finance_pays(cast)
    supervisor_looks(cast)
    citizen = cast.phone()
    track(citizen, code)
    cast.look(citizen, "track-paid")
    told = citizen.locator("main").inner_text()
    assert "已办结" in told
    assert "已发放" in told
    assert not {"laoli", "老李", "王", "checker"} & set(told.split())


def citizen_reports(cast: Cast, folder) -> str:
    page = cast.phone()
    page.goto("/")
    cast.look(page, "home")
    press(page, "拍照举报")
    page.locator("input[name=photos]").first.set_input_files(picture(folder, "1.jpg", clean=False))
    page.fill("#place_words", "科园北路西侧空地")
    if not cast.js:
        page.locator("details:has(#township) summary").click()
        page.select_option("#township", "330226001000")
    else:
        page.evaluate(
            "([lng, lat]) => { document.querySelector('[name=lng]').value = lng;"
            "document.querySelector('[name=lat]').value = lat; }",
            list(PLACE),
        )
    tick(page, "kinds", "burning")
    tick(page, "happening", "no")
    page.fill("#words", "空地上在烧旧木板和塑料袋，烟往楼里飘")
    cast.look(page, "report")
    press(page, "下一步")
    page.wait_for_url("**/report/check")
    cast.look(page, "check")
    press(page, "提交举报")
    page.wait_for_url("**/receipt")
    cast.look(page, "receipt")
    return page.locator(".code").first.get_attribute("aria-label").replace(" ", "")


def desk_accepts(cast: Cast) -> str:
    page = cast.staff("desk")
    cast.look(page, "inbox")
    case = page.locator("table a").first
    number = case.get_attribute("href").rsplit("/", 1)[1]
    case.click()
    grid = page.locator("#grid_code").first
    grid.wait_for()
    if not grid.input_value():
        grid.select_option(index=1)
        page.locator("#staff_id").first.select_option(index=1)
        page.locator("#reason").first.fill("举报人只选了街道")
    cast.look(page, "triage")
    press(page, "受理并派单")
    return number


def worker_handles(cast: Cast, number: str, folder) -> None:
    with_case = cases.by_number(number)
    username = accounts.get(tasks.current(with_case.id).staff_id).username
    page = cast.staff(username, size=PHONE, js=cast.js)
    page.goto("/w")
    cast.look(page, "today")
    press(page, "签收")
    page.goto(f"/w/{number}")
    cast.look(page, "case")
    arrive(cast, page, number, folder)
    page.goto(f"/w/{number}/finish")
    page.locator("input[name=photos]").first.set_input_files(picture(folder, "3.jpg", clean=True))
    fill_reply(page)
    page.fill("#site_facts", "一堆木板在烧，已扑灭清理")
    tick(page, "outcome", "resolved")
    cast.look(page, "finish")
    press(page, "提交核查")
    page.wait_for_url("**/w")
    cast.look(page, "handed-in")


def arrive(cast: Cast, page: Page, number: str, folder) -> None:
    """Stand at the place: with scripts the picture is the button, else words are asked."""
    page.goto(f"/w/{number}/arrive")
    cast.look(page, "arrive")
    shoot = page.locator("input[name=photo]").first
    if cast.js:
        page.locator("[data-say=good]").wait_for()
        shoot.set_input_files(picture(folder, "2.jpg", clean=False))
        page.wait_for_url(f"**/w/{number}")
        return
    shoot.set_input_files(picture(folder, "2.jpg", clean=False))
    page.locator("details:has(#words) summary").click()
    page.fill("#words", "手机没有定位，照片里有路牌")
    press(page, "到场")
    assert page.url.endswith(number), page.locator("main").inner_text()


def fill_reply(page: Page) -> None:
    page.fill("#talked_to", "现场作业人员")
    page.fill("#measure", "当场扑灭并清理")
    page.fill("#time_limit", "今天完成")


def checker_checks(cast: Cast, number: str) -> None:
    page = cast.staff("checker")
    page.goto("/desk/check")
    cast.look(page, "checks")
    page.goto(f"/desk/check/{number}")
    tick(page, "finding", "true")
    page.fill("#grounds", "照片与现场一致，痕迹清楚")
    cast.look(page, "checking")
    press(page, "核查通过")


def lead_closes(cast: Cast, number: str) -> None:
    page = cast.staff("lead")
    page.goto("/desk/approvals")
    cast.look(page, "approvals")
    page.goto(f"/desk/{number}/close")
    page.fill("#reply", "已扑灭并清理，谢谢您告诉我们。")
    cast.look(page, "close")
    press(page, "办结")


def clerk_to_approver(cast: Cast) -> None:
    for username, path, words in (
        ("clerk", "/rewards/", "送第二人审批"),
        ("legal", "/rewards/reviews", "复核无误"),
        ("approver", "/rewards/approvals", "同意"),
        ("clerk", "/rewards/", "通知"),
    ):
        page = cast.staff(username)
        page.goto(path)
        if words == "通知":
            page.goto("/rewards/1")
        else:
            page.locator("table a").first.click()
        page.wait_for_load_state("load")
        cast.look(page, f"reward-{username}")
        if words == "送第二人审批":
            answer_conditions(page)
        decide(page, words)


def answer_conditions(page: Page) -> None:
    """Say of each condition that it holds, and by what it is shown."""
    for key in BARS:
        page.locator("label", has=page.locator(f"input[name={key}][value=yes]")).click()
        page.fill(f"#{key}_words", "查过记录和媒体，没有")
    press(page, "保存核对结果")
    page.wait_for_load_state("load")


def decide(page: Page, words: str) -> None:
    """Press the button; where a yes-or-no form asks, say yes first."""
    own = page.locator("form", has=page.get_by_role("button", name=words)).first
    yes = page.locator("input[type=radio][value=yes], input[type=radio][value=approve]")
    if own.locator(yes).count():
        own.locator("label", has=yes).first.click()
    press(page, words)


def track(page: Page, code: str) -> None:
    page.goto("/t")
    page.fill("#code", code)
    press(page, "查进度")


def citizen_rates_and_claims(cast: Cast, code: str) -> None:
    page = cast.phone()
    track(page, code)
    cast.look(page, "track-closed")
    here = page.url.split("#")[0]
    page.goto(f"{here}/rate")
    tick(page, "solved", "yes")
    tick(page, "satisfaction", "very")
    cast.look(page, "rate")
    press(page, "提交评价")
    page.goto(f"{here}/secret")
    page.fill("#secret", SECRET)
    page.fill("#again", SECRET)
    page.locator("main form button[type=submit]").filter(visible=True).first.click()
    page.wait_for_load_state("load")
    page.goto(f"{here}/reward")
    cast.look(page, "reward-why")
    page.goto(f"{here}/reward/claim")
    tick(page, "way", "voucher")
    if page.locator("#secret").count() == 0:
        press(page, "下一步")
    page.fill("#secret", SECRET)
    cast.look(page, "claim")
    page.locator("main form button[type=submit]").filter(visible=True).first.click()
    page.wait_for_load_state("load")
    cast.look(page, "claimed")


def finance_pays(cast: Cast) -> None:
    page = cast.staff("finance")
    page.goto("/custody/payouts")
    cast.look(page, "payouts")
    page.locator("table a").first.click()
    page.wait_for_load_state("load")
    page.fill("#reference", "V-2026-0001")
    cast.look(page, "pay")
    page.locator("main form button[type=submit]").filter(visible=True).first.click()
    page.wait_for_load_state("load")
    cast.look(page, "paid")


def supervisor_looks(cast: Cast) -> None:
    page = cast.staff("supervisor")
    page.goto("/sup")
    cast.look(page, "rates")
    page.goto("/sup/overdue")
    cast.look(page, "overdue")
