"""Grades of arrivals as a table (domain.md §3, decision 5), and what time an arrival has."""

from datetime import UTC, datetime, timedelta

import pytest

from app.fieldwork.rules import LIMITS, Arrival, Challenge, Grade, Proof, grade, moment

MIN, HOUR = timedelta(minutes=1), timedelta(hours=1)
F, L, N = Proof.FRESH, Proof.ALBUM, Proof.NONE
NOW = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)
SENT = NOW - 3 * HOUR


def arrival(distance, accuracy, proof=F, **more):
    return Arrival(distance_m=distance, accuracy_m=accuracy, proof=proof, **more)


OFF = {"offline": True, "offset_age": HOUR, "challenge": Challenge.MISSING}

TABLE = [
    # in the radius, exact, fresh picture, clocks together
    (arrival(0, 5), "A", ()),
    (arrival(60, 18), "A", ()),
    (arrival(300, 100), "A", ()),
    (arrival(300, 100, clock_gap=5 * MIN), "A", ()),
    # one flaw makes a B
    (arrival(300.1, 100), "B", ("outside_radius",)),
    (arrival(400, 100), "B", ("outside_radius",)),
    (arrival(400.1, 100), "C", ("far",)),
    (arrival(60, 100.1), "B", ("rough_position",)),
    (arrival(60, 500), "B", ("rough_position",)),
    (arrival(60, 500.1), "C", ("inaccurate",)),
    (arrival(800, 500), "B", ("outside_radius", "rough_position")),
    (arrival(800.5, 500), "C", ("far",)),
    (arrival(60, 18, L), "B", ("album_photo",)),
    (arrival(60, 18, N), "B", ("no_photo",)),
    (arrival(60, 18, clock_gap=5 * MIN + timedelta(seconds=1)), "B", ("clock_apart",)),
    (arrival(60, 18, clock_gap=None), "B", ("clock_apart",)),
    # the challenge of the page (R-F6)
    (arrival(60, 18, challenge=Challenge.MISSING), "B", ("challenge_missing",)),
    (arrival(60, 18, challenge=Challenge.LATE), "B", ("challenge_late",)),
    (arrival(60, 18, challenge=Challenge.USED), "B", ("challenge_used",)),
    (arrival(60, 18, challenge=Challenge.FOREIGN), "B", ("challenge_foreign",)),
    # offline: inside the radius proper, B at best, the phone's clock known
    (arrival(60, 18, **OFF), "B", ("offline",)),
    (arrival(300, 100, **OFF), "B", ("offline",)),
    (arrival(301, 100, **OFF), "C", ("far",)),
    (arrival(60, 18, L, **OFF), "B", ("album_photo", "offline")),
    (arrival(60, 18, **(OFF | {"offset_age": 12 * HOUR})), "B", ("offline",)),
    (arrival(60, 18, **(OFF | {"offset_age": 12 * HOUR + MIN})), "C", ("clock_not_known",)),
    (arrival(60, 18, **(OFF | {"offset_age": None})), "C", ("clock_not_known",)),
    (arrival(60, 18, **(OFF | {"timely": False})), "C", ("time_impossible",)),
    # nothing to measure by
    (arrival(None, None), "C", ("no_position",)),
    (arrival(60, None), "C", ("no_position",)),
    (arrival(None, None, case_has_point=False), "C", ("case_without_point",)),
    # several doubts are all said
    (arrival(4000, 20, **(OFF | {"offset_age": None})), "C", ("far", "clock_not_known")),
    # flaws of a position are all said
    (
        arrival(450, 200, L, clock_gap=None, challenge=Challenge.LATE),
        "B",
        ("outside_radius", "rough_position", "album_photo", "clock_apart", "challenge_late"),
    ),
]


@pytest.mark.parametrize(("told", "wanted", "reasons"), TABLE)
def test_grade(told, wanted, reasons):
    verdict = grade(told)
    assert (str(verdict.grade), tuple(map(str, verdict.reasons))) == (wanted, reasons)
    assert verdict.counts is (verdict.grade is not Grade.C)


def test_another_radius_is_another_grade():
    wider = type(LIMITS)(radius_m=500)
    assert grade(arrival(450, 20)).grade is Grade.C
    assert grade(arrival(450, 20), wider).grade is Grade.A


TIMES = [
    # offline; device; offset; wanted; timely
    (False, None, None, NOW, True),
    (False, NOW - HOUR, timedelta(0), NOW, True),
    (True, NOW - HOUR, timedelta(0), NOW - HOUR, True),
    (True, NOW - HOUR, timedelta(seconds=90), NOW - HOUR + timedelta(seconds=90), True),
    (True, NOW - HOUR, -2 * MIN, NOW - HOUR - 2 * MIN, True),
    (True, None, timedelta(0), NOW, True),
    (True, NOW - HOUR, None, NOW, True),
    (True, NOW + MIN, timedelta(0), NOW, False),
    (True, SENT - MIN, timedelta(0), NOW, False),
    (True, SENT, timedelta(0), SENT, True),
]


@pytest.mark.parametrize(("offline", "device", "offset", "wanted", "timely"), TIMES)
def test_moment_of_an_arrival(offline, device, offset, wanted, timely):
    found = moment(now=NOW, offline=offline, device_at=device, offset=offset, earliest=SENT)
    assert (found.at, found.timely) == (wanted, timely)
