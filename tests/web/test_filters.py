"""How times, money, shares and distances are written, in both languages."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.core import clock
from app.web import filters
from app.web.clocks import clock_tag, pie
from app.web.labels import label
from app.web.requests import local_path
from app.web.sparks import spark_line
from tests.infra.clock import moment

NOW = moment("2026-11-23 10:38")


@pytest.fixture(params=["zh", "en"])
def language(request, app):
    with clock.moved_to(NOW), app.test_request_context(f"/?lang={request.param}"):
        yield request.param


@pytest.fixture
def zh(app):
    with clock.moved_to(NOW), app.test_request_context("/"):
        yield


def both(language, zh, en, found):
    assert str(found) == (zh if language == "zh" else en)


def test_dates_and_times(language):
    at = moment("2026-11-03 09:05")
    both(language, "11 月 3 日", "3 Nov", filters.day(at))
    both(language, "11 月 3 日 09:05", "3 Nov 09:05", filters.moment(at))
    both(language, "2025 年 11 月 3 日", "3 Nov 2025", filters.day(moment("2025-11-03")))
    assert filters.short(at) == "11-03 09:05"
    assert filters.stamp(at) == "2026-11-03 09:05:00"
    assert filters.iso(at) == "2026-11-03T09:05:00+08:00"


def test_the_end_of_a_day_is_24(zh):
    end = moment("2026-11-26 23:59:59")
    assert filters.hm(end) == "24:00"
    assert filters.moment(end) == "11 月 26 日 24:00"
    assert filters.due(end) == "11 月 26 日 24:00"
    assert filters.due(moment("2026-11-24 23:59:59")) == "明天 24:00"
    assert filters.due(moment("2026-11-23 16:40")) == "16:40"


def test_capitals_say_that_they_are_chinese(language):
    assert filters.capitals(11_500_000) == '<span lang="zh-CN">壹拾壹万伍仟元整</span>'
    assert filters.capitals(None) == '<span lang="zh-CN">—</span>'


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (timedelta(days=6, hours=13, minutes=5), "6 天 13 时", "6 d 13 h"),
        (timedelta(days=2), "2 天", "2 d"),
        (timedelta(hours=1, minutes=50), "1 时 50 分", "1 h 50 min"),
        (timedelta(hours=3), "3 时", "3 h"),
        (1080, "18 分", "18 min"),
        (30, "不到 1 分", "less than 1 min"),
        (None, "—", "—"),
    ],
)
def test_lengths_of_time(language, length, zh, en):
    both(language, zh, en, filters.span(length))


@pytest.mark.parametrize(
    ("top", "bottom", "words"),
    [(31, 33, "93.94%"), (1, 32, "3.13%"), (2, 3, "66.67%"), (1, 8, "12.50%"),
     (38, 65, "58.46%"), (0, 0, "—"), (0, 7, "0.00%"), (None, 3, "—"), (5, 5, "100.00%")],
)  # fmt: skip
def test_per_cent_half_up(top, bottom, words):
    assert filters.percent(top, bottom) == words


def test_money(language):
    assert filters.money_of(575000) == "5,750.00"
    assert filters.money_of(-20000) == "−200.00"
    both(language, "5,750.00 元", "5,750.00 yuan", filters.yuan(575000))
    assert filters.yuan(None) == "—"


@pytest.mark.parametrize(
    ("metres", "zh", "en"),
    [(18.4, "18 米", "18 m"), (648, "650 米", "650 m"), (1100, "1.1 公里", "1.1 km"),
     (4600, "4.6 公里", "4.6 km"), (None, "—", "—")],
)  # fmt: skip
def test_distances(language, metres, zh, en):
    both(language, zh, en, filters.distance(metres))


def a_clock(start, due, **more):
    row = {"state": "running", "started_at": start, "due_at": due, "stopped_at": None,
           "provisional": False,
           "warn_at": start + (due - start) / 2 if due else None,
           "near_at": start + (due - start) * 0.8 if due else None}  # fmt: skip
    return SimpleNamespace(**row | more)


@pytest.mark.parametrize(
    ("start", "due", "look", "words"),
    [
        ("2026-11-23 10:00", "2026-11-23 16:00", "ok", "还剩 5 时 22 分"),
        ("2026-11-23 10:00", "2026-11-23 11:00", "warn", "还剩 22 分"),
        ("2026-11-23 09:38", "2026-11-23 10:48", "near", "即将超时，还剩 10 分"),
        ("2026-11-23 09:38", "2026-11-23 10:26", "late", "超时 12 分"),
        ("2026-11-23 09:38", "2026-11-24 23:59:59", "ok", "明天 24:00 前"),
        ("2026-11-20 09:38", "2026-11-23 23:59:59", "near", "即将超时，今天 24:00 前"),
        ("2026-11-23 09:38", "2026-12-02 23:59:59", "ok", "还剩 9 天 13 时"),
    ],
)
def test_clock_tags(zh, start, due, look, words):
    tag = clock_tag(a_clock(moment(start), moment(due)))
    assert (tag.look, tag.words) == (look, words)


def test_paused_and_stopped_clocks(zh):
    start, due = moment("2026-11-23 09:00"), moment("2026-11-23 10:00")
    assert (
        clock_tag(a_clock(start, None, state="paused"), why="等举报人补充").words
        == "暂停：等举报人补充"
    )
    assert clock_tag(a_clock(start, due, stopped_at=due)).words == "按时"
    late = clock_tag(a_clock(start, due, stopped_at=due + timedelta(minutes=20)))
    assert (late.look, late.words) == ("late", "超时 20 分")


def test_the_ring_fills_with_time():
    assert pie(0.25) == "M8 8V3A5 5 0 0 1 13.0 8.0z"
    assert pie(0.75) == "M8 8V3A5 5 0 1 1 3.0 8.0z"


def test_sparks_leave_gaps_and_never_move_the_axis():
    drawn = spark_line([0, 100, None, 50])
    assert len(drawn.paths) == 1
    assert drawn.paths[0] == "M2.0 17.0L30.7 3.0"
    assert drawn.last == (88.0, 10.0)
    assert spark_line([None, None]).last is None
    assert spark_line([]).paths == ()


@pytest.mark.parametrize("value", ["//x", "https://x", "x", "", None, "/\\x", "javascript:1"])
def test_only_local_addresses_are_followed(value):
    assert local_path(value, "/home") == "/home"


def test_local_addresses_are_followed():
    assert local_path("/w/E110-5R2C8N?a=1", "/home") == "/w/E110-5R2C8N?a=1"


def test_labels(zh):
    assert str(label("A6", "Category")) == "露天焚烧"
    assert str(label("burning", "Kind")) == "垃圾焚烧"
    assert label(None) == "—"
    assert label("never heard of", "Kind") == "never heard of"
