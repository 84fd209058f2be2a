"""Patrols: planned by working days, one at a time, proven by a position; attendance counts them."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts import queries as accounts
from app.accounts.status import Status
from app.audit.models import AuditEntry
from app.core.db import db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.core.tx import transaction
from app.fieldwork import attendance, patrol_plans, patrol_words, patrols, rules_patrol
from app.fieldwork.models import Patrol, PatrolPlan, PatrolPoint
from app.fieldwork.patrols import NOWHERE, Here
from app.fieldwork.rules_patrol import Fix
from app.places import queries as places
from app.rates import patrolled
from app.rates.definition import Period
from app.rates.scope import Scope
from tests.features import spot_story as story
from tests.infra.clock import moment

MONDAY, WEEK = "2026-11-02 07:00", date(2026, 11, 2)
AFTER = moment("2026-11-09 00:00")
NOVEMBER = Period(start=moment("2026-11-01"), end=moment("2026-12-01"))


@pytest.fixture
def people(context):
    return story.begin()


def plan(at=MONDAY):
    with transaction():
        return patrols.plan_batch(moment(at))


def here(one):
    area = places.area(places.grids_of(one.staff_id)[0])
    return Here(lng=area.centre_lng, lat=area.centre_lat, accuracy=30)


def walk(one, at, *, place=None, words=""):
    place = here(one) if place is None else place
    with transaction():
        patrols.start(place, by=one, now=moment(at))
        patrols.point(place, problem=bool(words), words=words, by=one, now=moment(at))
        return patrols.finish(place, by=one, now=moment(at))


@pytest.mark.parametrize(("days", "planned"), [(5, 3), (4, 3), (3, 2), (2, 2), (1, 1), (0, 0)])
def test_a_short_week_asks_for_its_part(days, planned):
    assert rules_patrol.planned(3, days) == planned


@pytest.mark.parametrize(
    ("fixes", "proven"),
    [
        ([], False),
        ([Fix(grid_code="a", accuracy_m=30)], True),
        ([Fix(grid_code="b", accuracy_m=30)], False),
        ([Fix(grid_code="a", accuracy_m=501)], False),
        ([Fix(grid_code="a", accuracy_m=None)], False),
        ([Fix(grid_code=None, accuracy_m=5), Fix(grid_code="a", accuracy_m=500)], True),
    ],
)
def test_what_proves_a_patrol(fixes, proven):
    assert rules_patrol.is_proven(fixes, ["a"], accuracy_m=500) is proven


def test_a_week_is_planned_once_for_who_is_there(people, any_db):
    story.set_status(people["w001001"], Status.LEAVE)
    assert plan() == 5, "six workers of villages, one of them away; deputies have none of their own"
    assert plan("2026-11-02 12:00") == 0
    story.set_status(people["w001001"], Status.WORKING)
    assert plan("2026-11-05 07:00") == 1
    rows = {row.staff_id: row.planned for row in db.session.scalars(select(PatrolPlan))}
    assert rows.pop(people["w001001"].staff_id) == 2, "Thursday and Friday are left"
    assert set(rows.values()) == {3}


def test_a_holiday_week_asks_for_nothing(people):
    assert plan("2026-10-01 07:00") == 0
    assert plan("2026-10-05 07:00") == 6
    assert set(db.session.scalars(select(PatrolPlan.planned))) == {2}, "8, 9 and 10 October"


def test_attendance_counts_what_is_proven_and_never_more_than_planned(people, any_db):
    plan()
    one, two = people["w001001"], people["w002001"]
    assert [walk(one, f"2026-11-0{day} 09:00") for day in (2, 3, 4, 5)] == [True] * 4
    assert not walk(two, "2026-11-02 09:00", place=NOWHERE)
    assert not walk(two, "2026-11-03 09:00", place=here(one))
    assert walk(two, "2026-11-04 09:00", words="有新倒的垃圾")
    said = patrolled.figure(NOVEMBER, now=AFTER)
    assert (said.top, said.bottom) == (4, 18)
    assert patrolled.figure(NOVEMBER, now=moment("2026-11-08 23:59")).bottom == 0, "runs"
    town = patrolled.figure(NOVEMBER, now=AFTER, scope=Scope(township_code=two.area_code))
    assert (town.top, town.bottom) == (1, 9)
    mine = patrolled.weeks(NOVEMBER, now=AFTER, scope=Scope(staff_id=two.staff_id))
    assert [(row.done, row.unproven, row.planned) for row in mine] == [(1, 2, 3)]
    assert patrolled.weeks(NOVEMBER, now=AFTER, scope=Scope(category="A6")) == []
    rows = patrolled.weeks(NOVEMBER, now=AFTER)
    assert sum(row.counted for row in rows) == said.top
    assert sum(row.planned for row in rows) == said.bottom
    page = attendance.patrols(staff_id=two.staff_id, week=WEEK)
    assert [(row.points, row.problems, row.proven) for row in page.rows] == [
        (1, 1, True), (1, 0, False), (1, 0, False),
    ]  # fmt: skip


def judge(one, patrol, *, accept=True, reason="路口监控里看得到他", at="2026-11-06 09:00"):
    with transaction():
        patrol_words.judge(patrol, accept=accept, reason=reason, by=one, now=moment(at))


def test_without_a_position_it_counts_by_the_duty_officers_word(people, any_db):
    plan()
    one, duty = people["w001001"], people["chen"]
    for day in (2, 3):
        assert not walk(one, f"2026-11-0{day} 09:00", place=NOWHERE, words="沟边有垃圾")
    late, early = (row.id for row in attendance.to_judge().rows)
    assert attendance.said([late]) == {late: ["沟边有垃圾"]}
    assert patrolled.figure(NOVEMBER, now=AFTER).top == 0
    with pytest.raises(Forbidden, match="second_person"):
        judge(one, early)
    with pytest.raises(Invalid, match="handback_reason"):
        judge(duty, early, reason=" 看见 ")
    judge(duty, early)
    judge(duty, late, accept=False, reason="当天他请假，没有来")
    assert patrolled.figure(NOVEMBER, now=AFTER).top == 1
    mine = attendance.weeks(moment("2026-11-01"), AFTER, now=AFTER, staff_id=one.staff_id)
    assert [(row.done, row.unproven) for row in mine] == [(1, 1)]
    assert attendance.to_judge().rows == []
    rows = {row.id: row for row in attendance.patrols(staff_id=one.staff_id).rows}
    assert (rows[early].counts, rows[late].counts) == (True, False)
    for accept in (True, False):
        with pytest.raises(Stale, match="already_decided"):
            judge(duty, late, accept=accept)
    said = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "patrol.judged")).all()
    assert [row.subject for row in said] == [f"patrol:{early}", f"patrol:{late}"]


def test_nothing_to_judge_while_it_runs_or_where_a_position_proves_it(people):
    one, duty = people["w001001"], people["chen"]
    with transaction():
        running = patrols.start(NOWHERE, by=one, now=moment(MONDAY))
    assert attendance.to_judge().total == 0
    with pytest.raises(Stale, match="already_decided"):
        judge(duty, running)
    with transaction():
        patrols.finish(here(one), by=one, now=moment(MONDAY))
    assert attendance.to_judge().total == 0
    with pytest.raises(Stale, match="already_decided"):
        judge(duty, running, accept=False)
    with pytest.raises(NotFound, match="no_such_patrol"):
        judge(duty, running + 1)


def test_one_person_with_two_accounts_does_not_judge_himself(people):
    one = people["w001001"]
    walk(one, MONDAY, place=NOWHERE)
    with transaction():
        db.session.execute(
            text("UPDATE staff SET person_index = 'same' WHERE username IN ('chen', 'w001001')")
        )
    twin = accounts.get(people["chen"].staff_id)
    with pytest.raises(Forbidden, match="second_person"):
        judge(twin, attendance.to_judge().rows[0].id)


def test_one_patrol_at_a_time(people, any_db):
    one, now = people["w001001"], moment(MONDAY)
    with transaction():
        patrols.start(here(one), by=one, now=now)
    with pytest.raises(Stale, match="patrol_runs"), transaction():
        patrols.start(here(one), by=one, now=now)
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Patrol(staff_id=one.staff_id, week=WEEK, township_code="", started_at=now))
    with pytest.raises(Invalid, match="patrol_words"), transaction():
        patrols.point(here(one), problem=True, words=" ", by=one, now=now)
    with transaction():
        assert patrols.finish(here(one), by=one, now=now)
    for act in (
        lambda: patrols.finish(here(one), by=one, now=now),
        lambda: patrols.point(here(one), problem=False, words="", by=one, now=now),
    ):
        with pytest.raises(Stale, match="patrol_over"), transaction():
            act()


def test_positions_are_forgotten_after_ninety_days(people, any_db):
    one = people["w001001"]
    walk(one, MONDAY)
    with transaction():
        assert patrols.forget_batch(moment("2027-01-31 06:59")) == 0
    with transaction():
        assert patrols.forget_batch(moment("2027-02-01 07:00")) == 3
    rows = db.session.scalars(select(PatrolPoint)).all()
    assert {(row.lng, row.lat) for row in rows} == {(None, None)}
    assert {row.grid_code for row in rows} == {places.grids_of(one.staff_id)[0]}


def set_plan(one, week, planned, *, by, reason="这周有半天培训", at="2026-11-04 09:00"):
    with transaction():
        patrol_plans.set_plan(
            one.staff_id, week, planned, reason=reason, by=by, now=moment(at)
        )  # fmt: skip


def test_a_plan_set_by_hand_stays_and_the_attendance_follows(people, any_db):
    plan()
    one, chen, coming = people["w001001"], people["chen"], date(2026, 11, 9)
    set_plan(one, WEEK, 1, by=chen)
    set_plan(one, coming, 5, by=chen)
    walk(one, "2026-11-05 09:00")
    assert plan("2026-11-09 07:00") == 5, "who has a plan already keeps it"
    found = {row.worker.staff_id: row.week for row in patrol_plans.plans(coming)}
    assert (found[one.staff_id].planned, len(found)) == (5, 6)
    assert {week.planned for key, week in found.items() if key != one.staff_id} == {3}
    weeks = attendance.weeks(moment("2026-11-01"), AFTER, now=AFTER, staff_id=one.staff_id)
    assert [(row.done, row.planned) for row in weeks] == [(1, 1)]
    said = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == "patrol.plan_set")
    ).first()
    assert (said["from"], said["to"], said["week"]) == (3, 1, "2026-11-02")


def test_what_no_plan_can_be(people):
    plan()
    one, chen, last = people["w001001"], people["chen"], date(2026, 10, 26)
    for week in (last, date(2026, 11, 16), date(2026, 11, 3)):
        with pytest.raises(Invalid, match="plan_week"):
            set_plan(one, week, 2, by=chen)
    for number in (None, -1, 15):
        with pytest.raises(Invalid, match="plan_number"):
            set_plan(one, WEEK, number, by=chen)
    with pytest.raises(Invalid, match="reason_missing"):
        set_plan(one, WEEK, 2, by=chen, reason=" 忙 ")
    for nobody in (chen, people["d001001"]):
        with pytest.raises(Invalid, match="plan_worker"):
            set_plan(nobody, WEEK, 2, by=chen)
    assert set(db.session.scalars(select(PatrolPlan.planned))) == {3}
