"""What the desk lets the public see: which cases, how roughly, and in which order."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.accounts.permissions import Role
from app.audit.models import AuditEntry
from app.cases import queries as cases
from app.cases import release
from app.cases.models import Case
from app.cases.release import Wanted
from app.cases.rules import TOLD_DEGREES, told_place
from app.cases.workflow import State
from app.core.db import db
from app.core.errors import Stale
from app.core.tx import transaction
from app.places.geo import distance_m
from tests.features import field_story as story
from tests.features.field_story import HOUR, PLACE, T0

DAY = timedelta(days=1)
SEEN = frozenset(State) - {State.SUBMITTED, State.REJECTED, State.WITHDRAWN, State.MERGED}


@pytest.fixture
def desk(context):
    return story.person("xiaowang", Role.DESK, name="小王")


def put(case_id, **values):
    with transaction():
        db.session.execute(update(Case).where(Case.id == case_id).values(**values))


def let(case_id, by, *, seen=True):
    with transaction():
        (release.release if seen else release.take_back)(case_id, by=by, now=T0 + HOUR)


def listed(**wanted):
    return release.between(T0 - DAY, T0 + DAY, Wanted(**wanted))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("punishable", [False, True])
def test_which_cases_may_be_seen(desk, state, punishable):
    case_id = story.case()
    put(case_id, state=state, punishable=punishable, public=True)
    may = state in SEEN and (not punishable or state is State.CLOSED)
    assert release.may_be_told(cases.by_id(case_id)) is may
    assert bool(listed()) is may
    assert bool(release.near(*PLACE, since=T0 - DAY)) is may


@pytest.mark.parametrize("any_db", ["sqlite", "postgres"], indirect=True)
def test_released_once_and_taken_back_once(any_db, context):
    desk = story.person("xiaowang", Role.DESK, name="小王")
    case_id = story.case()
    assert not listed()
    let(case_id, desk)
    (told,) = listed()
    assert (told.category, told.state, told.township_code) == ("W4", State.ACCEPTED, story.TOWN)
    with pytest.raises(Stale):
        let(case_id, desk)
    let(case_id, desk, seen=False)
    assert not listed()
    with pytest.raises(Stale):
        let(case_id, desk, seen=False)
    noted = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert [one for one in noted if "case." in one][-2:] == ["case.released", "case.taken_back"]


@pytest.mark.parametrize("state", sorted(frozenset(State) - SEEN))
def test_what_nobody_looked_at_is_not_released(desk, state):
    case_id = story.case()
    put(case_id, state=state)
    with pytest.raises(Stale):
        let(case_id, desk)
    assert not cases.by_id(case_id).public


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, 1), ({"letters": "W"}, 1), ({"letters": "AN"}, 0), ({"closed": False}, 1),
        ({"closed": True}, 0), ({"township_code": story.TOWN}, 1),
        ({"township_code": story.OTHER_TOWN}, 0),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(desk, wanted, found):
    let(story.case(), desk)
    assert len(listed(**wanted)) == found


def test_a_place_that_is_not_known_is_not_told(desk):
    case_id = story.case(place=(None, None))
    let(case_id, desk)
    assert [one.place for one in listed()] == [None]


def test_asking_for_a_hand_back_stays_inside(desk):
    case_id = story.case()
    put(case_id, state=State.HANDBACK)
    let(case_id, desk)
    assert [one.state for one in listed()] == [State.ASSIGNED]


@given(lng=st.floats(73.0, 135.0), lat=st.floats(18.0, 41.0))
def test_a_square_tells_its_middle_only(lng, lat):
    """R-A10: at least 500 m wide and high everywhere up to 41° N, one middle for all in it."""
    x, y = told_place(lng, lat)
    assert told_place(x, y) == (x, y)
    half = TOLD_DEGREES / 2
    assert abs(lng - x) <= half + 1e-6
    assert abs(lat - y) <= half + 1e-6
    assert distance_m(x - half, y, x + half, y) >= 500
    assert distance_m(x, y - half, x, y + half) >= 500
    assert math.isclose(x % (2 * half), half, abs_tol=1e-5)
