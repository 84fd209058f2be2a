"""What a photo says of itself against its report, and patterns: tables of cases made by hand."""

from datetime import date

import pytest

from app.core import clock
from app.flags import patterns
from app.flags.kinds import FlagKind as Kind
from app.flags.patterns import Reward, Visit
from app.flags.rules import Claimed, Told, contradictions
from tests.infra.clock import moment

RECEIVED = moment("2026-05-10 12:00")
PLACE = (121.4247, 29.2892)


def told(taken=None, **more):
    return Told(taken_at=clock.local(moment(taken)) if taken else None, **more)


def at(lng=PLACE[0], lat=PLACE[1]):
    return {"lng": lng, "lat": lat}


def report(**more):
    return Claimed(received_at=RECEIVED, **more)


IPHONE = {"camera": "iPhone 15", "camera_since": date(2023, 9, 1)}
CASES = [
    # nothing told: never a flag
    ("nothing at all", told(), report(**at()), ()),
    ("nothing, happening now", told(), report(happening=True), ()),
    ("only a camera", told(**IPHONE), report(), ()),
    ("only a place, none reported", told(**at()), report(), ()),
    ("a time, no place", told("2026-05-10 11:58"), report(**at()), ()),
    ("half a place", told(lng=PLACE[0]), report(**at()), ()),
    ("no thumbnail, no editor", told("2026-05-10 11:58", **at()), report(**at()), ()),
    # time
    ("a minute before", told("2026-05-10 11:59"), report(happening=True), ()),
    ("the same moment", told("2026-05-10 12:00"), report(), ()),
    ("phone an hour fast", told("2026-05-10 13:00"), report(), ()),
    ("phone in another zone", told("2026-05-11 04:00"), report(), ()),
    ("a day ahead exactly", told("2026-05-11 12:00"), report(), ()),
    ("a day and a minute ahead", told("2026-05-11 12:01"), report(), (Kind.TAKEN_LATER,)),
    ("next year", told("2027-05-10 12:00"), report(), (Kind.TAKEN_LATER,)),
    ("a week before", told("2026-05-03 12:00"), report(), ()),
    ("thirty days before", told("2026-04-10 12:00"), report(), ()),
    ("a minute more", told("2026-04-10 11:59"), report(), (Kind.TAKEN_LONG_BEFORE,)),
    ("years before", told("2019-01-01 08:00"), report(), (Kind.TAKEN_LONG_BEFORE,)),
    ("clock never set", told("2000-01-01 00:00"), report(), (Kind.TAKEN_LONG_BEFORE,)),
    ("now, two days old", told("2026-05-08 12:00"), report(happening=True), ()),
    ("now, a minute older", told("2026-05-08 11:59"), report(happening=True),
     (Kind.TAKEN_LONG_BEFORE,)),
    ("not now, three days old", told("2026-05-07 12:00"), report(), ()),
    # camera
    ("after the first sale", told("2026-05-10 11:00", **IPHONE), report(), ()),
    ("on the first day", told("2023-09-01 00:00", **IPHONE), report(), (Kind.TAKEN_LONG_BEFORE,)),
    ("a day before the first sale", told("2023-08-31 23:59", **IPHONE), report(),
     (Kind.TAKEN_LONG_BEFORE, Kind.OLDER_THAN_CAMERA)),
    ("long before it", told("2015-06-01 09:00", **IPHONE), report(),
     (Kind.TAKEN_LONG_BEFORE, Kind.OLDER_THAN_CAMERA)),
    ("a camera nobody knows", told("2026-05-09 09:00", camera=None), report(), ()),
    # place
    ("on the spot", told(**at()), report(**at()), ()),
    ("some 970 m off", told(**at(lat=29.2979)), report(**at()), ()),
    ("some 1,030 m off", told(**at(lat=29.2985)), report(**at()), (Kind.PLACE_OFF,)),
    ("1,030 m off, place within 100 m", told(**at(lat=29.2985)), report(**at(), accuracy=100), ()),
    ("5 km off, place within 100 m", told(**at(lat=29.335)), report(**at(), accuracy=100),
     (Kind.PLACE_OFF,)),
    ("in another province", told(lng=116.4, lat=39.9), report(**at()), (Kind.PLACE_OFF,)),
    ("on the other side of the world", told(lng=-94.3, lat=39.05), report(**at()),
     (Kind.PLACE_OFF,)),
    # editor
    ("saved by an editor", told(editor="photoshop"), report(), (Kind.EDITED,)),
    ("an editor in Chinese", told(editor="美图"), report(), (Kind.EDITED,)),
    # thumbnail
    ("the same small picture", told(thumbnail=0.98), report(), ()),
    ("badly made small picture", told(thumbnail=0.5), report(), ()),
    ("another small picture", told(thumbnail=0.49), report(), (Kind.THUMBNAIL_DIFFERS,)),
    ("its negative", told(thumbnail=-0.9), report(), (Kind.THUMBNAIL_DIFFERS,)),
    # together
    ("everything fits", told("2026-05-10 11:58", **at(), **IPHONE, thumbnail=0.97),
     report(happening=True, **at()), ()),
    ("nothing fits", told("2015-01-01 10:00", lng=116.4, lat=39.9, editor="gimp", thumbnail=0.1,
                          **IPHONE), report(happening=True, **at()),
     (Kind.TAKEN_LONG_BEFORE, Kind.OLDER_THAN_CAMERA, Kind.PLACE_OFF, Kind.EDITED,
      Kind.THUMBNAIL_DIFFERS)),
]  # fmt: skip


@pytest.mark.parametrize(("photo", "claim", "wanted"), [c[1:] for c in CASES],
                         ids=[c[0] for c in CASES])  # fmt: skip
def test_a_contradiction_is_a_flag_and_silence_is_none(photo, claim, wanted):
    found = contradictions(photo, claim)
    assert tuple(one.kind for one in found) == wanted
    assert all(one.evidence for one in found)


def test_the_evidence_shows_both_sides():
    time, place = contradictions(
        told("2019-01-01 08:00", lng=116.4, lat=39.9), report(happening=True, **at())
    )
    assert time.evidence["taken_at"] == "2019-01-01T08:00:00+08:00"
    assert time.evidence["received_at"] == RECEIVED.isoformat()
    assert (time.evidence["days"], time.evidence["happening"]) == (2686, True)
    assert place.evidence["metres"] > 1_000_000
    assert place.evidence["report"] == list(PLACE)


def reward(mark, n, when="2026-05-10 12:00", worker=None):
    return Reward(mark=mark, report_id=n, case_id=n, at=moment(when), worker_id=worker)


def test_a_ring_of_twenty_codes_is_one_ring():
    crowd = [reward(f"p{n}", 100 + n) for n in range(50)]
    ring = [reward("same", n) for n in range(20)]
    found = patterns.rings([*crowd, *ring])
    assert [(one.mark, one.codes, one.month) for one in found] == [("same", 20, "2026-05")]


@pytest.mark.parametrize(("days", "wanted"), [
    (("2026-05-01", "2026-05-02"), []),
    (("2026-05-01", "2026-05-02", "2026-05-31 23:59"), ["2026-05"]),
    (("2026-05-01", "2026-05-02", "2026-06-01 00:00"), []),
    (("2026-04-30", "2026-05-01 00:00", "2026-05-02", "2026-05-03"), ["2026-05"]),
])  # fmt: skip
def test_three_codes_of_one_payee_in_a_local_month_go_to_review(days, wanted):
    found = patterns.rings([reward("p", n, day) for n, day in enumerate(days)])
    assert [ring.month for ring in found] == wanted


def test_two_awards_of_one_report_are_one_code():
    again = [reward("p", 1), reward("p", 1), reward("p", 2)]
    assert not patterns.rings(again)


@pytest.mark.parametrize(("together", "reporter_else", "worker_else", "wanted"), [
    (4, 0, 0, True), (3, 0, 0, False), (4, 1, 0, True), (4, 2, 0, False),
    (4, 0, 12, True), (4, 0, 13, False), (20, 0, 60, True),
])  # fmt: skip
def test_a_pair_must_be_much_of_both(together, reporter_else, worker_else, wanted):
    rows = [reward("r", n, worker=7) for n in range(together)]
    rows += [reward("r", 100 + n, worker=8) for n in range(reporter_else)]
    rows += [reward(f"other{n}", 200 + n, worker=7) for n in range(worker_else)]
    found = [pair for pair in patterns.pairs(rows) if pair.mark == "r"]
    assert bool(found) == wanted
    if wanted:
        assert (found[0].worker_id, found[0].cases) == (7, together)


def visit(n, opened, clean=None, *, lat=PLACE[1], category="W4", rewarded=True):
    return Visit(case_id=n, number=f"E110-{n:06d}", lng=PLACE[0], lat=lat, category=category,
                 opened_at=moment(opened), clean_at=moment(clean) if clean else None,
                 rewarded=rewarded)  # fmt: skip


FIRST, SECOND = visit(1, "2026-04-01", "2026-04-05"), visit(2, "2026-04-10", "2026-04-14")
LAST = visit(3, "2026-04-20")


@pytest.mark.parametrize(("others", "length"), [
    ((FIRST, SECOND), 3),
    ((SECOND,), 0),
    ((FIRST, visit(2, "2026-04-10")), 0),  # never seen clean between
    ((FIRST, visit(2, "2026-04-10", "2026-04-05 12:00")), 0),  # clean for too long before the last
    ((FIRST, visit(2, "2026-04-10", "2026-04-14", lat=29.2912)), 0),  # 220 m away
    ((FIRST, visit(2, "2026-04-10", "2026-04-14", category="A1")), 0),
    ((FIRST, SECOND, visit(4, "2026-04-21", "2026-04-22")), 3),  # the later one is not before
    ((visit(1, "2026-04-01", "2026-04-05", rewarded=False),
      visit(2, "2026-04-10", "2026-04-14", rewarded=False)), 0),  # nobody earned from it
])  # fmt: skip
def test_a_place_dumped_on_again_just_before_a_report(others, length):
    chain = patterns.spot(LAST, others)
    assert len(chain) == length
    if chain:
        assert chain[-1] == LAST
        assert [one.opened_at for one in chain] == sorted(one.opened_at for one in chain)


def test_a_place_left_alone_for_more_than_two_weeks_is_no_chain():
    assert len(patterns.spot(visit(3, "2026-04-28 00:00"), (FIRST, SECOND))) == 3
    assert not patterns.spot(visit(3, "2026-04-28 00:01"), (FIRST, SECOND))
