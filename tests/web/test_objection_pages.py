"""Object from one's own page, and the supervisor's answer on the page of what is late."""

import re

import pytest

from app.cases import queries as cases
from app.cases import triage
from app.cases.workflow import State
from app.core import clock
from app.core.tx import transaction
from app.feedback import objections
from app.intake import queries as intake
from app.intake import service as intake_service
from app.intake.submission import Submission
from tests.web import county
from tests.web import desk_story as story
from tests.web.desk_story import kept

WHY = "就在颜公河边，不在外县"


@pytest.fixture
def desk(county_app):
    return story.make(county_app)


@pytest.fixture
def rejected(desk):
    """Return the number of a rejected case, and the tracking page of its reporter."""
    told = Submission(client_key="obj", kinds=("black_water",), words="河水发黑发臭",
                      lng=story.HERE[0], lat=story.HERE[1])  # fmt: skip
    with desk.app.app_context():
        with transaction():
            receipt = intake_service.submit(told, now=clock.now())
        case_id = cases.by_number(receipt.case_number).id
        with transaction():
            triage.propose_rejection(case_id, reason="out_of_county", note="地点在外县",
                                     by=desk.people["paidan"], now=clock.now())  # fmt: skip
        with transaction():
            triage.decide_rejection(case_id, approve=True, note="", by=desk.people["zuzhang"],
                                    now=clock.now())  # fmt: skip
    desk.browsers["azhen"] = desk.app.test_client()
    answer = county.post(desk.browsers["azhen"], "/t", {"code": receipt.query_code})
    return receipt.case_number, answer.headers["Location"]


def test_a_reporter_objects_once_and_keeps_her_words(desk, rejected):
    number, page = rejected
    assert f'href="{page}/objection"' in desk.get("azhen", page)
    assert "地点在外县" in desk.get("azhen", f"{page}/objection")
    refused = desk.post("azhen", f"{page}/objection", {"words": "不服"}, status=422)
    assert 'href="#words"' in refused
    assert kept(refused, "不服")
    desk.post("azhen", f"{page}/objection", {"words": WHY})
    assert "您已提出异议" in desk.get("azhen", page)
    assert f'href="{page}/objection"' not in desk.get("azhen", page)
    again = desk.post("azhen", f"{page}/objection", {"words": "再说一次吧"}, status=409)
    assert kept(again, "再说一次吧")
    assert desk.row(number).state is State.REJECTED


def test_the_supervisor_answers_and_the_report_is_taken_up_again(desk, rejected):
    number, page = rejected
    desk.post("azhen", f"{page}/objection", {"words": WHY})
    with desk.app.app_context():
        one = objections.of_report(intake.of_case(desk.row(number).id)[0].id).id
    shown = desk.get("chen", "/sup/overdue")
    assert WHY in shown
    assert re.search(r"异议 1 件", shown)
    address, yes = f"/sup/objection/{one}", {f"o{one}-approve": "yes"}
    assert f'href="#o{one}-answer"' in desk.post("chen", address, yes, status=422)
    desk.post("zuzhang", address, yes, status=403)
    desk.post("chen", address, yes | {f"o{one}-answer": "核对过地图，属本县"})
    assert desk.row(number).state is State.SUBMITTED
    assert "异议成立，重新受理" in desk.get("azhen", page)
    late = yes | {f"o{one}-answer": "再答一次也不行"}
    desk.post("chen", address, late, status=409)
