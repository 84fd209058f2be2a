"""A reporter objects to a rejection, once; a supervisor who had no part in it answers."""

import pytest

from app.accounts.permissions import Role
from app.cases import queries as cases
from app.cases import triage
from app.cases.workflow import State, Urgency
from app.core.errors import Forbidden, Invalid, Refused, Stale
from app.core.tx import transaction
from app.feedback import objections
from app.feedback.rules import RequestState
from app.intake import queries as intake
from app.sla.kinds import ClockState
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.infra.clock import moment

WHY = "就在桥头村，不在外县"


@pytest.fixture
def people(context):
    with transaction():
        worktime.seed(moment("2026-01-01 00:00"))
    roles = {"desk": Role.DESK, "lead": Role.DESK_LEAD, "chen": Role.SUPERVISOR}
    made = {name: story.person(name, role, area="330226") for name, role in roles.items()}
    made["both"] = story.person(
        "both", Role.SUPERVISOR, Role.DESK_LEAD, area="330226", natural="one"
    )
    return made


def rejected(people, *, reports=1, lead="lead"):
    case_id = story.new_case("2026-11-23 09:00", reports=reports)
    with transaction():
        triage.propose_rejection(case_id, reason="out_of_county", note="地点在外县",
                                 by=people["desk"], now=moment("2026-11-23 10:00"))  # fmt: skip
    with transaction():
        triage.decide_rejection(case_id, approve=True, note="", by=people[lead],
                                now=moment("2026-11-23 11:00"))  # fmt: skip
    return case_id, [report.id for report in intake.of_case(case_id)]


def objected(report_id, when="2026-11-24 09:00", reason=WHY):
    with transaction():
        return objections.raise_objection(report_id, reason=reason, now=moment(when))


def decide(one, by, *, uphold, answer="现场核对过地图，属本县", when="2026-11-25 09:00"):
    with transaction():
        objections.decide(one, uphold=uphold, answer=answer, by=by, now=moment(when))


def test_upheld_it_begins_again_and_nothing_of_the_rejection_is_left(any_db, people):
    case_id, (report,) = rejected(people)
    one = objected(report)
    due = story.clock(case_id, "objection")
    assert (due.subject, due.due_at) == (f"objection:{one}", moment("2026-11-26 23:59:59"))
    decide(one, people["chen"], uphold=True)
    row = cases.by_id(case_id)
    assert row.state is State.SUBMITTED
    left = (row.exclusion, row.reject_proposed_by, row.reject_reason, row.reject_note)
    assert left == (None, None, None, "")
    assert story.case_row(case_id).exclusion_by is None
    assert story.clock(case_id, "objection").on_time is True
    accept = story.clocks(case_id, "accept")[-1]
    assert (accept.state, accept.due_at) == (ClockState.RUNNING, moment("2026-11-26 23:59:59"))
    assert objections.of_report(report).state is RequestState.GRANTED
    chosen = triage.Triage(urgency=Urgency.YELLOW, category="A6", grid_code="")
    with pytest.raises(Invalid):
        triage.accept(case_id, chosen, by=people["desk"], now=moment("2026-11-25 10:00"),
                      version=row.version)  # fmt: skip


def test_refused_it_stays_rejected_and_is_over(people):
    case_id, (report,) = rejected(people)
    one = objected(report)
    decide(one, people["chen"], uphold=False)
    assert cases.by_id(case_id).state is State.REJECTED
    for again in (lambda: objected(report), lambda: decide(one, people["chen"], uphold=True)):
        with pytest.raises(Stale):
            again()


def test_who_rejected_does_not_answer(people):
    _case, (report,) = rejected(people, lead="both")
    one = objected(report)
    with pytest.raises(Forbidden):
        decide(one, people["both"], uphold=True)
    with pytest.raises(Invalid):
        decide(one, people["chen"], uphold=True, answer="是")


def test_thirty_days_and_no_longer(people):
    case_id, reports = rejected(people, reports=2)
    assert objections.until(cases.by_id(case_id)) == moment("2026-12-23 23:59:59")
    with pytest.raises(Refused):
        objected(reports[0], "2026-12-24 00:00")
    objected(reports[0], "2026-12-23 23:00")


def test_only_a_rejected_report_is_objected_to_and_with_words(people):
    case_id = story.accepted("2026-11-23 09:00")
    with pytest.raises(Refused):
        objected(intake.of_case(case_id)[0].id)
    _case, (report,) = rejected(people)
    with pytest.raises(Invalid) as refusal:
        objected(report, reason=" 不服 ")
    assert refusal.value.field == "words"


def test_upholding_one_answers_the_others(any_db, people):
    _case, reports = rejected(people, reports=2)
    first, _second = [objected(report) for report in reports]
    decide(first, people["chen"], uphold=True)
    assert {objections.of_report(one).state for one in reports} == {RequestState.GRANTED}
    assert objections.waiting() == []
