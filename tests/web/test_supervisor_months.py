"""Published months, questions to ask, exclusions by two persons, files: as the pages show them."""

import hashlib
import io
import re
import zipfile

import pytest
from sqlalchemy import select, text

from app.accounts import service
from app.accounts.permissions import Role
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.rates import tally
from app.rates.beside import BESIDE_BY_KEY
from app.web.supervisor import drill, listing, period
from app.web.supervisor import sheet as files
from tests.infra.clock import at, moment
from tests.web import county
from tests.web.county import TOWN, post, sign_in

LATER = "2026-12-02 09:00"
NEW = ("/sup/months", "/sup/patterns", "/sup/patterns/ping_pong", "/sup/left-out",
       "/sup/rate/rework", "/sup/rate/arrival?by=person", "/sup/rate/arrival?by=channel",
       "/sup?period=quarter&category=A6&level=yellow&channel=web")  # fmt: skip


@pytest.fixture
def chen(county_app):
    return sign_in(county_app, "chen")


def hired(app, username, role):
    with app.app_context(), transaction():
        service.add_staff(
            username, name=username, roles=[role], password_hash=county.HASHED,
            must_change=False, area_code="330226", now=clock.now(),
        )  # fmt: skip
    return sign_in(app, username)


@pytest.fixture
def lead(county_app):
    return hired(county_app, "zuzhang", Role.DESK_LEAD)


@pytest.mark.parametrize("path", ["/sup", "/sup/rate/arrival", "/sup/patterns", "/sup/ranking"])
def test_every_time_is_a_link_that_answers(chen, path):
    links = re.findall(r'href="([^"]+period=(\w+)[^"]*)"', chen.get(path).text)
    found = {key: address.replace("&amp;", "&") for address, key in links}
    assert set(period.KEYS) <= set(found)
    assert all(chen.get(address).status_code == 200 for address in found.values())


def published(chen, month="2026-11"):
    with at(LATER):
        return post(chen, "/sup/months", {"month": month})


@pytest.mark.parametrize("path", NEW)
def test_the_pages_answer_in_both_languages(chen, path):
    page = chen.get(path)
    assert page.status_code == 200
    assert "url_for" not in page.text
    joined = "&" if "?" in path else "?"
    assert chen.get(f"{path}{joined}lang=en").status_code == 200


def test_a_month_that_runs_or_is_no_month_is_refused(chen):
    for month, said in (("2026-11", "还没有结束"), ("november", "2026-10 的格式"), ("", "2026-10")):
        answer = post(chen, "/sup/months", {"month": month})
        assert answer.status_code == 422
        assert said in answer.text
    assert chen.get("/sup/months/2026-11").status_code == 404


def test_a_published_month_is_its_file(county_app):
    with at(LATER):
        chen = sign_in(county_app, "chen")
        assert published(chen).status_code == 303
        page = chen.get("/sup/months/2026-11").text
        file = chen.get("/sup/months/2026-11.csv").data
        assert "已经发布" in post(chen, "/sup/months", {"month": "2026-11"}).text
    assert hashlib.sha256(file).hexdigest() in page
    assert "发布后没有变动" in page
    assert file.startswith(b"rate,record,case_number,")


def test_what_changes_later_stands_beside_it(county_app, lead):
    with at(LATER):
        chen, lead = sign_in(county_app, "chen"), sign_in(county_app, "zuzhang")
        days = "period=own&first=2026-11-16&last=2026-11-22"
        number = re.search(
            r"/sup/case/(E110-\w+)", chen.get(f"/sup/rate/arrival?{days}&part=missed").text
        )[1]
        published(chen)
        told = {"number": number.lower(), "reason": "test", "note": "演练用"}
        assert post(lead, "/sup/left-out", told).status_code == 303
        address = re.search(r'action="(/sup/left-out/\d+/approve)"', chen.get("/sup/left-out").text)
        assert post(lead, address[1], {}).status_code == 403
        assert post(chen, address[1], {}).status_code == 303
        page = chen.get("/sup/months/2026-11").text
        assert f"/sup/case/{number}" in page
        assert "剔除：" in page
        assert "演练用" in chen.get("/sup/left-out").text
        assert number in chen.get(f"/sup/rate/arrival?{days}&part=excluded").text


def test_the_month_that_is_over_is_offered_until_it_is_published(county_app):
    with at(LATER):
        chen = sign_in(county_app, "chen")
        assert 'value="2026-11"' in chen.get("/sup/months").text
        published(chen)
        assert 'value="2026-11"' not in chen.get("/sup/months").text


def test_who_may_ask_to_leave_a_case_out_finds_the_way_from_it(chen, county_app):
    asker = hired(county_app, "paiqian", Role.DISPATCHER)
    days = "period=own&first=2026-11-16&last=2026-11-22&part=bottom"
    number = re.search(r"/sup/case/(E110-\w+)", chen.get(f"/sup/rate/arrival?{days}").text)[1]
    address = f"/sup/left-out?number={number}"
    assert address in asker.get(f"/desk/{number}").text
    assert f'value="{number}"' in asker.get(address).text
    told = {"number": number, "reason": "test", "note": "演练用"}
    assert post(asker, "/sup/left-out", told).status_code == 303
    assert "演练用" in asker.get("/sup/left-out").text


def test_bad_input_stays_on_the_form(lead):
    told = {"number": "E110-NOTHER", "reason": "test", "note": "因为"}
    answer = post(lead, "/sup/left-out", told)
    assert answer.status_code == 422
    assert "E110-NOTHER" in answer.text
    assert "因为" in answer.text
    assert post(lead, "/sup/left-out", {}).status_code == 422


def test_files_hold_what_the_list_counts(chen, county_app, monkeypatch):
    monkeypatch.setattr(listing, "BATCH", 2)
    for key in ("arrival", *BESIDE_BY_KEY):
        page = chen.get(f"/sup/rate/{key}?period=month&part=bottom").text
        count = int(re.search(r'aria-current="page">[^<]+<b class="n">(\d+)</b>', page)[1])
        csv = chen.get(f"/sup/rate/{key}.csv?period=month&part=bottom").data.decode("utf-8-sig")
        assert csv.count("\r\n") == count + 1, key
        book = chen.get(f"/sup/rate/{key}.xlsx?period=month&part=bottom").data
        assert sheet(book).count("<row ") == count + 1, key
        assert noted(county_app) == {"csv": count, "xlsx": count}, key
    assert chen.get("/sup/rate/arrival.pdf").status_code == 404


def test_page_csv_and_sheets_hold_the_same_however_many(chen, monkeypatch):
    monkeypatch.setattr(drill, "SIZE", 3)
    monkeypatch.setattr(files, "ROOM", 2)
    asked = "period=month&part=bottom"
    pages, number = [], 1
    while found := listed(chen.get(f"/sup/rate/arrival?{asked}&page={number}").text):
        pages, number = pages + found, number + 1
    lines = chen.get(f"/sup/rate/arrival.csv?{asked}").data.decode("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines[1:]] == pages
    assert len(pages) > drill.SIZE
    with zipfile.ZipFile(io.BytesIO(chen.get(f"/sup/rate/arrival.xlsx?{asked}").data)) as file:
        sheets = [name for name in file.namelist() if name.startswith("xl/worksheets/")]
        rows = sum(file.read(name).count(b"<row ") - 1 for name in sheets)
    assert (len(sheets), rows) == (-(-len(pages) // files.ROOM), len(pages))


def listed(page):
    """Return the numbers of the cases on a page of the list."""
    return re.findall(r'href="/sup/case/(E110-\w+)"', page)


def noted(app):
    """Return how many rows the last two files held, as the audit chain has it."""
    with app.app_context():
        newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(2))
        return {one.action.removeprefix("rates."): one.detail["rows"] for one in newest}


def sheet(book):
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        return file.read("xl/worksheets/sheet1.xml").decode()


def test_groups_and_filters_add_up(chen):
    for by in ("township", "grid", "person", "unit", "category", "channel", "level"):
        page = chen.get(f"/sup/rate/arrival?by={by}").text
        counts = re.findall(r'<td class="num" data-h="[^%"]+">(?:<a href="[^"]+">)?(\d+)<', page)
        assert sum(map(int, counts)) == 7, by
    page = chen.get("/sup/rate/arrival?category=A6").text
    assert 'class="n">7</b>' in page
    assert 'class="n">7</b>' not in chen.get("/sup/rate/arrival?category=W4").text
    assert 'class="n">7</b>' in chen.get("/sup/rate/arrival?level=none").text


def test_the_ranking_shows_scores(chen):
    page = chen.get("/sup/ranking").text
    assert "得分" in page
    assert "到勤 20" in page


def test_worst_unit_and_its_cases_in_two_taps(chen):
    first = chen.get("/sup").text
    ranked = first[first.index('id="rank"') :].split("少于 5 件")[0]
    worst = re.findall(r'<li><a href="([^"]+)">', ranked)[-1].replace("&amp;", "&")
    assert TOWN in worst
    second = chen.get(worst).text
    missed = re.search(r'<a href="([^"]+part=missed[^"]*)"', second)[1].replace("&amp;", "&")
    assert "/sup/case/E110-" in second
    assert "/sup/case/E110-" in chen.get(missed).text


def run(county_app, *words):
    return county_app.test_cli_runner().invoke(args=["rates", *words])


def test_commands_show_freeze_and_recount(county_app):
    days = ("--from", "2026-11-16", "--to", "2026-11-22")
    shown = run(county_app, "show", *days, "--by", "township", "--json")
    assert '"denominator": 7' in shown.output
    assert TOWN in shown.output
    assert "rework" in run(county_app, "show", *days, "--beside").output
    assert run(county_app, "publish", "2026-11").exit_code == 1
    with at(LATER):
        digest = run(county_app, "publish", "2026-11").output.strip()
        file = run(county_app, "export", "2026-11").output
        assert hashlib.sha256(file.encode()).hexdigest() == digest
        assert run(county_app, "recount").exit_code == 0


def test_recount_names_the_first_figure_that_differs(county_app):
    with county_app.app_context():
        with transaction():
            while tally.refresh(moment(LATER)):
                pass
        with transaction():
            db.session.execute(text("UPDATE rate_tally SET top = top + 1 WHERE rate = 'arrival'"))
    told = run(county_app, "recount")
    assert told.exit_code == 1
    assert "DIFFERS" in told.output
    assert "arrival" in told.output
