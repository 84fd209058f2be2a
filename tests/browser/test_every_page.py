"""Every page that a browser can open, for everybody who may: clean, narrow, whole, in two tongues.

A new page must be given a row in one of the tables; without it the first test fails.
"""

import re
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.accounts.permissions import may
from app.cli.demo import people
from app.web import access
from config import read_keys
from tests.browser import living as story
from tests.browser import looks, odd, sideways
from tests.browser.eye import Eye, stored
from tests.browser.living import Living
from tests.infra.beside import beside
from tests.infra.browser import DESK, PHONE, Pages, bring_axe, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOT_PAGES = set(
    """
/healthz /manifest.webmanifest /token /sw.js /up/<name> /p/<photo_id>/<int:size>
/t/<name>/receipt.png /sup/rate/<key>.<kind> /sup/months/<month>.csv
/sup/spot-checks/<int:sample_id>.csv /sup/patrols.<kind> /w/draft/<key>/<photo_id>
/w/<number>/photo/<photo_id>/<int:size> /w/pack
/desk/handovers/<int:hand_over_id>/photo/<photo_id>/<int:size>
/desk/handovers/draft/<key>/<photo_id> /desk/fresh
/admin/rules/schema.json /admin/rules/<int:rule_set_id>.json /custody/payouts.xlsx
/admin/limits/<int:version_id>.json
/rewards/<int:award_id>/form.pdf /rewards/<int:award_id>/notice.pdf
/t/<name>/reward/notice.pdf /t/<name>/reward/voucher.pdf
""".split()
)  # data, pictures and files

STILL = set(
    """
/ /accessibility /help /map /offline /privacy /report /rules /t
/report/step/<int:number> /report/check /staff/login
""".split()
)  # of everybody, without an own report

FILLED = {
    "/report/step/<int:number>": [f"/report/step/{number}" for number in range(1, 6)],
    "/map": ["/map", "/map?view=map&near=121.43,29.29&kind=air"],
}
AWARDED = ("proposed", "reviewed", "told", "claimed", "paid", "appealed")

STEPS = ("/staff/code", "/staff/enrol")  # between password and second factor

VISITS = {  # pages of one's own report: which of the story's reports show them
    "/t/<name>": "new asked assigned handled told proposed claimed paid appealed rejecting handed "
    "resting rejected objected merged",
    "/t/<name>/receipt": "new",
    "/t/<name>/add": "new",
    "/t/<name>/phone": "new",
    "/t/<name>/rate": "checked paid",
    "/t/<name>/reply": "asked",
    "/t/<name>/objection": "rejected objected",
    "/t/<name>/review": "told claimed",
    "/t/<name>/secret": "new told",
    "/t/<name>/reward": "told paid appealed",
    "/t/<name>/reward/claim": "told",
    "/t/<name>/reward/voucher": "claimed",
}

STAFF = {  # pages of staff: addresses, filled with numbers of cases, awards, vouchers
    "/staff": "/staff",
    "/staff/confirm": "/staff/confirm",
    "/staff/password": "/staff/password",
    "/staff/relatives": "/staff/relatives",
    "/w": "/w /w?tab=to_arrive /w?tab=handling",
    "/w/me": "/w/me",
    "/w/outbox": "/w/outbox",
    "/w/<number>": "/w/{assigned} /w/{arrived} /w/{doubtful} /w/{handback} /w/{handled}",
    "/w/<number>/arrive": "/w/{assigned}/arrive",
    "/w/<number>/reply": "/w/{arrived}/reply",
    "/w/<number>/finish": "/w/{arrived}/finish",
    "/w/<number>/handback": "/w/{assigned}/handback",
    "/w/<number>/extend": "/w/{assigned}/extend",
    "/w/<number>/rest": "/w/{assigned}/rest /w/{resting}/rest",
    "/w/<number>/order": "/w/{assigned}/order",
    "/w/patrol": "/w/patrol",
    "/w/team": "/w/team /w/team?who={team_worker}",
    "/w/team/<int:task_id>": "/w/team/{team_task}",
    "/w/team/all/<int:staff_id>": "/w/team/all/{team_worker}",
    "/w/rechecks": "/w/rechecks",
    "/w/recheck/<int:check_id>": "/w/recheck/{look} /w/recheck/{look_failed} "
                              "/w/recheck/{after_open} /w/recheck/{after_done}",
    "/desk": "/desk /desk?case={new} /desk?kind=noise&photos=1 /desk?view=assign "
             "/desk?view=running /desk?view=waiting /desk?view=done",
    "/desk/<number>": "/desk/{new} /desk/{rejecting} /desk/{checked} /desk/{paid} /desk/{handed} "
                      "/desk/{resting} /desk/{merged}",
    "/desk/<number>/public": "/desk/{new}/public /desk/{checked}/public /desk/{paid}/public",
    "/desk/<number>/close": "/desk/{checked}/close /desk/{unfiled}/close",
    "/desk/approvals": "/desk/approvals",
    "/desk/limits": "/desk/limits",
    "/desk/handovers": "/desk/handovers",
    "/desk/handovers/<int:hand_over_id>": "/desk/handovers/{hand_over} /desk/handovers/{answered}",
    "/desk/check": "/desk/check",
    "/desk/check/<number>": "/desk/check/{handled}",
    "/desk/new": "/desk/new",
    "/desk/callbacks": "/desk/callbacks",
    "/desk/callbacks/<int:call_back_id>": "/desk/callbacks/{call}",
    "/enf": "/enf /enf?list=file /enf?list=decide /enf?list=done",
    "/enf/<number>": "/enf/{arrived} /enf/{unfiled} /enf/{decided} /enf/{filed}?round=1",
    "/enf/<number>/verify": "/enf/{arrived}/verify",
    "/enf/<number>/file": "/enf/{unfiled}/file",
    "/enf/<number>/decide": "/enf/{filed}/decide?round=1",
    "/rewards/": "/rewards/",
    "/rewards/reviews": "/rewards/reviews",
    "/rewards/approvals": "/rewards/approvals",
    "/rewards/unclaimed": "/rewards/unclaimed",
    "/rewards/voucher": "/rewards/voucher",
    "/rewards/<int:award_id>": "/rewards/{award_told} /rewards/{award_reviewed} "
                               "/rewards/{award_paid}",
    "/rewards/<int:award_id>/decide": "/rewards/{award_reviewed}/decide",
    "/rewards/<int:award_id>/appeal": "/rewards/{award_appealed}/appeal",
    "/rewards/<int:award_id>/claw-back": "/rewards/{award_paid}/claw-back",
    "/custody/batches": "/custody/batches",
    "/custody/batches/<number>": "/custody/batches/{batch}",
    "/custody/openings": "/custody/openings",
    "/custody/openings/<int:opening_id>": "/custody/openings/{opening}",
    "/custody/payouts": "/custody/payouts",
    "/custody/payouts/<voucher>": "/custody/payouts/{voucher_claimed} "
                                  "/custody/payouts/{voucher_paid}",
    "/flags/": "/flags/ /flags/?view=done",
    "/flags/<int:flag_id>": "/flags/{flag_used} /flags/{flag_ring}",
    "/sup": "/sup /sup?period=week",
    "/sup/overdue": "/sup/overdue",
    "/sup/ranking": "/sup/ranking",
    "/sup/case/<number>": "/sup/case/{told}",
    "/sup/rate/<key>": "/sup/rate/arrival /sup/rate/satisfaction?by=township  /sup/rate/rework "
                       "/sup/rate/penalty?part=excluded",
    "/sup/months": "/sup/months",
    "/sup/months/<month>": "/sup/months/{month}",
    "/sup/patterns": "/sup/patterns",
    "/sup/patterns/<key>": "/sup/patterns/last_minute",
    "/sup/left-out": "/sup/left-out",
    "/sup/patrols": "/sup/patrols?period=quarter",
    "/sup/patrol-plans": "/sup/patrol-plans",
    "/sup/spot-checks": "/sup/spot-checks",
    "/sup/rechecks": "/sup/rechecks",
    "/sup/spot-checks/<int:sample_id>": "/sup/spot-checks/{sample}",
    "/sup/spot-check/<int:check_id>": "/sup/spot-check/{look} /sup/spot-check/{look_failed} "
                                    "/sup/spot-check/{after_open} /sup/spot-check/{after_done}",
    "/sup/today/<what>": "/sup/today/near /sup/today/check /sup/today/rework /sup/today/bad",
    "/admin/areas": "/admin/areas",
    "/admin/audit": "/admin/audit",
    "/admin/calendar": "/admin/calendar",
    "/admin/jobs": "/admin/jobs",
    "/admin/limits": "/admin/limits",
    "/admin/limits/new": "/admin/limits/new",
    "/admin/limits/<int:version_id>": "/admin/limits/{limits}",
    "/admin/rules": "/admin/rules",
    "/admin/rules/<int:rule_set_id>": "/admin/rules/1",
    "/admin/staff": "/admin/staff",
    "/admin/staff/<int:staff_id>": "/admin/staff/1",
}  # fmt: skip


EMPTY = """form => {
  form.noValidate = true;
  for (const box of form.elements) {
    if (['text', 'tel', 'number', 'search', 'password', 'date', 'textarea', 'datetime-local']
        .includes(box.type)) box.value = '';
    if (['radio', 'checkbox'].includes(box.type)) box.checked = false;
  }
  HTMLFormElement.prototype.submit.call(form);
}"""
NARROWEST = (320,)
"""A refused page is the page with a list of errors on it: only the narrowest could overflow."""
OWN_FORM = "main form[method=post]:not([action])"


@pytest.fixture(scope="session")
def lived(tmp_path_factory, sqlite_template) -> tuple[Path, Living]:
    """Let the county live once; each test takes a copy of all that it left."""
    folder = tmp_path_factory.mktemp("lived")
    shutil.copyfile(sqlite_template, folder / "test.db")
    read_keys(folder / "keys", make=True)
    with beside(folder, f"sqlite:///{folder / 'test.db'}"):
        told = story.make()
        odd.raise_flags(told)
        odd.call(told)
        odd.bring_limits(told)
        sideways.make(told)
        looks.make(told)
        return folder, told


@pytest.fixture
def database_url(lived, tmp_path) -> str:
    shutil.copytree(lived[0], tmp_path, dirs_exist_ok=True)
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def living(live_server, lived, database_url, tmp_path) -> Iterator[Living]:
    with beside(tmp_path, database_url):
        yield lived[1]


@pytest.fixture
def eye(living, tmp_path, lang) -> Iterator[Eye]:
    """Look at pages, and fail at the end with all that was wrong on them."""
    names = {told.number: name for name, told in living.told.items()}
    watch = Eye(stored(tmp_path / "test.db"), english=lang == "en", names=names)
    yield watch
    assert not watch.faults, "\n".join(sorted(watch.faults))


def speaking(pages: Pages, lang: str, size: tuple[int, int]) -> Page:
    page = pages(size=size, locale="zh-CN" if lang == "zh" else "en-GB")
    bring_axe(page)
    page.context.add_cookies([{"name": "lang", "value": lang, "url": pages.base_url}])
    return page


def filled(living: Living, addresses: str) -> list[str]:
    """Put the numbers of the story into addresses."""
    numbers = {name: told.number for name, told in living.told.items()}
    awards = {f"award_{name}": living.award(name) for name in AWARDED}
    vouchers = {f"voucher_{name}": living.voucher(name) for name in ("claimed", "paid")}
    known = numbers | awards | vouchers | odd.numbers() | sideways.numbers() | looks.numbers()
    known |= {"opening": living.opening, "month": living.month, "batch": living.batch}
    return [address.format_map(known) for address in addresses.split()]


def permitted(app, route: str) -> list[people.Person]:
    endpoint = next(rule.endpoint for rule in app.url_map.iter_rules() if rule.rule == route)
    verbs = access.verbs_of(app, endpoint)
    return [one for one in people.SHOWN if any(may(one.roles, verb) for verb in verbs)]


def test_every_route_that_answers_a_browser_is_in_a_table(app):
    routes = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    tables = list(chain(NOT_PAGES, STILL, STEPS, VISITS, STAFF))
    assert sorted(tables) == sorted(routes)


def opened(page: Page, address: str, eye: Eye, who: str) -> bool:
    """Open a page and look at it where it opens to this person."""
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        return False
    eye.look(page, address, who)
    return True


def has_form(page: Page) -> bool:
    return page.locator(OWN_FORM).count() == 1


def left_empty(page: Page, address: str, eye: Eye, who: str) -> None:
    """Send the page's own form with nothing in it; a refusal is a page too."""
    form = page.locator(OWN_FORM)
    if not page.goto(address) or not has_form(page):
        return
    with page.expect_navigation() as sent:
        form.evaluate(EMPTY)
    if sent.value.status not in {200, 409, 422}:
        eye.faults.append(f"{address} as {who}, left empty: {sent.value.status}")
    eye.look(page, f"{address}-empty", who, NARROWEST)


def walked(page: Page, addresses: list[str], eye: Eye, who: str) -> list[str]:
    """Look at what opens, and then at its forms left empty; return what opened."""
    shown, forms = [], []
    for address in addresses:
        if opened(page, address, eye, who):
            shown.append(address)
            forms += [address] * has_form(page)
    for address in forms:
        left_empty(page, address, eye, who)
    return shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_staff_pages(app, living, eye, pages, lang):
    """Each page once, with the first person to whom it opens: a verb alone is not always enough."""
    waiting = {
        address: permitted(app, route)
        for route, addresses in STAFF.items()
        for address in filled(living, addresses)
    }
    for person in people.SHOWN:
        mine = [address for address, allowed in waiting.items() if person in allowed]
        if not mine:
            continue
        page = speaking(pages, lang, PHONE if person.username == "worker" else DESK)
        sign_in(page, person.username, people.PASSWORD)
        for address in walked(page, mine, eye, person.username):
            del waiting[address]
        page.context.close()
    assert not waiting


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_citizens_pages(living, eye, pages, lang):
    page = speaking(pages, lang, PHONE)
    for route in sorted(STILL):
        for address in FILLED.get(route, [route]):
            assert walked(page, [address], eye, "citizen"), address
    shown: dict[str, list[str]] = {}
    for route, names in VISITS.items():
        for name in names.split():
            shown.setdefault(name, []).append(route)
    for name, routes in shown.items():
        page.goto("/t")
        page.fill("#code", living.told[name].code)
        page.locator("main button[type=submit]").click()
        page.wait_for_url(re.compile(r"/t/[\w-]+$"))
        visit = page.url.rpartition("/")[2]
        eye.names[visit] = "code"
        addresses = [route.replace("<name>", visit) for route in routes]
        assert walked(page, addresses, eye, f"citizen-{name}") == addresses
