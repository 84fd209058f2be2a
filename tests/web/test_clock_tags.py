"""The clock tag in words and colour, and the cells of its account."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from app.sla.rules_account import account
from app.web.clocks import clock_tag, day_cells
from app.worktime import queries
from app.worktime.rules import Unit
from tests.infra.clock import at, moment
from tests.rules.test_sla_account import paused, started

START, END = moment("2026-11-23 09:00"), moment("2026-11-23 19:00")
HALF, NEAR = moment("2026-11-23 14:00"), moment("2026-11-23 17:00")


@dataclass
class View:
    """A limit of ten hours: 50 % at 14:00, 80 % at 17:00."""

    state: str = "running"
    started_at: datetime = START
    due_at: datetime | None = END
    warn_at: datetime | None = HALF
    near_at: datetime | None = NEAR
    stopped_at: datetime | None = None
    provisional: bool = False
    unit: Unit = Unit.H


@pytest.fixture
def page(app):
    with app.test_request_context("/?lang=zh"):
        yield


@pytest.mark.parametrize(
    ("time", "look"),
    [("13:59:59", "ok"), ("14:00", "warn"), ("16:59:59", "warn"), ("17:00", "near"),
     ("19:00", "near"), ("19:00:01", "late")],
)  # fmt: skip
def test_colours_change_at_50_80_and_100_percent(page, time, look):
    assert clock_tag(View(), moment(f"2026-11-23 {time}")).look == look


def test_a_paused_or_stopped_clock_says_so(page):
    paused_view = View(state="paused", due_at=None)
    assert clock_tag(paused_view, moment("2026-11-23 12:00")).look == "pause"
    in_time = View(state="stopped", stopped_at=moment("2026-11-23 19:00"))
    late = View(state="stopped", stopped_at=moment("2026-11-23 19:00:01"))
    assert [clock_tag(view).look for view in (in_time, late)] == ["ok", "late"]


def test_a_provisional_due_moment_says_so_wherever_its_tag_stands(page):
    assert "暂定" in clock_tag(View(provisional=True), moment("2026-11-23 10:00")).words
    assert "暂定" not in clock_tag(View(), moment("2026-11-23 10:00")).words


def test_the_cells_name_start_pause_rest_and_end(page):
    lines = paused(
        [started(moment("2026-11-23 09:00"), "4wd")],
        moment("2026-11-25 10:00"), moment("2026-11-26 15:00"),
    )  # fmt: skip
    with at("2026-11-24 12:00"):
        cells = day_cells(View(unit=Unit.WD), account(lines, queries.shipped()))
    assert cells == [
        ("11-23", "09:00 起", ""), ("24", "第 1 天", "now"), ("25", "第 2 天", ""),
        ("26", "暂停", "off"), ("27", "第 3 天", ""), ("28", "周六", "off"), ("29", "周日", "off"),
        ("30", "第 4 天", "last"),
    ]  # fmt: skip
