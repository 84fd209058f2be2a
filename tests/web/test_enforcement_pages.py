"""Enforcement pages: propose, file, review by another person, decide with the amount read back."""

import pytest
from sqlalchemy import update

from app.accounts.permissions import Role
from app.cases import queries as cases
from app.cases import service as case_service
from app.cases.models import Case
from app.cases.workflow import Move
from app.core.db import db
from app.core.tx import transaction
from app.enforcement import queries, service
from app.enforcement.workflow import PenaltyState
from app.web.enforcement.forms import fen_of
from tests.features import field_story as story
from tests.features.field_story import HOUR, T0
from tests.features.test_enforcement import FILED, FINE, TRUE
from tests.web.field_pages import hire, inside, signed_in

NUMBER = "E110-5R2C8N"
FINDING = {
    "kind": "true",
    "grounds": "现场检查笔录与监测报告一致",
    "punishable": "y",
    "our_jurisdiction": "y",
    "offender_known": "y",
    "officers": "3302001，3302002",
}
FILING = {
    "measure": "filing",
    "filing_no": "宁环立〔2026〕31号",
    "cause": "私设暗管排放水污染物",
    "party": "宁海某石材加工厂",
    "legal_basis": "生态环境法典第一千零七十二条",
    "credit_code": "91350100 m000100y43",
    "officers": "3302001，3302002",
}
UNHEARD = {"amount": "115,000.00", "kinds": "fine", "document_no": "宁环罚〔2026〕12号"}
NOTICE = {"n-amount": "115,000.00", "n-kinds": "fine", "n-hearing": "offer", "n-word": "影响较大"}
DECISION = UNHEARD | {"heard": "y"}
AT = T0 + 3 * HOUR


@pytest.fixture
def case_id(app):
    worker = hire(app, "laoli", Role.GRID_WORKER, area=story.TOWN)
    with inside(app):
        made = story.case(worker)
        with transaction():
            case_service.move(made, Move.ARRIVE, by=worker.key, now=T0 + HOUR)
            case_service.move(made, Move.HANDLE, by=worker.key, now=T0 + 2 * HOUR)
    return made


@pytest.fixture
def who(app):
    return hire(app, "officer", Role.OFFICER)


@pytest.fixture
def officer(app, who, case_id):
    return signed_in(app, "officer")


@pytest.fixture
def legal(app):
    hire(app, "legal", Role.LEGAL)
    return signed_in(app, "legal")


@pytest.fixture
def reviewed(app, case_id, who, officer, legal):
    officer.post(f"/enf/{NUMBER}/file", FILING, at=AT)
    officer.post(f"/enf/{NUMBER}/step", {"state": "investigated"}, at=AT)
    legal.post(f"/enf/{NUMBER}/review", {"state": "legal_reviewed"}, at=AT)
    return case_id


@pytest.fixture
def informed(officer, reviewed):
    officer.post(f"/enf/{NUMBER}/notify", NOTICE, at=AT)
    return reviewed


def record(app, case_id):
    with inside(app):
        return queries.penalty(case_id)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("115000", 11_500_000),
        ("115,000.00", 11_500_000),
        ("0", 0),
        (" 0.01 元", 1),
        ("12,345.67", 1_234_567),
        ("1.005", None),
        ("", None),
        ("十万", None),
        ("NaN", None),
        ("-1", -100),
        ("1e400", None),
    ],
)
def test_yuan_become_whole_fen(typed, fen):
    assert fen_of(typed) == fen


def test_the_list_leads_to_the_case(officer):
    page = officer.get("/enf")
    assert f"/enf/{NUMBER}" in page
    assert "提出核实结论" in officer.get(f"/enf/{NUMBER}")


def test_a_proposed_finding_is_not_set(app, officer, case_id):
    officer.post(f"/enf/{NUMBER}/verify", FINDING, at=AT)
    with inside(app):
        found = queries.finding(case_id, round_=1)
        assert (found.kind, found.punishable, found.set_at) == ("true", True, None)
        assert found.officers == ["3302001", "3302002"]
        assert cases.by_id(case_id).finding is None
    page = officer.get(f"/enf/{NUMBER}")
    assert "尚未认定，仅提出" in page


@pytest.mark.parametrize(
    "change", [{"kind": ""}, {"kind": "made_up"}, {"grounds": ""}, {"kind": "untrue"}]
)
def test_a_finding_with_a_fault_comes_back_with_what_was_written(officer, change):
    page = officer.post(f"/enf/{NUMBER}/verify", FINDING | change, status=422, at=AT)
    assert 'class="errors"' in page


def test_filing_stores_the_measure(app, officer, case_id):
    officer.post(f"/enf/{NUMBER}/file", FILING, at=AT)
    row = record(app, case_id)
    assert (row.state, row.credit_code) == (PenaltyState.FILED, "91350100M000100Y43")
    assert "宁环立〔2026〕31号" in officer.get(f"/enf/{NUMBER}")
    page = officer.post(f"/enf/{NUMBER}/file", FILING | {"filing_no": "x"}, status=409)
    assert "宁海某石材加工厂</p>" in page


@pytest.mark.parametrize(
    "change",
    [
        {"measure": ""},
        {"filing_no": ""},
        {"credit_code": "91350100M000100Y44"},
        {"officers": "3302001"},
        {"violation_on": "2024-01-01"},
        {"measure_on": "2027-01-01"},
        {"measure": "on_spot", "filing_no": "", "amount": ""},
    ],
)
def test_a_filing_with_a_fault_stores_nothing(app, officer, case_id, change):
    page = officer.post(f"/enf/{NUMBER}/file", FILING | change, status=422, at=AT)
    assert "宁海某石材加工厂" in page
    assert record(app, case_id) is None


def test_an_empty_filing_names_all_that_is_missing_at_once(officer):
    page = officer.post(f"/enf/{NUMBER}/file", {}, status=422, at=AT)
    for field in ("measure-0", "cause", "party", "legal_basis", "officers"):
        assert f'href="#{field}"' in page


def test_on_the_spot_with_its_fine(app, officer, case_id):
    told = FILING | {
        "measure": "on_spot", "filing_no": "", "amount": "200", "document_no": "当罚1号",
    }  # fmt: skip
    officer.post(f"/enf/{NUMBER}/file", told, at=AT)
    assert record(app, case_id).amount_fen == 20_000


def test_legal_review_is_another_persons(app, officer, legal, case_id):
    officer.post(f"/enf/{NUMBER}/file", FILING, at=AT)
    officer.post(f"/enf/{NUMBER}/step", {"state": "investigated"}, at=AT)
    officer.post(f"/enf/{NUMBER}/step", {"state": "legal_reviewed"}, status=422, at=AT)
    officer.post(f"/enf/{NUMBER}/review", {"state": "legal_reviewed"}, status=403, at=AT)
    assert "法制审核通过" in legal.get(f"/enf/{NUMBER}", at=AT)
    legal.post(f"/enf/{NUMBER}/review", {"state": "decided"}, status=422, at=AT)
    legal.post(f"/enf/{NUMBER}/review", {"state": "legal_reviewed"}, at=AT)
    assert record(app, case_id).state is PenaltyState.LEGAL_REVIEWED


def test_the_amount_is_read_back_in_capitals_before_anything_is_stored(app, officer, informed):
    page = officer.post(f"/enf/{NUMBER}/decide", DECISION, status=200, at=AT)
    assert "壹拾壹万伍仟元整" in page
    assert record(app, informed).state is PenaltyState.NOTIFIED
    officer.post(f"/enf/{NUMBER}/decide", DECISION | {"confirmed": "11500000"}, at=AT)
    row = record(app, informed)
    assert (row.state, row.amount_fen) == (PenaltyState.DECIDED, 11_500_000)
    assert "壹拾壹万伍仟元整" in officer.get(f"/enf/{NUMBER}")


def test_what_was_confirmed_is_what_is_stored(app, officer, informed):
    told = DECISION | {"confirmed": "11500000", "amount": "11500"}
    page = officer.post(f"/enf/{NUMBER}/decide", told, status=200, at=AT)
    assert "壹万壹仟伍佰元整" in page
    assert record(app, informed).amount_fen is None


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "十万"},
        {"amount": "1.005"},
        {"amount": "0"},
        {"kinds": "warning"},
        {"document_no": ""},
    ],
)
def test_a_decision_with_a_fault_comes_back(app, officer, informed, change):
    officer.post(f"/enf/{NUMBER}/decide", DECISION | change, status=422, at=AT)
    assert record(app, informed).amount_fen is None


def test_a_consequence_and_a_revocation(app, officer, informed):
    officer.post(f"/enf/{NUMBER}/decide", DECISION | {"confirmed": "11500000"}, at=AT)
    told = {"kind": "detention", "on": "2026-11-23"}
    officer.post(f"/enf/{NUMBER}/consequence", told, at=AT)
    officer.post(f"/enf/{NUMBER}/consequence", {"kind": "arrest"}, status=422, at=AT)
    assert "行政拘留" in officer.get(f"/enf/{NUMBER}")
    officer.post(f"/enf/{NUMBER}/revoke", {"reason": ""}, status=422, at=AT)
    officer.post(f"/enf/{NUMBER}/revoke", {"reason": "复议撤销"}, at=AT)
    assert record(app, informed).state is PenaltyState.REVOKED


def test_a_worker_and_a_desk_clerk_have_no_enforcement_pages(app, case_id):
    hire(app, "wang", Role.DESK)
    for name in ("laoli", "wang"):
        desk = signed_in(app, name)
        for path in ("/enf", f"/enf/{NUMBER}", f"/enf/{NUMBER}/file", f"/enf/{NUMBER}/verify"):
            assert "颜公河" not in desk.get(path, status=403)


def test_lists_by_what_is_due(app, who, case_id, officer):
    checker = hire(app, "checker", Role.CHECKER)
    with inside(app), transaction():
        service.set_finding(case_id, TRUE, by=checker, now=AT)
    page = officer.get("/enf?list=file", at=AT)
    assert NUMBER in page
    assert "clock clock-ok" in page
    with inside(app), transaction():
        service.file(case_id, FILED, by=who, now=AT)
    assert NUMBER not in officer.get("/enf?list=file", at=AT)
    assert NUMBER in officer.get("/enf?list=running", at=AT)
    assert FINE.amount_fen == 11_500_000


def test_a_decision_without_notice_comes_back_and_says_what_to_do(app, officer, reviewed):
    assert f'href="/enf/{NUMBER}/decide' not in officer.get(f"/enf/{NUMBER}")
    assert "应先告知当事人" in officer.get(f"/enf/{NUMBER}/decide", at=AT)
    told = DECISION | {"confirmed": "11500000"}
    refused = officer.post(f"/enf/{NUMBER}/decide", told, status=422, at=AT)
    assert "必须先告知当事人" in refused
    assert DECISION["document_no"] in refused
    assert record(app, reviewed).state is PenaltyState.LEGAL_REVIEWED


def test_the_notice_is_recorded_with_the_right_that_the_rule_proposes(app, officer, reviewed):
    page = f"/enf/{NUMBER}"
    officer.post(f"{page}/step", {"state": "notified"}, status=422, at=AT)
    assert "达到5,000.00元（公民）或200,000.00元（单位）" in officer.get(page)
    bare = {"n-amount": "250,000", "n-kinds": "fine", "n-hearing": "none"}
    refused = officer.post(f"{page}/notify", bare, status=422, at=AT)
    assert 'href="#n-word"' in refused
    assert "250,000" in refused
    officer.post(f"{page}/notify", bare | {"n-hearing": "rule"}, at=AT)
    shown = officer.get(page)
    assert "依规定：较大数额罚款" in shown
    officer.post(f"{page}/notify", bare | {"n-hearing": "rule"}, status=409, at=AT)


def test_a_wrong_notice_is_replaced_and_both_are_shown(app, officer, reviewed):
    page = f"/enf/{NUMBER}"
    told = NOTICE | {"n-amount": "1,000.00", "n-on": "2026-11-23"}
    officer.post(f"{page}/notify", told, at=AT)
    asked = officer.get(page, at=AT)
    assert 'name="n-base_version" type="hidden" value="1"' in asked
    assert 'value="1,000.00"' in asked
    anew = told | {"n-amount": "115,000", "n-base_version": "1"}
    refused = officer.post(f"{page}/notify", anew, status=422, at=AT)
    assert 'href="#n-reason"' in refused
    assert "115,000" in refused
    heavy = officer.post(f"{page}/decide", DECISION, status=422, at=AT)
    assert "请先在案件页重新告知当事人" in heavy
    assert DECISION["document_no"] in heavy
    officer.post(f"{page}/notify", anew | {"n-reason": "原告知数额有误"}, at=AT)
    shown = officer.get(page, at=AT)
    assert shown.count("最晚到") == 1, "the days of the first notice are over with it"
    for words in ("以前的告知", "1,000.00 元", "115,000.00 元", "原告知数额有误"):
        assert words in shown
    officer.post(f"{page}/notify", anew | {"n-reason": "再点一次按钮"}, status=409, at=AT)
    officer.post(f"{page}/decide", DECISION, status=200, at=AT)


def test_a_hearing_is_asked_for_while_it_may_be(app, officer, reviewed):
    page = f"/enf/{NUMBER}"
    officer.post(f"{page}/hearing", {"h-on": "2026-11-23"}, status=409, at=AT)
    officer.post(f"{page}/notify", NOTICE, at=AT)
    assert "当事人申请听证" in officer.get(page)
    refused = officer.post(f"{page}/hearing", {"h-on": "2027-01-01"}, status=422, at=AT)
    assert 'href="#h-on"' in refused
    officer.post(f"{page}/hearing", {"h-on": "2026-11-23"}, at=AT)
    assert record(app, reviewed).hearing_at == AT
    officer.post(f"{page}/hearing", {"h-on": "2026-11-23"}, status=409, at=AT)


def test_a_decision_before_the_hearing_needs_a_word_on_it(app, officer, informed):
    page, sure = f"/enf/{NUMBER}", UNHEARD | {"confirmed": "11500000"}
    assert "可以要求听证" in officer.get(f"{page}/decide", at=AT)
    refused = officer.post(f"{page}/decide", sure, status=422, at=AT)
    assert 'href="#heard"' in refused
    assert DECISION["document_no"] in refused
    back = officer.post(f"{page}/decide", DECISION, status=200, at=AT)
    assert 'name="heard" value="y"' in back
    officer.post(f"{page}/decide", sure | {"heard": "y"}, at=AT)
    assert record(app, informed).state is PenaltyState.DECIDED


def test_the_service_has_its_day_and_its_way(app, officer, informed):
    page = f"/enf/{NUMBER}"
    officer.post(f"{page}/decide", DECISION | {"confirmed": "11500000"}, at=AT)
    assert 'value="served"' not in officer.get(page)
    officer.post(f"{page}/step", {"state": "served"}, status=422, at=AT)
    refused = officer.post(f"{page}/serve", {"s-on": "2026-11-23"}, status=422, at=AT)
    assert 'href="#s-way-0"' in refused
    early = {"s-on": "2026-11-20", "s-way": "mail"}
    assert 'href="#s-on"' in officer.post(f"{page}/serve", early, status=422, at=AT)
    officer.post(f"{page}/serve", early | {"s-on": "2026-11-23"}, at=AT)
    told = record(app, informed)
    assert (told.state, told.served_way, told.served_at) == (PenaltyState.SERVED, "mail", AT)
    assert "邮寄送达" in officer.get(page)


def test_what_was_published_of_a_revoked_decision_is_taken_down(app, officer, informed):
    page = f"/enf/{NUMBER}"
    told = DECISION | {"confirmed": "11500000", "published": "y"}
    officer.post(f"{page}/decide", told, at=AT)
    officer.post(f"{page}/withdraw-publication", {"w-on": "2026-11-23"}, status=409, at=AT)
    officer.post(f"{page}/revoke", {"reason": "复议撤销"}, at=AT)
    assert "撤下公开信息" in officer.get(page)
    officer.post(f"{page}/withdraw-publication", {"w-on": ""}, status=422, at=AT)
    officer.post(f"{page}/withdraw-publication", {"w-on": "2026-11-23"}, at=AT)
    assert record(app, informed).withdrawn_at == AT
    assert "撤下公开信息" not in officer.get(page)


def test_a_case_opened_again_shows_its_rounds(app, officer, legal, informed):
    officer.post(f"/enf/{NUMBER}/decide", DECISION | {"confirmed": "11500000"}, at=AT)
    with inside(app), transaction():
        db.session.execute(update(Case).where(Case.id == informed).values(round=2))
    page = officer.get(f"/enf/{NUMBER}", at=AT)
    assert '?round=1">第 1 轮</a>' in page
    assert f"/enf/{NUMBER}/file?round=2" in page
    assert "壹拾壹万伍仟元整" not in page
    assert "壹拾壹万伍仟元整" in officer.get(f"/enf/{NUMBER}?round=1", at=AT)
    officer.get(f"/enf/{NUMBER}?round=3", status=404, at=AT)
    told = FILING | {"filing_no": "宁环立〔2026〕32号"}
    officer.post(f"/enf/{NUMBER}/file?round=2", told, at=AT)
    answer = {"on": "2026-11-23", "way": "mail"}
    officer.post(f"/enf/{NUMBER}/serve?round=1", {f"s-{k}": v for k, v in answer.items()}, at=AT)
    with inside(app):
        assert [(one.round, one.state) for one in queries.penalties(informed)] == [
            (1, PenaltyState.SERVED), (2, PenaltyState.FILED),
        ]  # fmt: skip
