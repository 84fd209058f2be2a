"""The calendar's vectors (domain.md §4.2) as tables, and what must hold for every limit."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.worktime import queries
from app.worktime.calendar import ZONE, DayKind, Hours, Season, local
from app.worktime.rules import Allowance, Unit, add_office_time, due
from app.worktime.rules_spent import add_pause, between, mark, span, used
from app.worktime.schedule import read

CALENDAR = queries.shipped()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def counted(start: str, length: str, calendar=CALENDAR):
    allowance = Allowance.read(length)
    return due(at(start), allowance.length, allowance.unit, calendar)


DAYS = """
2026-02-12 1wd 2026-02-13
2026-02-12 5wd 2026-02-26
2026-02-12 7wd 2026-02-28
2026-02-12 7 2026-02-28
2026-02-12 15wd 2026-03-11
2026-09-30 1wd 2026-10-08
2026-09-30 3wd 2026-10-10
2026-09-30 7wd 2026-10-15
2026-04-30 7wd 2026-05-13
2020-08-29 7wd 2020-09-08
2026-11-23 7wd 2026-12-02
2026-11-23 15wd 2026-12-14
2026-11-23T01:00 1wd 2026-11-24
2026-11-23T23:59:59 1wd 2026-11-24
2026-09-20 15nd 2026-10-08
2026-08-03 60nd 2026-10-08
2026-07-01 60nd 2026-08-31
2026-06-05 15nd 2026-06-22
2026-09-01 30nd 2026-10-08
"""
HOURS = """
2026-02-13T16:00 4wh 2026-02-14T11:30
2026-02-14T17:00 4wh 2026-02-24T14:00
2026-09-30T17:31 2wh 2026-10-08T11:00
2026-09-20T16:30 2wh 2026-09-21T10:00
2026-11-23T11:30 2wh 2026-11-23T15:00
2026-11-23T12:15 2wh 2026-11-23T15:30
2026-11-21T10:00 4wh 2026-11-23T14:30
2026-11-23T09:00 3wh 2026-11-23T12:00
2026-11-23T12:00 1wh 2026-11-23T14:30
2026-11-23T17:30 1wh 2026-11-24T10:00
2026-02-16T10:00 24h 2026-02-17T10:00
2026-02-16T10:00 90min 2026-02-16T11:30
2027-03-01T10:00 24h 2027-03-02T10:00
"""


def rows(table):
    return [tuple(line.split()) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("start", "length", "day"), rows(DAYS))
def test_days_end_at_the_last_second_of_their_last_day(start, length, day):
    found = counted(start, length)
    assert local(found.at) == at(f"{day}T23:59:59")
    assert found.day == date.fromisoformat(day)
    assert not found.provisional


@pytest.mark.parametrize(("start", "length", "moment"), rows(HOURS))
def test_hours_and_minutes_count_from_the_moment(start, length, moment):
    found = counted(start, length)
    assert local(found.at) == at(moment)
    assert not found.provisional


@pytest.mark.parametrize(
    ("start", "length", "day"),
    [
        ("2026-12-29", "5wd", "2027-01-06"),
        ("2026-12-20", "15nd", "2027-01-04"),
        ("2027-05-01", "1wd", "2027-05-03"),
        ("2003-12-29", "5wd", None),
    ],
)
def test_an_unpublished_year_is_only_provisional(start, length, day):
    found = counted(start, length)
    assert found.provisional
    assert day is None or found.day.isoformat() == day


def test_a_limit_that_ends_within_the_published_year_is_known():
    assert not counted("2026-12-29", "2wd").provisional
    assert counted("2026-12-31T17:00", "1wh").provisional


def test_days_off_and_make_up_days_of_2026():
    made_up = {day for day, kind in CALENDAR.exceptions.items() if kind is DayKind.MAKEUP}
    off = {day for day, kind in CALENDAR.exceptions.items() if kind is DayKind.HOLIDAY}
    assert {f"{day:%m-%d}" for day in made_up if day.year == 2026} == {
        "01-04", "02-14", "02-28", "05-09", "09-20", "10-10",
    }  # fmt: skip
    spells = [("01-01", 3), ("02-15", 9), ("04-04", 3), ("05-01", 5), ("06-19", 3), ("09-25", 3),
              ("10-01", 7)]  # fmt: skip
    wanted = {
        date.fromisoformat(f"2026-{first}") + timedelta(n) for first, d in spells for n in range(d)
    }
    assert {day for day in off if day.year == 2026} == wanted


def test_every_day_explains_itself():
    found = counted("2026-02-12T16:00", "5wd")
    told = [(f"{item.day:%m-%d}", str(item.kind), item.n) for item in found.days]
    assert told[:3] == [("02-12", "workday", 0), ("02-13", "workday", 1), ("02-14", "makeup", 2)]
    assert told[3] == ("02-15", "holiday", 0)
    assert told[-1] == ("02-26", "workday", 5)
    moved = counted("2026-09-20", "15nd").days
    assert [item.note for item in moved].count("moved") == 3
    split = counted("2026-02-14T17:00", "4wh").days
    assert [item.seconds // 60 for item in split if item.n] == [30, 210]


PAUSES = """
7wd 2026-11-23T09:00 2026-11-25T10:00 2026-11-27T15:00 2026-12-04T23:59:59
7wd 2026-11-23T09:00 2026-11-25T10:00 2026-11-25T18:00 2026-12-02T23:59:59
7wd 2026-11-23T09:00 2026-11-27T15:00 2026-11-29T15:00 2026-12-02T23:59:59
3nd 2026-11-23T09:00 2026-11-24T10:00 2026-11-25T10:00 2026-11-27T23:59:59
3nd 2026-11-23T09:00 2026-11-24T10:00 2026-11-26T10:00 2026-11-30T23:59:59
4wh 2026-11-23T09:00 2026-11-23T10:00 2026-11-23T11:30 2026-11-23T16:00
4wh 2026-11-23T09:00 2026-11-23T12:00 2026-11-23T13:30 2026-11-23T14:30
60min 2026-11-23T09:00 2026-11-23T09:10 2026-11-23T09:40 2026-11-23T10:30
24h 2026-11-23T09:00 2026-11-23T09:10 2026-11-24T09:10 2026-11-25T09:00
"""


@pytest.mark.parametrize(("length", "start", "paused", "resumed", "moved"), rows(PAUSES))
def test_a_pause_moves_the_due_moment_by_its_length_in_the_unit(
    length, start, paused, resumed, moved
):
    first = counted(start, length)
    unit = Allowance.read(length).unit
    assert local(add_pause(first.at, at(paused), at(resumed), unit, CALENDAR).at) == at(moved)


MARKS = """
60min 2026-11-23T09:00 2026-11-23T09:30 2026-11-23T09:48
4wh 2026-11-23T09:00 2026-11-23T11:00 2026-11-23T13:42
8wh 2026-11-26T13:30 2026-11-26T17:30 2026-11-27T11:24
2wd 2026-11-23T09:00 2026-11-25T00:00 2026-11-25T14:24
1wd 2026-11-27T09:00 2026-11-30T12:00 2026-11-30T19:12
10nd 2026-11-22T09:00 2026-11-28T00:00 2026-12-01T00:00
"""


@pytest.mark.parametrize(("length", "start", "half", "most"), rows(MARKS))
def test_half_and_four_fifths_are_reached_in_the_own_unit(length, start, half, most):
    allowance = Allowance.read(length)
    found = counted(start, length)
    whole = span(at(start), allowance.length, allowance.unit, found.at)
    got = [
        local(mark(found.at, whole, allowance.unit, CALENDAR, percent=share)) for share in (50, 80)
    ]
    expected = at(half) if length != "2wd" else at("2026-11-24T23:59:59") + timedelta(seconds=1)
    assert got == [expected, at(most)]


@pytest.mark.parametrize(
    "text", ["", "7dd", "0wd", "-1wd", "1.5h", "9999999wd", "٣wd", "wd", "7 w"]
)
def test_a_length_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="length"):
        Allowance.read(text)


def test_seasons_lunch_and_duty_offices_are_data():
    office = read({
        "every_day": True,
        "seasons": [
            {"first": "06-01", "last": "09-30", "spans": [["08:30", "11:30"], ["14:30", "17:30"]]},
            {"first": "10-01", "last": "05-31", "spans": [["09:00", "12:00"]]},
        ],
    })  # fmt: skip
    calendar = type(CALENDAR)(exceptions=CALENDAR.exceptions, years=CALENDAR.years, hours=office)
    assert local(counted("2026-10-01T11:00", "2wh", calendar).at) == at("2026-10-02T10:00")
    assert local(counted("2026-09-30T17:00", "1wh", calendar).at) == at("2026-10-01T09:30")


def test_other_hours_hold_from_their_day_on_and_change_nothing_before():
    office = read({
        "seasons": [{"first": "01-01", "last": "12-31", "spans": [["09:00", "12:00"]]}],
        "later": [
            {"valid_from": "2026-11-24",
             "seasons": [{"first": "01-01", "last": "12-31", "spans": [["08:00", "12:00"]]}]},
        ],
    })  # fmt: skip
    calendar = type(CALENDAR)(exceptions=CALENDAR.exceptions, years=CALENDAR.years, hours=office)
    assert local(counted("2026-11-23T11:00", "1wh", calendar).at) == at("2026-11-23T12:00")
    assert local(counted("2026-11-23T11:00", "2wh", calendar).at) == at("2026-11-24T09:00")


def test_hours_that_end_before_they_begin_are_refused():
    season = {"first": "01-01", "last": "12-31", "spans": [["12:00", "09:00"]]}
    with pytest.raises(ValueError, match="before they begin"):
        read({"seasons": [season]})


def test_a_schedule_without_hours_is_an_error():
    season = Season(first=(1, 1), last=(12, 31), spans=())
    empty = type(CALENDAR)(exceptions={}, years=frozenset(), hours=Hours(seasons=(season,)))
    with pytest.raises(ValueError, match="no hours"):
        add_office_time(at("2026-11-23T09:00"), 60, empty)


# What must hold for every limit ---------------------------------------------------------------

UNITS = st.sampled_from(list(Unit))
EARLY, LATE = datetime.fromisoformat("2005-01-03"), datetime.fromisoformat("2026-09-01")
MOMENTS = st.datetimes(EARLY, LATE).map(lambda value: value.replace(tzinfo=ZONE, microsecond=0))


@given(MOMENTS, st.integers(1, 40), UNITS)
def test_a_limit_holds_exactly_its_length(start, length, unit):
    found = due(start, length, unit, CALENDAR)
    whole = span(start, length, unit, found.at)
    begun = start
    if unit in (Unit.WD, Unit.ND):
        begun = start.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    assert between(begun, found.at, unit, CALENDAR) == whole
    assert used(start, found.at, whole, unit, CALENDAR) == 0
    assert used(found.at, found.at, whole, unit, CALENDAR) == 1


@given(MOMENTS, st.integers(1, 30), UNITS)
def test_a_longer_limit_is_never_over_sooner(start, length, unit):
    assert due(start, length, unit, CALENDAR).at <= due(start, length + 1, unit, CALENDAR).at


@given(MOMENTS, st.integers(1, 20), UNITS, st.integers(0, 10_000_000))
def test_a_later_start_is_never_over_sooner(start, length, unit, seconds):
    later = start + timedelta(seconds=seconds)
    assert due(start, length, unit, CALENDAR).at <= due(later, length, unit, CALENDAR).at


@given(MOMENTS, st.integers(1, 60), st.sampled_from([Unit.WD, Unit.ND]))
def test_days_end_on_working_days_at_their_last_second(start, length, unit):
    found = due(start, length, unit, CALENDAR)
    assert CALENDAR.is_working(found.day)
    assert f"{local(found.at):%T}" == "23:59:59"
    assert sum(item.n > 0 for item in found.days) == length


@given(MOMENTS, st.integers(1, 40), st.sampled_from([Unit.MIN, Unit.H, Unit.WH]))
def test_marks_lie_in_order_and_at_their_share(start, length, unit):
    found = due(start, length, unit, CALENDAR)
    whole = span(start, length, unit, found.at)
    half, most = (mark(found.at, whole, unit, CALENDAR, percent=share) for share in (50, 80))
    assert half <= most <= found.at
    assert abs(used(half, found.at, whole, unit, CALENDAR) - 0.5) < 1 / whole + 1e-9
    assert abs(used(most, found.at, whole, unit, CALENDAR) - 0.8) < 1 / whole + 1e-9


@given(
    MOMENTS, st.integers(1, 20), UNITS, st.lists(st.integers(0, 400_000), min_size=2, max_size=6)
)
def test_pauses_never_shorten_and_split_as_they_add_up(start, length, unit, gaps):
    first = due(start, length, unit, CALENDAR).at
    moments = [start]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(seconds=gap))
    at_once = add_pause(first, moments[0], moments[-1], unit, CALENDAR).at
    in_parts = first
    for paused, resumed in pairwise(moments):
        in_parts = add_pause(in_parts, paused, resumed, unit, CALENDAR).at
    assert at_once >= first
    if unit is Unit.ND:  # each part may move on over rest days by itself
        assert in_parts >= at_once
    else:
        assert in_parts == at_once


@given(MOMENTS, MOMENTS, MOMENTS, UNITS)
def test_what_lies_between_adds_up(one, two, three, unit):
    first, middle, last = sorted((one, two, three))
    whole = between(first, last, unit, CALENDAR)
    parts = between(first, middle, unit, CALENDAR) + between(middle, last, unit, CALENDAR)
    assert abs(parts - whole) <= 1  # 23:59:59 of a day limit stands for 24:00


def test_the_zone_of_the_server_does_not_matter(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    start = at("2026-11-23T01:00")
    assert due(start, 1, Unit.WD, CALENDAR) == due(start.astimezone(), 1, Unit.WD, CALENDAR)
