"""Pages of the one who calls back: no number on them, questions once connected, nothing lost."""

import pytest

from app.accounts.permissions import Role
from app.cases import service as cases
from app.cases.workflow import Move
from app.core.tx import transaction
from app.feedback import call_queries, queries, service
from app.feedback.rules import Satisfaction, Solved
from app.feedback.service import RatingData
from app.identity import service as identity
from tests.features import field_story as story
from tests.features.field_story import HOUR, T0
from tests.features.test_feedback import new_report
from tests.web.field_pages import hire, inside, signed_in

PHONE = "13812345678"
CLOSED = T0 + 2 * HOUR


@pytest.fixture
def report(app):
    """A closed case whose reporter left a number."""
    with inside(app):
        worker = story.laoli()
        case_id = story.case(worker)
        with transaction():
            made = new_report(case_id, "azhen")
            identity.leave_phone(made, PHONE, now=T0)
            for step in (Move.ARRIVE, Move.HANDLE, Move.PASS_CHECK, Move.CLOSE):
                cases.move(case_id, step, by=worker.key, now=CLOSED)
    return made


@pytest.fixture
def desk(app, report):
    hire(app, "caller", Role.CALLER, name="回访员")
    return signed_in(app, "caller")


@pytest.fixture
def page(app, report):
    with inside(app):
        (waiting,) = call_queries.waiting()
    return f"/desk/callbacks/{waiting.id}"


ANSWERS = {"solved": "yes", "satisfaction": "mostly", "words": "河水清了一些"}


def test_the_list_and_the_page_show_no_number(desk, page):
    listed = desk.get("/desk/callbacks", at=CLOSED + HOUR)
    assert "颜公河" in listed
    shown = desk.get(page)
    assert "接通举报人" in shown
    assert "问题解决了吗" not in shown
    assert PHONE not in listed + shown
    assert PHONE[-4:] not in shown


def test_the_questions_open_once_connected_and_the_answers_count(app, desk, page, report):
    desk.post(f"{page}/connect", at=CLOSED + HOUR)
    assert "问题解决了吗" in desk.get(page)
    desk.post(f"{page}/answered", ANSWERS)
    with inside(app):
        row = queries.rating(report)
    assert (row.solved, row.satisfaction, row.words) == ("yes", "mostly", "河水清了一些")
    assert "已结束" in desk.get(page)


def test_what_was_typed_stays_when_an_answer_is_missing(desk, page):
    desk.post(f"{page}/connect", at=CLOSED + HOUR)
    again = desk.post(f"{page}/answered", {"words": "邻居也在抱怨"}, status=422)
    assert "邻居也在抱怨" in again
    assert 'href="#solved-0"' in again
    again = desk.post(f"{page}/missed", {"note": "忙音两次"}, status=422)
    assert "忙音两次" in again
    assert "请选择情况" in again


def test_a_call_in_vain_says_to_try_again_another_day(desk, page):
    desk.post(f"{page}/connect", at=CLOSED + HOUR)
    desk.post(f"{page}/missed", {"outcome": "no_answer"})
    assert "请改天再打" in desk.get("/desk/callbacks")


def test_answers_without_a_call_are_refused_and_kept(desk, page):
    desk.answer("/desk", at=CLOSED + HOUR)
    again = desk.post(f"{page}/answered", ANSWERS, status=409)
    assert "请先点“接通举报人”" in again


def test_a_rating_by_code_is_shown_and_not_asked_again(app, desk, page, report):
    bad = RatingData(solved=Solved.YES, satisfaction=Satisfaction.DISSATISFIED)
    with inside(app), transaction():
        service.rate(report, bad, now=CLOSED + HOUR / 2)
    desk.post(f"{page}/connect", at=CLOSED + HOUR)
    shown = desk.get(page)
    assert "电话不改动它" in shown
    assert 'name="solved"' not in shown
    desk.post(f"{page}/answered", {"words": ""}, status=422)
    desk.post(f"{page}/answered", {"words": "说还有味道"})
    with inside(app):
        assert queries.rating(report).satisfaction is Satisfaction.DISSATISFIED


def test_others_do_not_see_it(app, page):
    hire(app, "officer", Role.OFFICER)
    other = signed_in(app, "officer")
    assert other.answer(page, at=CLOSED + HOUR).status_code in {403, 404}
