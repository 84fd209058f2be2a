"""A due moment explains itself day by day: what counted, what a pause took, what was given."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sla.kinds import EntryKind
from app.sla.rules import Entry
from app.sla.rules_account import account
from app.worktime import queries
from app.worktime.calendar import ZONE, local
from app.worktime.rules import BY_DAY, SECONDS, Allowance, Unit, due
from app.worktime.rules_spent import add_pause, span
from tests.infra.clock import moment

CALENDAR = queries.shipped()


def started(at, length):
    allowance = Allowance.read(length)
    found = due(at, allowance.length, allowance.unit, CALENDAR)
    whole = span(at, allowance.length, allowance.unit, found.at)
    facts = {"length": allowance.length, "unit": str(allowance.unit), "whole": whole}
    return Entry(kind=EntryKind.START, at=at, due_at=found.at, facts=facts)


def paused(lines, begun, ended):
    unit = Unit(lines[0].facts["unit"])
    moved = add_pause(lines[-1].due_at, begun, ended, unit, CALENDAR)
    return [
        *lines,
        Entry(kind=EntryKind.PAUSE, at=begun, reason="lab_report"),
        Entry(kind=EntryKind.RESUME, at=ended, due_at=moved.at),
    ]


def extended(lines, by, at):
    unit = Unit(lines[0].facts["unit"])
    longer = due(lines[-1].due_at, by, unit, CALENDAR)
    return [*lines, Entry(kind=EntryKind.EXTEND, at=at, due_at=longer.at, facts={"by": by})]


def told(lines):
    return [
        f"{item.day:%m-%d} {item.note or item.n or item.kind}" for item in account(lines, CALENDAR)
    ]


def test_a_pause_is_marked_and_not_counted():
    """The vector of domain.md §4.2: 7 wd from 11-23, paused from 11-25 to 11-27."""
    lines = paused(
        [started(moment("2026-11-23 09:00"), "7wd")],
        moment("2026-11-25 10:00"), moment("2026-11-27 15:00"),
    )  # fmt: skip
    assert told(lines) == [
        "11-23 start", "11-24 1", "11-25 2", "11-26 paused", "11-27 paused", "11-28 rest",
        "11-29 rest", "11-30 3", "12-01 4", "12-02 5", "12-03 6", "12-04 7",
    ]  # fmt: skip


def test_more_time_is_counted_on():
    lines = extended([started(moment("2026-11-23 09:00"), "2wd")], 1, moment("2026-11-24 09:00"))
    assert told(lines) == ["11-23 start", "11-24 1", "11-25 2", "11-26 3"]


def test_a_last_day_of_rest_moves_on():
    days = told([started(moment("2026-09-20 09:00"), "15nd")])
    assert days[-4:] == ["10-05 15", "10-06 moved", "10-07 moved", "10-08 moved"]


@pytest.mark.parametrize(
    ("length", "start", "minutes"),
    [
        ("4wh", "2026-02-14 17:00", [30, *[0] * 9, 210]),
        ("24h", "2026-02-16 10:00", [840, 600]),
        ("90min", "2026-02-16 23:00", [60, 30]),
    ],
)
def test_hours_say_how_much_of_each_day(length, start, minutes):
    found = account([started(moment(start), length)], CALENDAR)
    assert [item.seconds // 60 for item in found] == minutes


def test_a_day_that_was_all_pause_says_so():
    lines = paused(
        [started(moment("2026-11-23 16:30"), "4wh")],
        moment("2026-11-23 17:30"), moment("2026-11-25 09:00"),
    )  # fmt: skip
    assert told(lines) == ["11-23 1", "11-24 paused", "11-25 2"]


MOMENTS = st.datetimes(
    datetime.fromisoformat("2005-01-03"), datetime.fromisoformat("2026-03-01")
).map(lambda value: value.replace(tzinfo=ZONE, microsecond=0))


@given(
    MOMENTS, st.integers(1, 20), st.sampled_from(list(Unit)),
    st.lists(st.integers(60, 300_000), max_size=6), st.integers(0, 5),
)  # fmt: skip
def test_the_account_always_adds_up(start, length, unit, gaps, more):
    """Whatever was paused and given: the days counted are the limit, and the last is its end."""
    lines = [started(start, f"{length}{unit}")]
    moments = [start]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(seconds=gap))
    for begun, ended in list(pairwise(moments))[1::2]:
        if begun <= lines[-1].due_at:
            lines = paused(lines, begun, ended)
    if more:
        lines = extended(lines, more, start)
    days = account(lines, CALENDAR)
    assert days[0].day == local(start).date()
    assert days[-1].day == local(lines[-1].due_at).date()
    if unit in BY_DAY:
        assert max(item.n for item in days) == length + more
    else:
        assert sum(item.seconds for item in days) == (length + more) * SECONDS[unit]
