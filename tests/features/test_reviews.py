"""A reporter has the outcome reviewed, in two stages; a supervisor without a part in it answers."""

import threading
from contextlib import nullcontext

import pytest

from app.accounts.permissions import Role
from app.cases import check, triage
from app.cases import queries as cases
from app.cases import service as case_service
from app.cases.workflow import Move, State
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Refused
from app.core.tx import transaction
from app.feedback import queries, reviews, service
from app.feedback.reviews import Answer, Offer
from app.feedback.rules import RequestState
from app.fieldwork import queries as tasks
from app.intake import queries as intake
from app.sla.kinds import ClockState
from app.supervision.rules import OFFICES
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.infra.clock import moment

CLOSED = "2026-11-24 15:00"
WHY = "晚上还是有烟，没有解决"
AUTHORITY, PAPER = "市生态环境局", "甬环信复〔2026〕3号"
PEOPLE = {
    "laoli": Role.GRID_WORKER, "checker": Role.CHECKER, "lead": Role.DESK_LEAD,
    "chen": Role.SUPERVISOR, "other": Role.SUPERVISOR, "third": Role.SUPERVISOR,
}  # fmt: skip
TWINS = {"worked": "laoli", "checked": "checker", "closed": "lead", "answered": "chen"}
"""Supervisors behind whom stands somebody who has another account as well."""


@pytest.fixture
def people(context):
    with transaction():
        worktime.seed(moment("2026-01-01 00:00"))
    made = {name: story.person(name, role, natural=name) for name, role in PEOPLE.items()}
    for name, natural in TWINS.items():
        made[name] = story.person(name, Role.SUPERVISOR, natural=natural)
    return made


def take(case_id, step, who, when):
    with transaction():
        case_service.move(case_id, Move(step), by=who.key, now=moment(when), note="现场已清理")


def closed(people, *, reports=1, at=CLOSED):
    """Lead a case to its closing; return it with its reports."""
    case_id = story.accepted("2026-11-23 09:00", reports=reports)
    story.assign(case_id, "2026-11-23 10:00", people["laoli"])
    finish(people, case_id, at)
    return case_id, [report.id for report in intake.of_case(case_id)]


def finish(people, case_id, at):
    for step, who in (("arrive", "laoli"), ("handle", "laoli"), ("pass_check", "checker"),
                      ("close", "lead")):  # fmt: skip
        take(case_id, step, people[who], at)


def ask(report_id, when="2026-11-25 09:00", reason=WHY):
    with transaction():
        return reviews.ask(report_id, reason=reason, now=moment(when))


def decide(one, by, *, uphold, when="2026-12-10 09:00", **told):
    words = {"words": "复核了现场照片和监测数据", "authority": AUTHORITY, "paper": PAPER} | told
    with transaction():
        reviews.decide(one, Answer(uphold=uphold, **words), by=by, now=moment(when))


def test_upheld_the_case_is_reopened(any_db, people):
    case_id, (report,) = closed(people)
    one = ask(report)
    clock = story.clock(case_id, "review")
    told = (clock.subject, clock.due_at, clock.unit_code)
    assert told == (f"review:{one}", moment("2026-12-25 23:59:59"), "supervision")
    decide(one, people["chen"], uphold=True)
    assert (cases.by_id(case_id).state, cases.by_id(case_id).round) == (State.REOPENED, 2)
    assert story.clock(case_id, "review").on_time is True
    (view,) = reviews.of_report(report)
    assert (view.state, view.stage, view.authority, view.paper) == (
        RequestState.GRANTED, 1, AUTHORITY, PAPER,
    )  # fmt: skip
    assert story.clocks(case_id, "closure")[0].state is ClockState.ANNULLED


def test_confirmed_there_is_one_last_stage(any_db, people):
    case_id, (report,) = closed(people)
    row = cases.by_id(case_id)
    decide(ask(report), people["chen"], uphold=False)
    assert cases.by_id(case_id).state is State.CLOSED
    assert reviews.offer(report, row) == Offer(stage=2, until=moment("2027-01-11 23:59:59"))
    last = ask(report, "2027-01-11 23:00")
    assert story.clocks(case_id, "review")[-1].due_at == moment("2027-02-10 23:59:59")
    decide(last, people["other"], uphold=False, when="2027-02-01 09:00")
    assert reviews.offer(report, row) is None
    with pytest.raises(Refused) as refusal:
        ask(report, "2027-02-02 09:00")
    assert refusal.value.key == "review_before"
    assert [view.stage for view in reviews.of_report(report)] == [1, 2]


def test_a_stage_is_asked_for_once_and_answered_once(people):
    _case, (report,) = closed(people)
    one = ask(report)
    with pytest.raises(Refused):
        ask(report, "2026-11-25 09:01")
    decide(one, people["chen"], uphold=False)
    with pytest.raises(Refused) as refusal:
        decide(one, people["other"], uphold=True)
    assert refusal.value.key == "already_decided"


def test_thirty_days_and_no_longer(people):
    case_id, reports = closed(people, reports=2)
    offered = reviews.offer(reports[0], cases.by_id(case_id))
    assert offered == Offer(stage=1, until=moment("2026-12-24 23:59:59"))
    with pytest.raises(Refused) as refusal:
        ask(reports[0], "2026-12-25 00:00")
    assert refusal.value.key == "review_not_open"
    decide(ask(reports[0], "2026-12-24 23:00"), people["chen"], uphold=False)
    with pytest.raises(Refused):
        ask(reports[0], "2027-01-12 00:00")


def test_an_open_case_and_few_words_ask_for_nothing(people):
    case_id = story.accepted("2026-11-23 09:00")
    with pytest.raises(Refused):
        ask(intake.of_case(case_id)[0].id)
    _case, (report,) = closed(people)
    with pytest.raises(Invalid) as refusal:
        ask(report, reason=" 不服 ")
    assert refusal.value.field == "words"


@pytest.mark.parametrize("name", ["worked", "checked", "closed"])
def test_who_had_a_part_does_not_answer_also_behind_another_account(people, name):
    _case, (report,) = closed(people)
    one = ask(report)
    with pytest.raises(Forbidden):
        decide(one, people[name], uphold=True)


@pytest.fixture
def joined(people):
    """A case led by others, into which one was merged that had been closed and reopened."""
    child, (told,) = closed(people)
    with transaction():
        wish = service.ask_reopen(told, reason="又有烟了", now=moment("2026-11-25 08:00"))
    with transaction():
        service.decide_reopen(wish, grant=True, answer="又有人烧，重新办理", by=people["chen"],
                              now=moment("2026-11-25 08:30"))  # fmt: skip
    case_id = story.accepted("2026-11-23 09:10")
    with transaction():
        triage.merge(child, cases.by_id(case_id).number, by=people["other"], note="同一处",
                     now=moment("2026-11-25 09:00"))  # fmt: skip
    others = {name: story.person(f"{name}2", role) for name, role in PEOPLE.items()}
    story.assign(case_id, "2026-11-25 09:30", others["laoli"])
    finish(others, case_id, "2026-11-26 15:00")
    return case_id, intake.of_case(case_id)[0].id


@pytest.mark.parametrize("name", ["worked", "checked", "closed", "answered"])
def test_who_had_a_part_in_a_case_merged_into_it_does_not_answer(any_db, people, joined, name):
    one = ask(joined[1], "2026-11-27 09:00")
    with pytest.raises(Forbidden):
        decide(one, people[name], uphold=True)
    decide(one, people["third"], uphold=True)


@pytest.mark.parametrize(("name", "own"), [("worked", True), ("checked", False), ("third", False)])
def test_who_handled_a_case_merged_into_it_neither_checks_nor_reopens(people, joined, name, own):
    case_id, report = joined
    with transaction():
        wish = service.ask_reopen(report, reason="又有烟了", now=moment("2026-11-27 08:00"))
    refused = pytest.raises(Forbidden) if own else nullcontext()
    with refused:
        check.must_be_other(case_id, people[name])
    with refused, transaction():
        service.decide_reopen(wish, grant=True, answer="又有人烧，重新办理", by=people[name],
                              now=moment("2026-11-27 08:30"))  # fmt: skip
    assert people["laoli"].staff_id in tasks.handlers(case_id)


def test_who_answered_for_a_reopening_does_not_answer_the_review(people):
    _case, (report,) = closed(people)
    with transaction():
        wish = service.ask_reopen(report, reason="又有烟了", now=moment("2026-11-25 08:00"))
    with transaction():
        service.decide_reopen(wish, grant=False, answer="看过照片，不再处理", by=people["other"],
                              now=moment("2026-11-25 08:30"))  # fmt: skip
    one = ask(report)
    with pytest.raises(Forbidden):
        decide(one, people["other"], uphold=True)
    decide(one, people["chen"], uphold=True)


@pytest.mark.parametrize("name", ["chen", "answered"])
def test_the_last_stage_has_another_person_than_the_first(people, name):
    _case, (report,) = closed(people)
    decide(ask(report), people["chen"], uphold=False)
    last = ask(report, "2026-12-11 09:00")
    with pytest.raises(Forbidden):
        decide(last, people[name], uphold=True, when="2026-12-12 09:00")
    decide(last, people["third"], uphold=True, when="2026-12-12 09:00")


@pytest.mark.parametrize("field", ["authority", "paper"])
def test_an_answer_names_its_authority_and_document(people, field):
    _case, (report,) = closed(people)
    one = ask(report)
    with pytest.raises(Invalid) as refusal:
        decide(one, people["chen"], uphold=False, **{field: " "})
    assert refusal.value.field == field
    with pytest.raises(Invalid):
        decide(one, people["chen"], uphold=False, words="是")


def test_upholding_answers_what_else_waits_for_the_case(any_db, people):
    case_id, reports = closed(people, reports=3)
    first, _second = [ask(report) for report in reports[:2]]
    with transaction():
        service.ask_reopen(reports[2], reason="又有烟了", now=moment("2026-11-26 08:00"))
    decide(first, people["chen"], uphold=True)
    assert reviews.waiting() == []
    assert queries.open_requests() == []
    assert {reviews.of_report(one)[0].state for one in reports[:2]} == {RequestState.GRANTED}
    open_ones = [clock for kind in ("review", "reopen_answer")
                 for clock in story.clocks(case_id, kind) if clock.stopped_at is None]  # fmt: skip
    assert open_ones == []


def test_a_case_reopened_meanwhile_is_not_reopened_again(people):
    case_id, reports = closed(people, reports=2)
    one = ask(reports[0])
    with transaction():
        wish = service.ask_reopen(reports[1], reason="又有烟了", now=moment("2026-11-25 08:00"))
    with transaction():
        service.decide_reopen(wish, grant=True, answer="再去看一次现场", by=people["other"],
                              now=moment("2026-11-25 10:00"))  # fmt: skip
    decide(one, people["chen"], uphold=True)
    assert cases.by_id(case_id).round == 2
    assert story.clock(case_id, "review").on_time is True


def test_a_new_outcome_may_be_reviewed_anew(people):
    case_id, (report,) = closed(people)
    decide(ask(report), people["chen"], uphold=True)
    story.assign(case_id, "2026-12-11 09:00", people["laoli"])
    finish(people, case_id, "2026-12-14 15:00")
    offered = reviews.may_ask(report, cases.by_id(case_id), now=moment("2026-12-15 09:00"))
    assert offered == Offer(stage=1, until=moment("2027-01-13 23:59:59"))
    ask(report, "2026-12-15 09:00")


def test_a_late_answer_urges_the_supervisors():
    assert OFFICES["review"] == (Role.SUPERVISOR,)


def test_two_clicks_at_the_same_moment_are_one(any_db, app, people):
    _case, (report,) = closed(people)
    db.session.remove()
    start, told = threading.Barrier(4), []

    def click():
        with app.app_context():
            start.wait()
            try:
                told.append(ask(report))
            except Refused as error:
                told.append(error.key)

    crowd = [threading.Thread(target=click) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert sorted(map(str, told))[1:] == ["review_before"] * 3
    assert len(reviews.of_report(report)) == 1
