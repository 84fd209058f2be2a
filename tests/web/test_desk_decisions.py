"""What a second person decides: rejections, arrivals, hand-backs, checks, closing; calls typed."""

import re

import pytest

from app.cases import service as moves
from app.cases.workflow import Move, State
from app.core import clock
from app.core.errors import Stale
from app.core.tx import transaction
from app.enforcement import queries as findings
from app.enforcement import service as enforcement
from app.enforcement.service import FindingData
from app.enforcement.workflow import FindingKind
from app.fieldwork import queries as tasks
from app.fieldwork import service as fieldwork
from app.fieldwork.site import FinishData
from app.fieldwork.states import Outcome
from app.fieldwork.weighing import CheckInData
from app.sla import queries as sla
from app.sla.kinds import ClockKind, ClockState
from tests.features import field_story
from tests.infra.clock import at
from tests.web import desk_story as story
from tests.web.desk_story import hidden, kept

REJECT = {"reason": "out_of_county", "note": "地点在外县，已转告"}
FINDING = {"finding": "true", "our_jurisdiction": "y", "grounds": "照片与现场一致"}
CALL = {
    "source": "hotline_24h", "phone": "", "place_words": "颜公河桥头", "grid_code": "",
    "kinds": "black_water", "happening": "yes", "words": "桥下排黑水", "suspect": "",
}  # fmt: skip


def opened(page):
    """Return which rows of the list stand open."""
    return re.findall(r'<details class="sec" id="(\w+)" name="decide" open>', page)


@pytest.fixture
def desk(county_app):
    return story.make(county_app)


@pytest.fixture
def number(desk):
    return desk.report()


@pytest.fixture
def refused(desk, number):
    """A case that the clerk would not accept."""
    told = REJECT | {"base_version": desk.version(number)}
    desk.post("both", f"/desk/{number}/reject", told)
    return number


@pytest.fixture
def handled(desk, number):
    desk.handled(number)
    return number


def test_a_rejection_is_proposed_with_words_for_the_reporter(desk, number):
    told = REJECT | {"note": "  ", "base_version": desk.version(number)}
    page = desk.post("both", f"/desk/{number}/reject", told, status=422)
    assert 'href="#reject_note"' in page
    desk.post("zuzhang", f"/desk/{number}/reject", told, status=403)


def test_nobody_decides_on_his_own_rejection(desk, refused):
    row = desk.row(refused)
    assert "是您提出的" in desk.get("both", "/desk/approvals")
    told = {f"r{row.id}-approve": "yes"}
    desk.post("both", f"/desk/{refused}/reject/decide", told, status=403)
    assert desk.row(refused).state is State.SUBMITTED


def test_a_second_person_turns_a_rejection_down_with_a_reason(desk, refused):
    row = desk.row(refused)
    page = desk.get("zuzhang", "/desk/approvals")
    assert opened(page) == [f"r{row.id}"], "the only one stands open"
    assert "地点在外县，已转告" in page
    address, no = f"/desk/{refused}/reject/decide", {f"r{row.id}-approve": "no"}
    page = desk.post("zuzhang", address, no, status=422)
    assert f'href="#r{row.id}-note"' in page
    desk.post("zuzhang", address, no | {f"r{row.id}-note": "就在本县边上"})
    assert desk.row(refused).reject_proposed_by is None
    assert "请先" not in desk.get("zuzhang", "/desk/approvals")


def test_a_second_person_agrees_and_the_second_tab_is_told(desk, refused):
    row = desk.row(refused)
    address, yes = f"/desk/{refused}/reject/decide", {f"r{row.id}-approve": "yes"}
    desk.post("zuzhang", address, yes)
    assert (desk.row(refused).state, desk.row(refused).exclusion) == (State.REJECTED, "rejected")
    told = yes | {f"r{row.id}-note": "第二页写的"}
    assert kept(desk.post("zuzhang", address, told, status=409), "第二页写的")


def test_an_arrival_of_grade_c_counts_with_a_reason(desk, number):
    desk.accepted(number)
    task_id, laoli = desk.task(number), desk.people["laoli"]
    with desk.app.app_context(), transaction():
        data = CheckInData(words="山里没有信号，照片里有路牌")
        fieldwork.check_in(task_id, data, by=laoli, now=clock.now())
    with desk.app.app_context():
        one = tasks.pending_arrivals()[0].check_in.id
    assert "没有定位" in desk.get("zhiban", "/desk/approvals")
    assert "没有定位" not in desk.get("zuzhang", "/desk/approvals")
    address, name, word = f"/desk/arrivals/{one}", f"a{one}-reason", {f"a{one}-approve": "yes"}
    page = desk.post("zhiban", address, {name: "可以"} | word, status=422)
    assert f'href="#{name}"' in page
    assert kept(page, "可以")
    desk.post("zhiban", address, {name: "路牌与地点一致"} | word)
    with desk.app.app_context():
        assert not tasks.pending_arrivals()
    page = desk.post("zhiban", address, {name: "再认可一次"} | word, status=409)
    assert kept(page, "再认可一次")


def poor_arrival(desk, number, words="山里没有信号，照片里有路牌"):
    """Let the worker arrive without a position; return the check-in."""
    with desk.app.app_context():
        task = tasks.current(desk.row(number).id)
        with transaction():
            fieldwork.check_in(
                task.id, CheckInData(words=words), by=desk.people["laoli"], now=clock.now()
            )
        return tasks.pending_arrivals()[0].check_in.id


def arrival_clock(desk, number):
    with desk.app.app_context():
        (one,) = [c for c in sla.clocks_of(desk.row(number).id) if c.kind is ClockKind.ARRIVE]
        return one.state, one.pending, one.on_time


def test_a_refused_arrival_is_made_again_while_its_time_runs_on(desk, number):
    desk.accepted(number)
    desk.task(number)
    one = poor_arrival(desk, number)
    assert arrival_clock(desk, number) == (ClockState.STOPPED, True, None)
    address, why = f"/desk/arrivals/{one}", "照片里不是举报地点"
    told = {f"a{one}-approve": "no", f"a{one}-reason": "不是"}
    assert kept(desk.post("zhiban", address, told, status=422), "不是")
    told[f"a{one}-reason"] = why
    desk.post("zhiban", address, told)
    assert arrival_clock(desk, number) == (ClockState.RUNNING, False, None)
    page = desk.get("laoli", f"/w/{number}")
    assert f"值班长不认可这次到场：{why}" in page
    assert f"/w/{number}/arrive" in page
    assert f"不认可：{why}" in desk.get("zhiban", f"/desk/{number}")
    again = poor_arrival(desk, number, "到河边拍了，手机没有定位")
    told = {f"a{again}-approve": "yes", f"a{again}-reason": "路牌与地点一致"}
    desk.post("zhiban", f"/desk/arrivals/{again}", told)
    assert arrival_clock(desk, number) == (ClockState.STOPPED, False, True)
    with desk.app.app_context():
        first, second = tasks.check_ins(desk.row(number).id)
        assert (first.refused, first.counts, second.counts) == (True, False, True)


def test_without_a_new_arrival_nothing_is_handed_in(desk, number):
    desk.accepted(number)
    desk.task(number)
    one = poor_arrival(desk, number)
    told = {f"a{one}-approve": "no", f"a{one}-reason": "照片里不是举报地点"}
    desk.post("zhiban", f"/desk/arrivals/{one}", told)
    with desk.app.app_context():
        task = tasks.current(desk.row(number).id)
        with transaction(), pytest.raises(Stale) as refused:
            fieldwork.finish(
                task.id,
                FinishData(
                    site_facts="管口已封堵", outcome=Outcome.RESOLVED, reply=field_story.REPLY
                ),
                by=desk.people["laoli"],
                now=clock.now(),
            )
        assert refused.value.key == "arrive_first"


def test_an_arrival_of_a_case_that_is_handled_only_fails(desk, number):
    desk.accepted(number)
    desk.task(number)
    one = poor_arrival(desk, number)
    with desk.app.app_context(), transaction():
        moves.move(desk.row(number).id, Move.HANDLE, by=desk.people["laoli"].key, now=clock.now())
    told = {f"a{one}-approve": "no", f"a{one}-reason": "照片里不是举报地点"}
    desk.post("zhiban", f"/desk/arrivals/{one}", told)
    assert arrival_clock(desk, number) == (ClockState.STOPPED, False, False)
    assert desk.row(number).state is State.HANDLED


def test_while_a_hand_back_waits_the_arrival_waits_too(desk, number):
    desk.accepted(number)
    desk.task(number)
    one = poor_arrival(desk, number)
    with desk.app.app_context(), transaction():
        fieldwork.hand_back(
            tasks.current(desk.row(number).id).id, reason="不在本网格，属隔壁村管",
            by=desk.people["laoli"], now=clock.now(),
        )  # fmt: skip
    told = {f"a{one}-approve": "no", f"a{one}-reason": "照片里不是举报地点"}
    page = desk.post("zhiban", f"/desk/arrivals/{one}", told, status=409)
    assert "请先决定退单" in page
    with desk.app.app_context():
        assert [row.check_in.id for row in tasks.pending_arrivals()] == [one]


def test_a_hand_back_is_decided_at_its_own_row(desk):
    asked = []
    for key in ("one", "two"):
        number = desk.report(key)
        desk.accepted(number)
        task_id = desk.task(number)
        with desk.app.app_context(), transaction():
            asked.append(fieldwork.hand_back(
                task_id, reason="不在本网格，属隔壁村管", by=desk.people["laoli"], now=clock.now()
            ))  # fmt: skip
    page = desk.get("zhiban", "/desk/approvals")
    assert all(page.count(f'id="h{one}-answer"') == 1 for one in asked)
    assert opened(page) == []
    first, second = asked
    no = {f"h{second}-approve": "no", f"h{second}-new_staff_id": "0"}
    page = desk.post("zhiban", f"/desk/handbacks/{second}", no, status=422)
    assert f'href="#h{second}-answer"' in page
    assert opened(page) == [f"h{second}"]
    yes = {f"h{first}-approve": "yes", f"h{first}-new_staff_id": "0"}
    page = desk.post("zhiban", f"/desk/handbacks/{first}", yes, status=422)
    assert f'href="#h{first}-new_staff_id"' in page
    told = yes | {f"h{first}-new_staff_id": str(desk.people["ayong"].staff_id)}
    desk.post("zhiban", f"/desk/handbacks/{first}", told)
    with desk.app.app_context():
        assert [row.id for row in tasks.hand_backs()] == [second]


def test_a_handler_neither_sees_nor_checks_his_case(desk, handled):
    with desk.app.app_context(), transaction():
        story.staff.change_staff(
            desk.people["laoli"].staff_id, by="system", now=clock.now(),
            roles=[story.Role.GRID_WORKER, story.Role.CHECKER],
        )  # fmt: skip
    assert handled not in desk.get("laoli", "/desk/check")
    desk.get("laoli", f"/desk/check/{handled}", status=403)
    told = FINDING | {"decision": "pass", "base_version": desk.version(handled)}
    desk.post("laoli", f"/desk/check/{handled}", told, status=403)
    assert desk.row(handled).state is State.HANDLED


def test_a_check_passes_with_its_finding(desk, handled):
    assert f"/desk/check/{handled}" in desk.get("checker", "/desk/check")
    told = {"decision": "pass", "base_version": desk.version(handled), "grounds": "写了依据"}
    page = desk.post("checker", f"/desk/check/{handled}", told, status=422)
    assert 'href="#finding-0"' in page
    assert kept(page, "写了依据")
    desk.post("checker", f"/desk/check/{handled}", told | FINDING)
    assert (desk.row(handled).state, desk.row(handled).finding) == (State.CHECKED, "true")


def test_the_checker_keeps_what_the_officer_proposed(desk, handled):
    officers = ("浙B-0001", "浙B-0002")
    with desk.app.app_context(), transaction():
        case_id = desk.row(handled).id
        proposal = FindingData(
            kind=FindingKind.PARTLY, grounds="监测报告一份", on_spot_corrected=True,
            officers=officers,
        )  # fmt: skip
        enforcement.propose_finding(case_id, proposal, by=desk.people["both"], now=clock.now())
    page = desk.get("checker", f"/desk/check/{handled}")
    assert "监测报告一份" in page
    told = FINDING | {"decision": "pass", "base_version": desk.version(handled)}
    desk.post("checker", f"/desk/check/{handled}", told | {"on_spot_corrected": "y"})
    with desk.app.app_context():
        found = findings.finding(case_id, round_=1)
    assert (found.kind, found.officers) == ("true", list(officers))
    assert found.on_spot_corrected


def test_a_case_goes_back_with_a_reason(desk, handled):
    told = {"decision": "fail", "base_version": desk.version(handled)}
    page = desk.post("checker", f"/desk/check/{handled}", told, status=422)
    assert 'href="#reason"' in page
    desk.post("checker", f"/desk/check/{handled}", told | {"reason": "余火未灭"})
    assert desk.row(handled).state is not State.HANDLED


def test_the_second_checker_is_told_and_loses_no_words(desk, handled):
    told = FINDING | {"decision": "pass", "base_version": desk.version(handled)}
    desk.post("checker", f"/desk/check/{handled}", told)
    page = desk.post("laoli2", f"/desk/check/{handled}", told, status=409)
    assert kept(page, "照片与现场一致")
    assert "已核查" in page


def test_the_lead_closes_with_a_reply_and_only_once(desk, handled):
    told = FINDING | {"decision": "pass", "base_version": desk.version(handled)}
    desk.post("checker", f"/desk/check/{handled}", told)
    assert f"/desk/{handled}/close" in desk.get("zuzhang", "/desk/approvals")
    page = desk.get("zuzhang", f"/desk/{handled}/close")
    reply = {"reply": " ", "base_version": hidden(page, "base_version")}
    desk.post("zuzhang", f"/desk/{handled}/close", reply, status=422)
    reply["reply"] = "已封堵，谢谢您。"
    desk.post("zuzhang", f"/desk/{handled}/close", reply)
    assert desk.row(handled).state is State.CLOSED
    page = desk.post("zuzhang", f"/desk/{handled}/close", reply, status=409)
    assert kept(page, "已封堵，谢谢您。")


def test_an_urgent_case_is_closed_by_the_leader(desk, number):
    desk.handled(number, urgent=True)
    told = FINDING | {"decision": "pass", "base_version": desk.version(number)}
    desk.post("checker", f"/desk/check/{number}", told)
    assert f"/desk/{number}/close" not in desk.get("zuzhang", "/desk/approvals")
    desk.get("zuzhang", f"/desk/{number}/close", status=403)
    assert f"/desk/{number}/close" in desk.get("leader", "/desk/approvals")
    reply = {"reply": "已处理。", "base_version": desk.version(number)}
    desk.post("leader", f"/desk/{number}/close", reply)
    assert desk.row(number).state is State.CLOSED


def test_a_call_becomes_a_case_and_its_code_is_read_back_once(desk):
    page = desk.get("xiaowang", "/desk/new")
    told = CALL | {"idem_key": hidden(page, "idem_key")}
    page = desk.post("xiaowang", "/desk/new", told, status=200)
    assert 'id="group-4"' in page
    listed = desk.get("xiaowang", "/desk")
    assert "颜公河桥头" in listed
    assert "电话" in listed


@pytest.mark.parametrize(
    "change",
    [
        {"place_words": "", "grid_code": "", "kinds": "nothing"},
        {"phone": "12", "consent": "y"},
        {"phone": "13800000000"},
        {"source": "web"},
        {"happening": ""},
    ],
)
def test_a_call_with_a_fault_comes_back_as_typed(desk, change):
    page = desk.post("xiaowang", "/desk/new", CALL | {"idem_key": "call-1"} | change, status=422)
    assert 'class="errors"' in page
    assert kept(page, "桥下排黑水")


@pytest.mark.parametrize("words", ["", "   ", "黑水"])
def test_a_call_needs_a_sentence_not_a_photo(desk, words):
    page = desk.post("xiaowang", "/desk/new", CALL | {"words": words}, status=422)
    assert 'href="#words"' in page
    assert "拍一张照片" not in page
    assert "颜公河桥头" in page


def test_a_check_without_a_button_decides_nothing(desk, handled):
    told = FINDING | {"base_version": desk.version(handled)}
    desk.post("checker", f"/desk/check/{handled}", told, status=422)
    assert desk.row(handled).state is State.HANDLED


def test_a_custodian_who_mistypes_a_number_keeps_the_reason(desk):
    told = {"target": "E110-NOSUCH", "reason": "需要电话核对现场位置"}
    page = desk.post("cust", "/custody/openings", told, status=422)
    assert 'href="#target"' in page
    assert kept(page, "需要电话核对现场位置")


def test_a_merge_is_undone_on_the_page(desk, number):
    other = desk.report("other")
    told = {"parent": other, "note": "同一处", "base_version": desk.version(number)}
    desk.post("zuzhang", f"/desk/{number}/merge", told)
    page = desk.get("zuzhang", f"/desk/{number}")
    assert "撤销并案" in page
    assert f'href="/desk/{other}"' in page
    address, told = f"/desk/{number}/unmerge", {"base_version": desk.version(number)}
    assert 'href="#unmerge_note"' in desk.post("zuzhang", address, told | {"note": ""}, 422)
    desk.post("paidan", address, told | {"note": "不同地点"}, status=403)
    desk.post("zuzhang", address, told | {"note": "不同地点"})
    assert desk.row(number).state is State.SUBMITTED
    again = desk.post("zuzhang", address, told | {"note": "再撤一次"}, status=409)
    assert kept(again, "再撤一次")


def test_a_promise_that_reaches_into_an_unknown_year_is_marked(desk, number):
    assert "暂定" not in desk.get("paidan", f"/desk/{number}")
    with at("2026-12-29 09:00"):
        desk.browsers.clear()
        page = desk.get("paidan", f"/desk/{desk.report('late')}")
    assert "暂定" in page
