"""Worker pages without scripts: sign, arrive, reply, finish; other townships see nothing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.accounts.permissions import Role
from app.cases import queries as cases
from app.cases import service as case_service
from app.cases.workflow import Move, State
from app.core.db import db
from app.core.tx import transaction
from app.fieldwork import queries as fieldwork
from app.fieldwork.states import TaskState
from app.intake import service as intake
from app.intake.submission import ContactMode, Submission
from tests.features import field_story as story
from tests.features.field_story import HOUR, MIN, T0
from tests.web.field_pages import hidden, hire, inside, signed_in

NUMBER = "E110-5R2C8N"
REPLY = {
    "accepted_on": "2026-11-23",
    "talked_to": "滨溪社区王主任",
    "measure": "已封堵管口",
    "time_limit": "11 月 30 日前",
}
AT = T0 + HOUR


@pytest.fixture
def worker(app):
    return hire(app, "laoli", Role.GRID_WORKER, area=story.TOWN, name="老李")


@pytest.fixture
def case_id(app, worker):
    with inside(app):
        return story.case(worker)


@pytest.fixture
def laoli(app, case_id):
    return signed_in(app, "laoli")


def task_of(app, case_id):
    with inside(app):
        return fieldwork.current(case_id)


def good_position(page, at=AT):
    return {
        "challenge": hidden(page, "challenge"),
        "idem_key": hidden(page, "idem_key"),
        "lng": "121.4252",
        "lat": "29.2892",
        "accuracy": "18",
        "device_at": str(int(at.timestamp() * 1000)),
    }


def arrive(desk, number=NUMBER, at=AT):
    page = desk.get(f"/w/{number}/arrive", at=at - MIN)
    return desk.post(f"/w/{number}/arrive", good_position(page, at), at=at, photo=["spot"])


def test_today_shows_the_task_with_its_clock_and_one_verb(laoli):
    page = laoli.get("/w", at=T0 + 10 * MIN)
    assert "颜公河，滨溪社区段" in page
    assert "签收" in page
    assert re.search(r"clock clock-(ok|warn)", page)
    assert f'action="/w/{NUMBER}/sign"' in page


def test_an_empty_day(app):
    hire(app, "ayong", Role.GRID_WORKER, area=story.TOWN)
    assert "这里没有任务" in signed_in(app, "ayong").get("/w")


def test_signing_is_one_post_and_moves_the_card_to_the_next_tab(app, laoli, case_id):
    laoli.post(f"/w/{NUMBER}/sign", {"then": "list"}, at=T0 + 5 * MIN)
    assert task_of(app, case_id).state is TaskState.SIGNED
    page = laoli.get("/w?tab=arrive")
    assert "我到了" in page
    laoli.post(f"/w/{NUMBER}/sign", status=409)


def test_the_whole_way_without_scripts(app, laoli, case_id):
    laoli.post(f"/w/{NUMBER}/sign", at=T0 + 5 * MIN)
    arrive(laoli)
    page = laoli.get(f"/w/{NUMBER}", at=AT)
    assert "A 级" in page
    assert "填写处理情况" in page
    laoli.post(f"/w/{NUMBER}/reply", REPLY, at=AT + 10 * MIN)
    page = laoli.get(f"/w/{NUMBER}", at=AT + 11 * MIN)
    assert "提交核查" in page
    form = laoli.get(f"/w/{NUMBER}/finish", at=AT + 12 * MIN)
    done = REPLY | {
        "idem_key": hidden(form, "idem_key"),
        "site_facts": "管口已封堵，河水正在抽运",
        "outcome": "resolved",
    }
    laoli.post(f"/w/{NUMBER}/finish", done, at=AT + 13 * MIN, photos=["after"])
    with inside(app):
        case = cases.by_id(case_id)
        assert (case.state, case.closed_at) == (State.HANDLED, None)
    assert "正由核查员核查" in laoli.get(f"/w/{NUMBER}")


class TestArrive:
    def test_poor_proof_asks_for_a_reason_keeps_the_picture_and_goes_through(
        self, app, laoli, case_id
    ):
        page = laoli.get(f"/w/{NUMBER}/arrive", at=AT)
        bare = {key: hidden(page, key) for key in ("challenge", "idem_key")}
        page = laoli.post(f"/w/{NUMBER}/arrive", bare, status=422, at=AT, photo=["bridge"])
        assert "手机没给出位置" in page
        assert "/w/draft/" in page
        kept = re.search(r'src="(/w/draft/[^"]+)"', page).group(1)
        with laoli.answer(kept, at=AT) as answer:
            assert answer.mimetype == "image/jpeg"
        bare["words"] = "山里没有信号，桥墩编号在照片里"
        laoli.post(f"/w/{NUMBER}/arrive", bare, at=AT + MIN)
        with inside(app):
            (row,) = fieldwork.check_ins(case_id)
            assert (str(row.grade), row.counts, row.reasons) == ("C", False, ["no_position"])
            assert row.photo_id is not None
        assert "待值班长确认" in laoli.get(f"/w/{NUMBER}")

    def test_a_challenge_ten_minutes_old_is_grade_b(self, app, laoli, case_id):
        page = laoli.get(f"/w/{NUMBER}/arrive", at=AT - 11 * MIN)
        laoli.post(f"/w/{NUMBER}/arrive", good_position(page), at=AT, photo=["spot"])
        with inside(app):
            assert fieldwork.check_ins(case_id)[0].reasons == ["challenge_late"]

    def test_an_album_picture_is_said(self, app, laoli, case_id):
        page = laoli.get(f"/w/{NUMBER}/arrive", at=AT)
        laoli.post(f"/w/{NUMBER}/arrive", good_position(page), at=AT, album=["old"])
        with inside(app):
            assert fieldwork.check_ins(case_id)[0].reasons == ["album_photo"]

    @pytest.mark.parametrize("value", ["NaN", "inf", "-200", "181", "abc", "1e400", ""])
    def test_what_is_no_number_counts_as_no_position(self, laoli, value):
        page = laoli.get(f"/w/{NUMBER}/arrive", at=AT)
        told = good_position(page) | {"lng": value}
        page = laoli.post(f"/w/{NUMBER}/arrive", told, status=422, at=AT, photo=["spot"])
        assert "手机没给出位置" in page

    def test_a_file_that_is_no_picture_is_refused_in_words(self, laoli):
        page = laoli.get(f"/w/{NUMBER}/arrive", at=AT)
        bad = b"<script>alert(1)</script>"
        page = laoli.post(
            f"/w/{NUMBER}/arrive", good_position(page), status=422, at=AT, photo=[bad]
        )
        assert 'class="errors"' in page

    def test_arriving_twice_is_a_conflict(self, laoli):
        arrive(laoli)
        page = laoli.get(f"/w/{NUMBER}", at=AT)
        assert "我到了" not in page
        laoli.post(f"/w/{NUMBER}/arrive", {"words": "再来一次吧"}, status=409, at=AT + MIN)


class TestForms:
    @pytest.mark.parametrize("missing", list(REPLY))
    def test_each_element_of_a_reply_is_needed(self, laoli, missing):
        arrive(laoli)
        page = laoli.post(f"/w/{NUMBER}/reply", REPLY | {missing: ""}, status=422, at=AT)
        assert 'class="errors"' in page
        assert 'aria-invalid="true"' in page

    def test_all_that_is_missing_is_said_at_once(self, laoli):
        arrive(laoli)
        page = laoli.post(f"/w/{NUMBER}/reply", {"accepted_on": ""}, status=422, at=AT)
        assert "还差 4 处" in page
        page = laoli.post(f"/w/{NUMBER}/finish", {"accepted_on": ""}, status=422, at=AT)
        assert "还差 7 处" in page

    def test_of_the_pictures_afterwards_the_refused_one_is_named(self, laoli):
        arrive(laoli)
        told = REPLY | {"site_facts": "管口已封堵", "outcome": "resolved"}
        told["idem_key"] = hidden(laoli.get(f"/w/{NUMBER}/finish", at=AT), "idem_key")
        shots = ["after", b"no picture" * 99]
        page = laoli.post(f"/w/{NUMBER}/finish", told, status=422, at=AT, photos=shots)
        assert "第 2 张没有算进去" in page
        assert "已保留 1 张照片" in page
        laoli.post(f"/w/{NUMBER}/finish", told, at=AT + MIN)

    def test_a_finish_without_a_picture_afterwards_is_refused(self, laoli):
        arrive(laoli)
        told = REPLY | {"site_facts": "管口已封堵", "outcome": "resolved"}
        page = laoli.post(f"/w/{NUMBER}/finish", told, status=422, at=AT)
        assert "照片" in page

    def test_handing_back_and_taking_it_back(self, app, laoli, case_id):
        told = {"reason": "该点位属于西店镇，不在本街道", "suggested_unit": "西店镇"}
        laoli.post(f"/w/{NUMBER}/handback", told, at=AT)
        assert "批准前仍算您的时间" in laoli.get(f"/w/{NUMBER}", at=AT)
        laoli.post(f"/w/{NUMBER}/handback/back", at=AT + MIN)
        with inside(app):
            assert cases.by_id(case_id).state is State.ASSIGNED

    def test_a_reason_too_short_is_named(self, laoli):
        page = laoli.post(f"/w/{NUMBER}/handback", {"reason": "不去"}, status=422, at=AT)
        assert 'href="#reason"' in page
        assert "不去" in page


class TestWhoSeesWhat:
    def test_another_township_gets_404_everywhere(self, app, case_id):
        hire(app, "xidian", Role.GRID_WORKER, area=story.OTHER_TOWN)
        other = signed_in(app, "xidian")
        for page in ("", "/arrive", "/reply", "/finish", "/handback", "/photo/x/320"):
            other.get(f"/w/{NUMBER}{page}", status=404)
        for action in ("/sign", "/arrive", "/reply", "/finish", "/handback", "/handback/back"):
            other.post(f"/w/{NUMBER}{action}", status=404)
        assert NUMBER not in other.get("/w")

    def test_a_colleague_reads_who_has_it_and_cannot_act(self, app, case_id):
        hire(app, "ayong", Role.GRID_WORKER, area=story.TOWN)
        colleague = signed_in(app, "ayong")
        page = colleague.get(f"/w/{NUMBER}")
        assert "老李" in page
        assert "签收</button>" not in page
        colleague.post(f"/w/{NUMBER}/sign", status=403)
        colleague.get(f"/w/{NUMBER}/arrive", status=403)

    def test_the_desk_has_no_worker_pages(self, app, case_id):
        hire(app, "wang", Role.DESK)
        assert NUMBER not in signed_in(app, "wang").get("/w", status=403)

    def test_no_reporter_shines_through(self, app, worker):
        with inside(app):
            with transaction():
                receipt = intake.submit(
                    Submission(
                        client_key="k", kinds=("black_water",), words="河水发黑两天了",
                        place_words="颜公河", lng=121.4247, lat=29.2892, phone="13957412345",
                        consent=True, contact_mode=ContactMode.PHONE,
                    ),
                    now=T0,
                )  # fmt: skip
            with transaction():
                case_service.move(receipt.case_id, Move.ACCEPT, by="staff:1", now=T0)
            story.assign(receipt.case_id, worker)
        desk = signed_in(app, "laoli")
        pages = "".join(
            desk.get(f"/w/{receipt.case_number}{page}", at=T0 + 5 * MIN)
            for page in ("", "/arrive", "/handback")
        )
        assert "河水发黑两天了" in pages
        for canary in ("13957412345", "2345", "手机号", receipt.query_code):
            assert canary not in pages

    def test_there_is_no_control_for_finding_penalty_or_reward(self, laoli):
        arrive(laoli)
        page = laoli.get(f"/w/{NUMBER}", at=AT)
        assert "/enf" not in page
        assert "/rewards" not in page
        assert "/desk" not in page


def test_rework_shows_its_reason_on_top(app, laoli, case_id):
    with inside(app), transaction():
        case_service.move(case_id, Move.ARRIVE, by="staff:1", now=AT)
        case_service.move(case_id, Move.HANDLE, by="staff:1", now=AT)
        case_service.move(case_id, Move.FAIL_CHECK, by="staff:9", now=AT, note="仍有异味")
    page = laoli.get(f"/w/{NUMBER}", at=AT)
    assert "仍有异味" in page
    assert "重新处理" in page
    assert "返工：仍有异味" in laoli.get("/w", at=AT)


def test_overdue_is_in_the_title(laoli):
    page = laoli.get("/w", at=T0 + timedelta(days=10))
    assert "<title>（1 件超时）今日任务" in page


def statements(app, call):
    seen = []

    def note(connection, cursor, statement, *rest):
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return seen


@pytest.mark.parametrize("size", [1, 40])
def test_a_page_costs_four_statements_at_any_size(app, worker, size):
    with inside(app):
        for n in range(size):
            story.case(worker, number=f"E110-{n:06}")
    desk = signed_in(app, "laoli")
    desk.get("/w", at=AT)
    seen = statements(app, lambda: desk.get("/w", at=AT))
    assert len(seen) <= 4, "\n".join(seen)


def test_me(laoli):
    page = laoli.get("/w/me")
    assert "老李" in page
    assert "退出登录" in page


def test_english_pages_hold_no_chinese_words(laoli):
    arrive(laoli)
    laoli.get("/w", at=AT)  # takes the message of the arrival
    for path in ("/w", f"/w/{NUMBER}/reply", f"/w/{NUMBER}/finish", f"/w/{NUMBER}/handback"):
        page = laoli.get(f"{path}?lang=en", at=AT)
        body = page[page.index("<main") : page.index("</main>")]
        words = re.sub(r"颜公河，滨溪社区段|老李", "", re.sub(r"<[^>]+>", "", body))
        assert not re.search(r"[\u4e00-\u9fff]", words), words
