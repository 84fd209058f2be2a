"""A merge is undone: the case, its task, its clocks and its reporters stand where they stood."""

import pytest

from app.accounts.permissions import Role
from app.cases import queries as cases
from app.cases import triage
from app.cases.workflow import State
from app.core.errors import Invalid, Refused, Stale
from app.core.tx import transaction
from app.fieldwork import queries as tasks
from app.fieldwork.states import TaskState
from app.intake import queries as intake
from app.sla import proof
from app.sla.kinds import ClockState
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.infra.clock import moment

WHY = "两处相隔一公里，不是同一件事"


@pytest.fixture
def people(context):
    with transaction():
        worktime.seed(moment("2026-01-01 00:00"))
    return {
        "laoli": story.laoli(),
        "lead": story.person("lead", Role.DESK_LEAD, area="330226"),
    }


@pytest.fixture
def parent(people):
    return story.accepted("2026-11-23 09:00")


@pytest.fixture
def child(people):
    made = story.accepted("2026-11-23 09:10")
    story.assign(made, "2026-11-23 09:30", people["laoli"])
    return made


def merge(child, parent, people, when="2026-11-23 11:00"):
    with transaction():
        number = cases.by_id(parent).number
        triage.merge(child, number, by=people["lead"], note="同一处", now=moment(when))


def unmerge(child, people, when="2026-11-23 12:00", note=WHY):
    with transaction():
        triage.unmerge(child, by=people["lead"], note=note, now=moment(when))


def test_everything_stands_where_it_stood(any_db, people, parent, child):
    story.move(child, "arrive", "2026-11-23 10:00")
    merge(child, parent, people)
    report = intake.of_case(child)[0].id
    assert cases.leading(child).id == parent
    assert report in {one.id for one in intake.of_matter(parent)}
    unmerge(child, people)
    row = cases.by_id(child)
    assert (row.state, row.merged_into_id, row.exclusion) == (State.ARRIVED, None, None)
    assert story.case_row(child).exclusion_by is None
    assert cases.leading(child).id == child
    assert [one.id for one in intake.of_matter(parent)] == [intake.of_case(parent)[0].id]
    assert tasks.current(child).state is not TaskState.CANCELLED
    assert story.clock(child, "closure").state is ClockState.RUNNING
    assert story.clock(child, "first_reply").report_id == report
    assert proof.replayed()[1] is None


@pytest.mark.parametrize(
    "wait", [("suspend", "resume", {"code": "lab_report"}), ("ask_reporter", "answered", {})]
)
def test_what_waited_waits_again_and_then_goes_on(people, parent, child, wait):
    name, back, facts = wait
    story.move(child, name, "2026-11-23 10:00", facts=facts)
    waits = cases.by_id(child).state
    merge(child, parent, people)
    unmerge(child, people)
    assert cases.by_id(child).state is waits
    assert tasks.current(child).staff_id == people["laoli"].staff_id
    story.move(child, back, "2026-11-23 13:00")
    assert cases.by_id(child).state is State.ASSIGNED


def test_a_task_that_ended_before_the_merge_stays_ended(people, parent, child):
    story.move(child, "hand_over", "2026-11-23 10:00", facts={"unit_code": "d-build"})
    merge(child, parent, people)
    unmerge(child, people)
    assert cases.by_id(child).state is State.WAITING_DEPARTMENT
    assert {one.state for one in tasks.tasks_of(child)} == {TaskState.CANCELLED}
    assert story.clock(child, "department_feedback").state is ClockState.RUNNING


def test_once_the_parent_is_closed_it_stays_merged(people, parent, child):
    merge(child, parent, people)
    for step in ("assign", "arrive", "handle", "pass_check", "close"):
        story.run(parent, people["laoli"], (step, "2026-11-24 10:00"))
    with pytest.raises(Refused) as refusal:
        unmerge(child, people, "2026-11-24 11:00")
    assert refusal.value.key == "merge_parent_closed"
    assert cases.by_id(child).state is State.MERGED


def test_it_needs_a_reason_and_a_merge(people, parent, child):
    with pytest.raises(Stale):
        unmerge(child, people)
    merge(child, parent, people)
    with pytest.raises(Invalid):
        unmerge(child, people, note=" ")
