"""What the desk's lists rest on: the newest cases, numbers of open ones, and whose check it is."""

import pytest

from app.accounts.permissions import Role
from app.cases import check, triage
from app.cases import queries as cases
from app.cases.workflow import State
from app.core.tx import transaction
from tests.features import sla_story as story
from tests.infra.clock import moment

PERSON = "330226199001010011"


@pytest.fixture
def begun(any_db, context):
    story.begin()


def test_the_newest_of_several_states_come_first_and_no_more_than_asked(begun):
    made = [story.accepted(f"2026-11-2{day} 09:00") for day in range(5)]
    for case_id in made[::2]:
        story.move(case_id, "withdraw", "2026-11-25 09:00")
    both, some = (State.WITHDRAWN, State.ACCEPTED), (State.WITHDRAWN, State.CLOSED)
    assert [row.id for row in cases.newest(both, 4)] == made[:0:-1]
    assert [row.id for row in cases.newest(some, 2)] == [made[4], made[2]]
    assert cases.count_by_state(both) == {State.WITHDRAWN: 3, State.ACCEPTED: 2}
    assert cases.count_by_state(some) == {State.WITHDRAWN: 3}


def test_a_check_is_nobodys_who_handled_the_matter_under_any_account(begun):
    worker = story.person("laoli", Role.GRID_WORKER, natural=PERSON)
    same = story.person("same", Role.CHECKER, natural=PERSON)
    other, lead = story.person("other", Role.CHECKER), story.person("lead", Role.DESK_LEAD)
    own, joined, into, foreign = (story.accepted(f"2026-11-23 09:0{n}") for n in range(4))
    for case_id in (own, joined):
        story.move(case_id, "assign", "2026-11-23 09:30", facts={"staff_id": worker.staff_id})
    with transaction():
        triage.merge(joined, cases.by_id(into).number, by=lead, note="同一处",
                     now=moment("2026-11-23 10:00"))  # fmt: skip
    every = [own, joined, into, foreign]
    assert check.others_work(every, worker) == {foreign}
    assert check.others_work(every, same) == {foreign}
    assert check.others_work(every, other) == set(every)
    assert check.handlers_of(every) == {
        own: {worker.staff_id}, joined: {worker.staff_id}, into: {worker.staff_id}, foreign: set(),
    }  # fmt: skip
    assert check.others_work([], other) == set()
