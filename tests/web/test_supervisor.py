"""The supervisor's pages: every number is the length of the list behind it."""

import csv
import io
import re
from html import unescape

import pytest

from app.places import demo
from app.rates import RATES
from app.web.supervisor.sheet import safe
from tests.web.county import OTHER_TOWN, TOWN, post, sign_in

PAGES = ("/sup", "/sup/rate/arrival", "/sup/rate/arrival.csv", "/sup/overdue", "/sup/ranking",
         "/sup/today/near", "/sup/today/check", "/sup/today/rework", "/sup/today/bad")  # fmt: skip
ROW = re.compile(r'href="/sup/case/(E110-\w+)"')
TAB = re.compile(r'<a href="(/sup/rate/[^"]+)"[^>]*>([^<]+) <b class="n">(\d+)</b></a>')
CELL = re.compile(r'<p class="rate-nd"><a href="([^"]+)">(\d+)/(\d+)</a>')


@pytest.fixture
def chen(county_app):
    return sign_in(county_app, "chen")


def listed(client, address):
    """Return the case numbers that a list shows, all its pages together."""
    found, page = [], 1
    while True:
        text = client.get(f"{unescape(address)}&page={page}").text
        rows = ROW.findall(text)
        if not rows:
            return found
        found += rows
        page += 1


def table(client, address):
    answer = client.get(unescape(address))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_each_number_of_the_first_page_is_the_length_of_its_list(chen):
    page = chen.get("/sup").text
    cells = CELL.findall(page)
    assert page.count('class="rate-nd"') == len(RATES)
    assert cells[0][1:] == ("4", "7")
    for address, top, bottom in cells:
        assert len(listed(chen, address)) == int(bottom)
        top_list = address.replace("part=bottom", "part=top")
        assert len(listed(chen, top_list)) == int(top)


def test_each_tab_counts_its_list_and_its_file(chen):
    page = chen.get("/sup/rate/arrival").text
    tabs = TAB.findall(page)
    assert [int(count) for *_, count in tabs] == [4, 7, 3, 0]
    for address, _words, count in tabs:
        assert len(listed(chen, address)) == int(count)
        rows = table(chen, address.replace("/arrival?", "/arrival.csv?"))
        assert len(rows) - 1 == int(count)
        assert rows[0][0] == "受理编号"


def test_late_and_missing_visits_say_how_late(chen):
    page = chen.get("/sup/rate/arrival?part=missed").text
    assert "未按时" in page
    assert "未完成" in page
    assert "超时" in page


def test_a_rate_is_said_in_words(chen):
    page = chen.get("/sup").text
    assert "57.14" in page
    assert "应到场 7 件，按时到场 4 件，目标 95%" in page
    assert "未达标" in page
    assert "参评率 100.00%（1/1）" in page
    assert "口径 2026-08-15 版" in page


def test_nothing_due_is_a_dash_and_never_full(chen):
    page = chen.get("/sup?period=own&first=2026-03-02&last=2026-03-08").text
    assert "这段时间没有到期的" in page
    assert "100.00" not in page


def test_a_township_narrows_numbers_and_lists(chen):
    page = chen.get(f"/sup?period=last_week&township={TOWN}").text
    address, top, bottom = CELL.findall(page)[0]
    assert (top, bottom) == ("4", "6")
    assert f"township={TOWN}" in address
    assert len(listed(chen, address)) == 6
    other = chen.get(f"/sup?township={OTHER_TOWN}").text
    assert CELL.findall(other)[0][1:] == ("0", "1")
    assert chen.get("/sup?township=330226999000").status_code == 404


def test_by_township_adds_up(chen):
    page = chen.get("/sup/rate/arrival?by=township").text
    counts = re.findall(r'<td class="num"[^>]*><a href="([^"]+)">(\d+)<', page)
    assert sum(int(count) for _, count in counts) == 7
    for address, count in counts:
        assert len(listed(chen, address)) == int(count)


def test_townships_with_few_records_stand_apart(chen):
    page = chen.get("/sup").text
    ranked, apart = page.split("少于 5 件，不排名")
    assert "跃龙街道</a>" in ranked[ranked.index('id="rank"') :]
    assert "pt-few" in apart


def test_wrong_dates_give_a_page(chen):
    for query in ("first=x&last=y", "first=2026-11-20&last=2026-11-01", "first=0001-01-01"):
        assert chen.get(f"/sup?period=own&{query}").status_code == 200
    assert chen.get("/sup/rate/none").status_code == 404
    assert chen.get("/sup/today/none").status_code == 404


def test_what_is_late_is_counted_and_listed(chen):
    number = int(re.search(r'big red">(\d+)</b>', chen.get("/sup").text).group(1))
    page = chen.get("/sup/overdue").text
    assert len(re.findall(r'name="cases"', page)) == number > 0
    assert "催办" in page
    assert "laoli" in page


def test_a_supervision_order_goes_out(chen):
    page = chen.get("/sup/overdue").text
    case_id = re.search(r'name="cases" value="(\d+)"', page).group(1)
    refused = post(chen, "/sup/overdue/order", {"cases": case_id})
    assert refused.status_code == 422
    assert "请填写督办要求" in refused.text
    none = post(chen, "/sup/overdue/order", {"requirement": "两日内到场"})
    assert none.status_code == 422
    sent = post(chen, "/sup/overdue/order", {"cases": case_id, "requirement": "两日内到场核实"})
    assert sent.status_code == 303
    assert "两日内到场核实" in chen.get("/sup/overdue").text


def test_a_reopen_request_is_answered(chen):
    page = chen.get("/sup/overdue").text
    assert "晚上又烧了" in page
    address, number = re.search(r'action="(/sup/reopen/(\d+))"', page).groups()
    short = post(chen, address, {f"r{number}-approve": "yes", f"r{number}-answer": ""})
    assert short.status_code == 422
    assert "请填写答复" in short.text
    told = {f"r{number}-approve": "yes", f"r{number}-answer": "同意，今晚再查一次。"}
    assert post(chen, address, told).status_code == 303
    assert "没有重办申请" in chen.get("/sup/overdue").text
    assert post(chen, address, told).status_code == 409


def test_a_bad_rating_stands_on_its_list(chen):
    page = chen.get("/sup/today/bad").text
    assert len(ROW.findall(page)) == 1
    assert "不满意" in page


def test_a_case_shows_its_clocks_day_by_day(chen):
    number = ROW.findall(chen.get("/sup/today/bad").text)[0]
    page = chen.get(f"/sup/case/{number}").text
    assert "第 1 天" in page
    assert "烧垃圾的味道" not in page
    assert chen.get("/sup/case/E110-NOTHER").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_only_those_who_may_see_the_rates(county_app, path):
    assert sign_in(county_app, "laoli").get(path).status_code == 403
    assert county_app.test_client().get(path).status_code == 303


@pytest.mark.parametrize("path", PAGES)
def test_both_languages(chen, path):
    zh = chen.get(path)
    assert zh.status_code == 200
    en = chen.get(f"{path}?lang=en")
    if path.endswith(".csv"):
        assert en.text.startswith("\ufeffCase number,Result")
        return
    assert '<html lang="zh-CN"' in zh.text
    text = re.sub(r"<[^>]+>", "|", en.text)
    for name in sorted(names_of_places() | {"中文", "桥头", "晚上又烧了"}, key=len, reverse=True):
        text = text.replace(name, "")
    assert not re.findall(r"[\u4e00-\u9fff]+", text)


def names_of_places():
    return {feature["properties"]["name"] for feature in demo.collection()["features"]}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1"])
def test_no_cell_is_a_formula(cell):
    assert safe(cell).startswith("'")


def test_plain_cells_stay():
    assert safe("桥头，一号") == "桥头，一号"
