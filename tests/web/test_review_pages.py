"""Ask for a review from one's own page, and the supervisor's record of the answer."""

import pytest

from app.cases import check, triage
from app.cases import queries as cases
from app.cases.workflow import State
from app.core import clock
from app.core.tx import transaction
from app.enforcement import service as enforcement
from app.enforcement.service import FindingData
from app.enforcement.workflow import FindingKind
from app.feedback import reviews
from app.intake import queries as intake
from app.intake import service as intake_service
from app.intake.submission import Submission
from tests.web import county
from tests.web import desk_story as story
from tests.web.desk_story import kept

WHY = "河水还是黑的，没有解决"
AUTHORITY, PAPER = "市生态环境局", "甬环信复〔2026〕3号"


@pytest.fixture
def desk(county_app):
    return story.make(county_app)


@pytest.fixture
def closed(desk):
    """Return the number of a closed case, and the tracking page of its reporter."""
    told = Submission(client_key="rev", kinds=("black_water",), words="河水发黑发臭",
                      lng=story.HERE[0], lat=story.HERE[1])  # fmt: skip
    with desk.app.app_context(), transaction():
        receipt = intake_service.submit(told, now=clock.now())
    desk.handled(receipt.case_number)
    found = FindingData(kind=FindingKind.TRUE, grounds="照片与现场一致，痕迹清楚", punishable=False,
                        offender_known=False, order_to_correct=False, on_spot_corrected=True,
                        officers=())  # fmt: skip
    with desk.app.app_context():
        case_id, checker = cases.by_number(receipt.case_number).id, desk.people["laoli2"]
        with transaction():
            enforcement.set_finding(case_id, found, by=checker, now=clock.now())
        with transaction():
            check.pass_check(case_id, by=checker, now=clock.now())
        with transaction():
            triage.close(case_id, reply="已清理河道", by=desk.people["zuzhang"], now=clock.now())
    desk.browsers["azhen"] = desk.app.test_client()
    answer = county.post(desk.browsers["azhen"], "/t", {"code": receipt.query_code})
    return receipt.case_number, answer.headers["Location"]


def newest(desk, number):
    with desk.app.app_context():
        return reviews.of_report(intake.of_case(desk.row(number).id)[0].id)[-1]


def record(desk, number, by="chen", status=303, **told):
    one = newest(desk, number).id
    said = {"authority": AUTHORITY, "paper": PAPER, "answer": "查看了现场，原结果无误"} | told
    data = {f"v{one}-{name}": words for name, words in said.items()}
    return desk.post(by, f"/sup/review/{one}", data, status=status)


def test_a_reporter_asks_once_and_keeps_her_words(desk, closed):
    number, page = closed
    assert f'href="{page}/review"' in desk.get("azhen", page)
    assert "已清理河道" in desk.get("azhen", f"{page}/review")
    refused = desk.post("azhen", f"{page}/review", {"words": "不服"}, status=422)
    assert 'href="#words"' in refused
    assert kept(refused, "不服")
    desk.post("azhen", f"{page}/review", {"words": WHY})
    shown = desk.get("azhen", page)
    assert "您已申请复查" in shown
    assert f'href="{page}/review"' not in shown
    again = desk.post("azhen", f"{page}/review", {"words": "再说一次吧"}, status=409)
    assert kept(again, "再说一次吧")
    assert desk.row(number).state is State.CLOSED


def test_a_confirmed_outcome_may_be_reviewed_once_more(desk, closed):
    number, page = closed
    desk.post("azhen", f"{page}/review", {"words": WHY})
    row = desk.get("chen", "/sup/overdue")
    assert WHY in row
    assert "复查意见" not in row
    unfinished = record(desk, number, approve="no", paper="", status=422)
    assert "请填写文号" in unfinished
    assert kept(unfinished, "查看了现场，原结果无误")
    record(desk, number, by="zuzhang", approve="no", status=403)
    record(desk, number, approve="no")
    shown = desk.get("azhen", page)
    assert all(words in shown for words in ("审查维持原处理结果", AUTHORITY, PAPER, "申请复核"))
    assert "原结果无误" in desk.get("azhen", f"{page}/review")
    desk.post("azhen", f"{page}/review", {"words": "请上一级机关再看"})
    assert "您已申请复核" in desk.get("azhen", page)
    row = desk.get("chen", "/sup/overdue")
    assert all(words in row for words in ("复查意见", AUTHORITY, PAPER, "原结果无误"))
    record(desk, number, approve="yes", status=403)  # who answered the first stage
    assert desk.row(number).state is State.CLOSED


def test_upheld_the_case_is_taken_up_again(desk, closed):
    number, page = closed
    desk.post("azhen", f"{page}/review", {"words": WHY})
    record(desk, number, approve="yes")
    assert desk.row(number).state is State.REOPENED
    assert "审查支持您的意见，已重新办理" in desk.get("azhen", page)
    record(desk, number, approve="no", status=409)
