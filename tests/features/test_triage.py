"""小王 and the desk lead: two persons reject, one question comes first, merges never chain."""

from threading import Thread

import pytest

from app.accounts.permissions import Role
from app.cases import queries as cases
from app.cases import service as case_service
from app.cases import triage
from app.cases.workflow import Move, State, Urgency
from app.core.errors import Forbidden, Invalid, Stale
from app.core.tx import transaction
from tests.features import field_story as story
from tests.features.field_story import HOUR, T0

NOTE = "照片与文字都看不出地点和事情"


@pytest.fixture
def xiaowang(context):
    return story.person("xiaowang", Role.DESK, name="小王", natural="wang")


@pytest.fixture
def lead(context):
    return story.person("lead", Role.DESK_LEAD, name="受理组长")


@pytest.fixture
def new_case(context):
    opening = case_service.Opening(
        number="E110-000003", urgency=Urgency.YELLOW, category="W4", kinds=("black_water",),
        place_words="颜公河", lng=None, lat=None, grid_code=None, township_code=None,
    )  # fmt: skip
    with transaction():
        return case_service.open_case(opening, by="reporter", now=T0, facts={}).id


def propose(case_id, by, reason="not_environment"):
    with transaction():
        triage.propose_rejection(case_id, reason=reason, note=NOTE, by=by, now=T0 + HOUR)


def decide(case_id, by, *, approve, note=""):
    with transaction():
        triage.decide_rejection(case_id, approve=approve, note=note, by=by, now=T0 + HOUR)


def test_a_rejection_takes_two_persons(new_case, xiaowang, lead):
    propose(new_case, xiaowang)
    twin = story.person("wang2", Role.DESK_LEAD, natural="wang")
    for same in (xiaowang, twin):
        with pytest.raises(Forbidden, match="second_person"):
            decide(new_case, same, approve=True)
    decide(new_case, lead, approve=True)
    assert cases.by_id(new_case).state is State.REJECTED


def test_too_vague_only_after_one_question(new_case, xiaowang):
    with pytest.raises(Invalid, match="ask_first"):
        propose(new_case, xiaowang, "too_vague")
    with transaction():
        for step in (Move.ASK_REPORTER, Move.ANSWERED):
            case_service.move(new_case, step, by=xiaowang.key, now=T0, note="哪一家？")
    propose(new_case, xiaowang, "too_vague")
    assert cases.by_id(new_case).reject_reason == "too_vague"


@pytest.mark.parametrize("any_db", ["postgres"], indirect=True)  # SQLite has one writer at a time
def test_turned_down_while_it_is_approved(any_db, context, new_case, lead, monkeypatch):
    propose(new_case, story.person("xiaowang", Role.DESK))
    look_up = triage.accounts.get

    def approved_meanwhile(staff_id):
        monkeypatch.setattr(triage.accounts, "get", look_up)
        other = Thread(target=beside, args=(context, lambda: decide(new_case, lead, approve=True)))
        other.start()
        other.join()
        return look_up(staff_id)

    monkeypatch.setattr(triage.accounts, "get", approved_meanwhile)
    with pytest.raises(Stale, match="case_changed"):
        decide(new_case, lead, approve=False, note="请受理")
    row = cases.by_id(new_case)
    assert (row.state, row.reject_reason) == (State.REJECTED, "not_environment")


def beside(app, act):
    with app.app_context():
        act()


def test_accepting_ends_a_proposed_rejection(new_case, xiaowang):
    propose(new_case, xiaowang)
    with transaction():
        case_service.move(
            new_case, Move.ACCEPT, by=xiaowang.key, now=T0 + HOUR, changes=triage.NOT_PROPOSED
        )
    assert cases.by_id(new_case).reject_proposed_by is None


def test_a_case_goes_to_somebody_who_works_in_the_field(xiaowang):
    case_id = story.case(number="E110-000007")
    clerk, near = story.person("finance", Role.FINANCE), story.neighbour()
    told = {"by": xiaowang, "now": T0 + HOUR, "reason": "他在附近"}
    with pytest.raises(Invalid, match="worker_away"), transaction():
        triage.assign(case_id, staff_id=clerk.staff_id, **told)
    with transaction():
        triage.assign(case_id, staff_id=near.staff_id, **told)
    assert cases.by_id(case_id).state is State.ASSIGNED


def test_merges_never_chain(context, xiaowang):
    first, second, third = (story.case(number=f"E110-00000{n}") for n in (4, 5, 6))
    told = {"by": xiaowang, "note": "同一处焚烧", "now": T0 + HOUR}
    with transaction():
        triage.merge(second, "E110-000004", **told)
    with pytest.raises(Invalid, match="merge_chain"), transaction():
        triage.merge(first, "E110-000006", **told)
    with pytest.raises(Invalid, match="merge_target_closed"), transaction():
        triage.merge(third, "E110-000005", **told)
    assert cases.leading(second).id == first
