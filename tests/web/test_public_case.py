"""The case page from acceptance to the reward: what 阿珍 sees, rates, contests and collects."""

import re
import shutil
from copy import copy

import pytest
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.cases import queries as cases
from app.cases import service as case_service
from app.cases import triage
from app.cases.workflow import Move, State
from app.cli.demo.offices import ANSWERS
from app.core.db import db
from app.core.tx import transaction
from app.feedback.models import Rating, ReopenRequest
from app.fieldwork import queries as fieldwork
from app.intake import service as intake
from app.intake.submission import Submission
from app.notify.models import Message
from app.rewards import queries as rewards
from app.rewards import service as reward
from app.rewards.models import Award
from app.rewards.states import State as AwardState
from app.web.public import throttle
from config import Config
from tests.flows.test_main_way import Cast, to_checked
from tests.infra import lent
from tests.infra.clock import at, moment
from tests.infra.database import let_go
from tests.web.citizen import Azhen, words_of
from tests.web.field_pages import hire, signed_in

CLOSED = "2026-11-24 09:00"
TOLD = "2026-11-25 09:00"


@pytest.fixture
def azhen(app, monkeypatch):
    monkeypatch.setattr(throttle, "DELAY", 0)
    return Azhen(app.test_client())


@pytest.fixture(scope="module")
def gone(sqlite_template, tmp_path_factory):
    """Let a case be checked and closed once; return the folder that it left, and its cast."""
    folder = tmp_path_factory.mktemp("way")
    shutil.copyfile(sqlite_template, folder / "test.db")
    app = lent.lend(Config.for_tests(folder, f"sqlite:///{folder / 'test.db'}"))
    with app.app_context():
        cast = Cast()
        cast.receipt = cast.submit()
        to_checked(cast, cast.receipt)
        with transaction():
            triage.close(
                cast.receipt.case_id, reply="已扑灭并清理，谢谢您。", by=cast.people["approver"],
                now=moment(CLOSED),
            )  # fmt: skip
    let_go(app)
    return folder, cast


@pytest.fixture
def way(gone, app, tmp_path):
    """Return a case that is checked and closed, with its receipt."""
    folder, cast = gone
    let_go(app)
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("keys"))
    return copy(cast)


def look(azhen, way, when):
    with at(when):
        opened = azhen.track(way.receipt.query_code)
        assert opened.status_code == 303
        return azhen.open(opened.headers["Location"]), opened.headers["Location"]


def test_every_step_is_shown_with_its_promise_and_nobody_by_name(azhen, way, app):
    page, _ = look(azhen, way, "2026-11-24 09:30")
    text = words_of(page.text)
    for word in ("收到", "受理", "派单", "到场", "处置", "核查", "办结", "承诺"):
        assert word in text
    assert "现场作业人员" in text
    with app.app_context():
        worker = way.worker(way.receipt.case_id)[1]
    names = {person.name for person in way.people.values() if hasattr(person, "name")}
    assert not [name for name in {*names, worker.name} if name in text]
    assert "整改前" in text
    assert "整改后" in text
    assert text.index("整改前") < text.index("走到哪一步")


def test_after_photos_are_served_to_the_reporter_only(azhen, way, app):
    page, _ = look(azhen, way, "2026-11-24 09:30")
    with at("2026-11-24 09:31"):
        for photo in set(re.findall(r'src="(/p/\w+/\d+)"', page.text)):
            assert azhen.client.get(photo).status_code == 200
            assert app.test_client().get(photo).status_code == 404


def test_a_worker_elsewhere_sees_no_photo_of_the_work(azhen, way, app):
    page, _ = look(azhen, way, "2026-11-24 09:30")
    shots = set(re.findall(r'src="(/p/\w+/\d+)"', page.text))
    with app.app_context():
        (arrival,) = fieldwork.check_ins(way.receipt.case_id)
        area = way.worker(way.receipt.case_id)[1].area_code
    shots.add(f"/p/{arrival.photo_id}/320")
    hire(app, "near", Role.GRID_WORKER, area=area)
    hire(app, "far", Role.GRID_WORKER, area="330226112000")
    for name, status in (("near", 200), ("far", 404)):
        person = signed_in(app, name)
        assert {person.answer(shot).status_code for shot in shots} == {status}, name


@pytest.fixture
def joined(app):
    """Return a case that went its way with another one merged into it, whose reporter asks."""
    with app.app_context():
        cast = Cast()
        cast.first = first = cast.submit()
        now = moment("2026-11-23 10:15")
        told = Submission(
            client_key="second", kinds=("burning",), words="空地上在烧东西", place_words="变电站旁"
        )
        with transaction():
            cast.receipt = intake.submit(told, now=now)
        with transaction():
            triage.merge(
                cast.receipt.case_id, first.case_number, by=cast.people["desk"], note="同一处",
                now=now,
            )  # fmt: skip
        to_checked(cast, first)
        with transaction():
            triage.close(
                first.case_id, reply="已扑灭并清理。", by=cast.people["approver"],
                now=moment(CLOSED),
            )  # fmt: skip
    return cast


def test_who_was_joined_hears_sees_and_rates_like_the_first(azhen, joined, app):
    page, address = look(azhen, joined, "2026-11-24 09:30")
    assert "问题解决了吗" in page.text
    with at("2026-11-24 09:31"):
        shots = set(re.findall(r'src="(/p/\w+/\d+)"', page.text))
        assert [azhen.client.get(shot).status_code for shot in shots] == [200]
        done = azhen.send(f"{address}/rate", solved="partly", satisfaction="mostly")
        text = words_of(azhen.open(done.headers["Location"]).text)
    assert "最迟 11 月 26 日 24:00 告诉您结果" in text
    assert "已并入另一件，您的先后次序不变。" in text
    assert f"受理编号 {joined.receipt.case_number}" in text
    assert f"已并入 {joined.first.case_number}" in text
    me = f"report:{joined.receipt.report_id}"
    with app.app_context():
        told = db.session.scalars(select(Message.template).where(Message.recipient == me)).all()
    assert set(told) == {"news", "accepted", "arrived", "replied", "closed"}


def test_rating_is_by_post_only_and_keeps_what_was_typed(azhen, way, app):
    _, address = look(azhen, way, "2026-11-24 09:30")
    with at("2026-11-24 09:31"):
        assert "问题解决了吗" in azhen.page.text
        azhen.open(f"{address}/rate?solved=yes")
        assert count(app, Rating) == 0
        page = azhen.send(f"{address}/rate", solved="yes", words="谢谢")
        assert page.status_code == 422
        assert "请选您满意不满意" in page.text
        assert "谢谢" in page.text
        done = azhen.send(f"{address}/rate", solved="yes", satisfaction="very", words="谢谢")
        assert done.status_code == 303
        assert "评价已收到" in azhen.open(done.headers["Location"]).text
        done = azhen.send(f"{address}/rate", solved="partly", satisfaction="mostly")
        assert done.status_code == 303
    assert count(app, Rating) == 1


def test_not_solved_asks_for_a_reopening_at_once(azhen, way, app):
    _, address = look(azhen, way, "2026-11-24 09:30")
    with at("2026-11-24 09:31"):
        done = azhen.send(
            f"{address}/rate", solved="no", satisfaction="very_dissatisfied",
            reasons=["came_back"], words="晚上又在烧",
        )  # fmt: skip
        text = words_of(azhen.open(done.headers["Location"]).text)
        assert "您已要求重新处理。 最迟 11 月 26 日 24:00 告诉您结果。" in text
    assert count(app, ReopenRequest) == 1


def test_the_window_for_rating_ends(azhen, way):
    _, address = look(azhen, way, "2027-01-05 09:30")
    with at("2027-01-05 09:31"):
        assert "问题解决了吗" not in azhen.page.text
        azhen.send(f"{address}/rate", solved="yes", satisfaction="very")
        assert azhen.page.status_code == 409


def test_the_reward_shows_nothing_before_the_notice(azhen, way):
    page, address = look(azhen, way, "2026-11-24 09:30")
    assert "奖励已核定" not in page.text
    with at("2026-11-24 09:31"):
        assert azhen.client.get(f"{address}/reward").status_code == 404


def notified(way, app):
    people, now = way.people, moment(TOLD)
    with app.app_context():
        award = rewards.award_view(way.receipt.report_id)
        steps = (
            lambda: reward.answer_checks(
                award.id, ANSWERS, staff_id=people["clerk"].staff_id, now=now
            ),
            lambda: reward.propose(award.id, staff_id=people["clerk"].staff_id, now=now),
            lambda: reward.review(award.id, staff_id=people["legal"].staff_id, now=now),
            lambda: reward.approve(award.id, staff_id=people["approver"].staff_id, now=now),
            lambda: reward.notify(award.id, by=people["clerk"].key, now=now),
        )
        for step in steps:
            with transaction():
                step()


def test_why_this_amount_and_how_to_collect_it(azhen, way, app):
    notified(way, app)
    page, address = look(azhen, way, "2026-11-25 10:00")
    assert "奖励已核定" in page.text
    assert "还剩" in words_of(page.text)
    with at("2026-11-25 10:01"):
        text = words_of(azhen.open(f"{address}/reward").text)
        assert "为什么是 200 元" in text
        assert "您最先举报" in text
        assert "200.00" in text
        assert "若后来作出罚款，奖励会增加" in text
        assert azhen.client.get(f"{address}/reward/voucher").status_code == 404
        azhen.open(f"{address}/reward/claim")
        assert azhen.send(f"{address}/reward/claim").status_code == 422
        early = azhen.send(f"{address}/reward/claim", way="voucher", secret="380712")
        assert early.status_code == 422
        assert "还没设领奖口令" in early.text
        set_now = azhen.send(f"{address}/secret", secret="380712", again="380712")
        assert set_now.status_code == 303
        wrong = azhen.send(f"{address}/reward/claim", way="voucher", secret="380713")
        assert wrong.status_code == 422
        assert "领奖口令不对" in wrong.text
        done = azhen.send(f"{address}/reward/claim", way="voucher", secret="380712")
        assert done.status_code == 303, words_of(done.text)
        text = words_of(azhen.open(done.headers["Location"]).text)
        shown = words_of(azhen.open(f"{address}/reward/voucher").text)
    assert "已申领，请到窗口出示凭单" in text
    assert "出示领奖凭单" in text
    assert "V-" in text
    assert "V-" in shown
    assert "贰佰元整" in shown
    assert way.receipt.case_number not in shown
    with app.app_context():
        assert db.session.scalars(select(Award)).one().state is AwardState.CLAIMED


PAYEE = {
    "name": "张三", "identity_number": "11010519491231002X", "account": "6222020200112233445",
    "bank": "宁海农商行",
}  # fmt: skip
CHILD = "11010120160307653X"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"identity_number": CHILD}, "不满14周岁由监护人领取"),
        ({"relation": "proxy"}, "请写明代谁领取"),
        ({"identity_number": "11010519491231002x"}, ""),
        ({"relation": "guardian", "stands_for": "李四，户口簿"}, ""),
    ],
)
def test_somebody_collects_for_the_reporter(change, words, azhen, way, app):
    notified(way, app)
    _, address = look(azhen, way, "2026-11-25 10:00")
    with at("2026-11-25 10:01"):
        azhen.send(f"{address}/secret", secret="380712", again="380712")
        azhen.open(f"{address}/reward/claim")
        told = {"way": "bank", "secret": "380712", "relation": "self"} | PAYEE | change
        answer = azhen.send(f"{address}/reward/claim", **told)
    assert answer.status_code == (422 if words else 303), words_of(answer.text)
    assert words in answer.text
    with app.app_context():
        award = db.session.scalars(select(Award)).one()
        assert award.state is (AwardState.NOTIFIED if words else AwardState.CLAIMED)
        if not words:
            assert award.relation == told["relation"]


def test_a_reward_can_be_declined(azhen, way, app):
    notified(way, app)
    _, address = look(azhen, way, "2026-11-25 10:00")
    with at("2026-11-25 10:01"):
        done = azhen.send(f"{address}/reward/claim", way="decline")
        assert "您放弃了奖励" in azhen.open(done.headers["Location"]).text


def test_an_objection_is_taken_once(azhen, way, app):
    notified(way, app)
    _, address = look(azhen, way, "2026-11-25 10:00")
    with at("2026-11-25 10:01"):
        azhen.open(f"{address}/reward")
        assert azhen.send(f"{address}/reward/appeal", words="应该更多").status_code == 303
        text = words_of(azhen.open(f"{address}/reward").text)
    assert "应该更多" in text
    assert "您的异议" in text


def test_an_objection_without_words_keeps_its_page(azhen, way, app):
    notified(way, app)
    _, address = look(azhen, way, "2026-11-25 10:00")
    with at("2026-11-25 10:01"):
        azhen.open(f"{address}/reward")
        page = azhen.send(f"{address}/reward/appeal", words=" ")
    assert page.status_code == 422
    assert "请写明哪里不对" in page.text
    assert f'href="{address}/reward?lang=en"' in page.text, "a link to what only takes a form"


def test_a_question_is_answered_and_the_work_goes_on(azhen, app):
    with app.app_context():
        cast = Cast()
        cast.receipt = cast.submit()
        with transaction():
            intake.add_note(
                cast.receipt.report_id, "question", "是哪一栋楼？", actor="staff:1",
                now=moment("2026-11-23 10:15"),
            )  # fmt: skip
            case_service.move(
                cast.receipt.case_id, Move.ASK_REPORTER, by="staff:1", note="是哪一栋楼？",
                now=moment("2026-11-23 10:15"),
            )  # fmt: skip
    page, address = look(azhen, cast, "2026-11-23 11:00")
    assert "有一个问题想问您" in page.text
    assert "是哪一栋楼？" in page.text
    with at("2026-11-23 11:01"):
        assert "是哪一栋楼？" in azhen.open(f"{address}/reply").text
        done = azhen.send(f"{address}/reply", words="三号楼后面")
        assert done.status_code == 303
        assert "三号楼后面" in azhen.open(done.headers["Location"]).text
    with app.app_context():
        assert cases.by_id(cast.receipt.case_id).state is State.SUBMITTED


def test_a_report_that_is_on_its_way_cannot_be_withdrawn(azhen, way):
    page, address = look(azhen, way, "2026-11-24 09:30")
    assert "撤回举报" not in page.text
    with at("2026-11-24 09:31"):
        azhen.open(address)


def count(app, model):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))
