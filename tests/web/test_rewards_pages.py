"""Pages of rewards and custody: three people carry one award through; nobody reads an identity."""

import io
import re
import zipfile

import pytest

from app.accounts import passwords
from app.accounts import queries as staff
from app.accounts import service as accounts
from app.accounts.permissions import Role
from app.audit import queries as audit
from app.core.db import db
from app.core.tx import transaction
from app.identity import service as identity
from app.identity.payees import PayeeDetails
from app.rewards import queries, service
from app.rewards.models import Award
from app.rewards.states import State, Way
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW
from tests.infra.clock import at

PASSWORD = "correct horse battery staple"
HASH = passwords.hashed(PASSWORD)
PEOPLE = {
    "zhuangang": (Role.REWARD_CLERK,), "lingdao": (Role.APPROVER,), "lingdao2": (Role.APPROVER,),
    "fazhi": (Role.LEGAL,),
    "caiwu": (Role.FINANCE,), "baoguan": (Role.CUSTODIAN,), "baoguan2": (Role.CUSTODIAN,),
    "laoli": (Role.GRID_WORKER,), "xiaowang": (Role.DISPATCHER,),
}  # fmt: skip
CANARY = PayeeDetails(
    name="张金丝雀",
    identity_number="11010519491231002X",
    account="6222020200112233445",
    bank="金丝雀银行",
    phone="13800001111",
)
PAGES = ("/rewards/", "/rewards/reviews", "/rewards/approvals", "/rewards/unclaimed",
         "/rewards/{id}", "/rewards/{id}/decide", "/custody/openings", "/custody/payouts",
         "/custody/payouts/{voucher}")  # fmt: skip


@pytest.fixture
def office(app):
    """Make the people and one assessed award; return what its number is."""
    with at("2026-09-08 10:00"):
        with app.app_context(), transaction():
            for username, roles in PEOPLE.items():
                accounts.add_staff(username, name=username, roles=roles, password_hash=HASH,
                                   must_change=False, area_code="330226001", now=NOW)  # fmt: skip
            make.rules()
            award = make.checked(make.case(order=True))[0]
            found = award.id, award.report_id
        yield found


@pytest.fixture
def people(app, office):
    """Sign somebody in on a browser of his own."""

    def sign_in(username):
        client = app.test_client()
        answer = post(client, "/staff/login", {"username": username, "password": PASSWORD})
        assert answer.status_code == 303
        return client

    return sign_in


def post(client, path, data):
    token = client.get("/token", headers={"Accept": "application/json"}).json["token"]
    return client.post(path, data=data | {"csrf_token": token})


def hidden(client, path, name):
    page = client.get(path).text
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)


def claimed(app, office, *, canary):
    award_id, report_id = office
    with app.app_context():
        with transaction():
            clerk, boss = make.people("甲", "乙")
            make.propose(award_id, staff_id=clerk, now=NOW)
            service.approve(award_id, staff_id=boss, now=NOW)
            service.notify(award_id, by="system", now=NOW)
            if canary:
                return service.claim(award_id, report_id=report_id, way=Way.BANK, payee=CANARY,
                                     now=NOW).number  # fmt: skip
            identity.set_claim_secret(report_id, "135791", now=NOW)
        proof = service.prove(report_id, "135791", now=NOW)
        with transaction():
            return service.claim(award_id, report_id=report_id, way=Way.VOUCHER, proof=proof,
                                 now=NOW).number  # fmt: skip


def test_a_clerk_proposes_a_leader_agrees_the_reporter_is_told(app, office, people):
    award_id, _ = office
    clerk, leader = people("zhuangang"), people("lingdao")
    sheet = f"/rewards/{award_id}"
    page = clerk.get(sheet).text
    assert "200.00" in page
    assert "贰佰元整" in page
    answered(clerk, sheet)
    version = hidden(clerk, sheet, "base_version")
    assert (
        post(clerk, f"{sheet}/propose", {"note": "材料齐", "base_version": version}).status_code
        == 303
    )
    assert clerk.get(f"{sheet}/decide").status_code == 403
    assert "材料齐" in leader.get(f"{sheet}/decide").text
    version = hidden(leader, f"{sheet}/decide", "base_version")
    bare = {"base_version": version}
    assert post(leader, f"{sheet}/decide", bare).status_code == 422
    decided = bare | {"decision": "agree"}
    assert post(leader, f"{sheet}/decide", decided).location == "/rewards/approvals"
    assert post(leader, f"{sheet}/decide", decided).status_code == 403
    assert post(clerk, f"{sheet}/notify", {}).status_code == 303
    with app.app_context():
        assert db.session.get(Award, award_id).state is State.NOTIFIED


def answered(clerk, sheet, **more):
    """Send the list of conditions, each of them said to hold."""
    told = {"base_version": hidden(clerk, sheet, "base_version")}
    told |= {one.key: "yes" for one in make.ANSWERS}
    told |= {f"{one.key}_words": "查县融媒体，未见报道" for one in make.ANSWERS}
    return post(clerk, f"{sheet}/checks", told | more)


def test_the_list_is_answered_line_by_line_with_evidence(app, office, people):
    sheet = f"/rewards/{office[0]}"
    clerk = people("zhuangang")
    page = clerk.get(sheet).text
    assert "还有6条未核对" in page
    assert "审计链第" in page
    refused = post(clerk, f"{sheet}/propose",
                   {"base_version": hidden(clerk, sheet, "base_version")})  # fmt: skip
    assert refused.status_code == 409
    assert "请先逐条核对" in refused.text
    silent = answered(clerk, sheet, not_in_media_words="", first_words="台账第3页")
    assert silent.status_code == 422
    assert "请写明依据" in silent.text
    assert "台账第3页" in silent.text
    missing = answered(clerk, sheet, photos_new="")
    assert missing.status_code == 422
    assert "请选择这一条是否成立" in missing.text
    assert answered(clerk, sheet).status_code == 303
    page = clerk.get(sheet).text
    assert "查县融媒体，未见报道" in page
    assert "还有" not in page.partition("逐条核对")[2][:20]
    assert answered(clerk, sheet, base_version="99").status_code == 409
    assert answered(clerk, sheet, not_in_media="no").status_code == 303
    assert "媒体此前已报道" in clerk.get(sheet).text


def test_an_old_page_is_refused(office, people):
    award_id, _ = office
    clerk = people("zhuangang")
    data = {"note": "旧", "insider": "", "bar": "", "base_version": "99"}
    assert post(clerk, f"/rewards/{award_id}/amend", data).status_code == 409


def test_a_bar_without_evidence_stays_on_the_page(app, office, people):
    award_id, _ = office
    clerk = people("zhuangang")
    answer = post(clerk, f"/rewards/{award_id}/amend", {"bar": "in_media", "note": "",
                                                        "base_version": "1"})  # fmt: skip
    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    answer = post(clerk, f"/rewards/{award_id}/amend", {"bar": "in_media", "note": "晚报9月1日",
                                                        "base_version": "1"})  # fmt: skip
    assert answer.status_code == 303
    assert "媒体此前已报道" in clerk.get(f"/rewards/{award_id}").text


def test_finance_records_a_payment_once_and_sees_no_case(app, office, people):
    voucher = claimed(app, office, canary=False)
    finance = people("caiwu")
    listed = finance.get("/custody/payouts").text
    assert voucher in listed
    assert "E110-" not in listed
    path = f"/custody/payouts/{voucher}"
    key = hidden(finance, path, "idem_key")
    for _ in range(2):
        answer = post(finance, path, {"reference": "2026-0908-03", "idem_key": key})
        assert answer.status_code == 303
    other = post(finance, path, {"reference": "other", "idem_key": key})
    assert other.status_code == 409
    assert "2026-0908-03" in finance.get(path).text
    assert post(finance, "/custody/close", {}).status_code == 303
    with app.app_context():
        assert queries.last_close()[1] is True


@pytest.mark.parametrize("username", PEOPLE)
def test_no_page_of_any_role_shows_the_payee(username, app, office, people):
    voucher = claimed(app, office, canary=True)
    client = people(username)
    for path in PAGES:
        answer = client.get(path.format(id=office[0], voucher=voucher))
        assert answer.status_code in (200, 403, 404), path
        for secret in (CANARY.name, CANARY.account, CANARY.identity_number, CANARY.phone, "张金"):
            assert secret not in answer.text


@pytest.mark.parametrize(
    ("username", "path", "status"),
    [
        ("zhuangang", "/rewards/", 200), ("zhuangang", "/rewards/approvals", 403),
        ("zhuangang", "/custody/payouts", 403), ("lingdao", "/rewards/approvals", 200),
        ("lingdao", "/custody/payouts", 403), ("fazhi", "/rewards/reviews", 200),
        ("caiwu", "/custody/payouts", 200), ("caiwu", "/rewards/", 403),
        ("caiwu", "/rewards/unclaimed", 403), ("laoli", "/rewards/unclaimed", 403),
        ("xiaowang", "/rewards/{id}", 403), ("baoguan", "/custody/openings", 200),
        ("baoguan", "/rewards/unclaimed", 403),
    ],
)  # fmt: skip
def test_who_reaches_which_page(username, path, status, office, people):
    assert people(username).get(path.format(id=office[0])).status_code == status


def test_a_payee_is_opened_by_two_custodians_once_and_the_log_is_readable(app, office, people):
    voucher = claimed(app, office, canary=True)
    one, two = people("baoguan"), people("baoguan2")
    asked = {"target": voucher, "reason": "九月第二批打款需要账号"}
    assert post(one, "/custody/openings", asked).status_code == 303
    assert "现在不能开启" in one.get("/custody/openings/1").text
    assert two.get("/custody/openings/1").status_code == 404
    assert post(one, "/custody/openings/1/decide", {"decision": "approve"}).status_code == 403
    assert post(two, "/custody/openings/1/decide", {"decision": "approve"}).status_code == 303
    assert "开启一次" in one.get("/custody/openings").text
    shown = post(one, "/custody/openings/1", {"passphrase": ""})
    assert CANARY.account in shown.text
    assert "no-store" in shown.headers["Cache-Control"]
    assert post(one, "/custody/openings/1", {"passphrase": ""}).status_code == 409


def test_the_number_beside_a_list_is_that_of_its_rows(app, office, people):
    award_id, report_id = office
    with app.app_context(), transaction():
        clerk = make.people("甲")[0]
        boss = staff.by_username("lingdao").staff_id
        make.propose(award_id, staff_id=clerk, now=NOW)
        service.approve(award_id, staff_id=boss, now=NOW)
        service.notify(award_id, by="system", now=NOW)
        service.appeal(award_id, "少算了一处", report_id=report_id, now=NOW)
    for leader, rows in (("lingdao", 0), ("lingdao2", 1)):
        page = people(leader).get("/rewards/approvals").text
        assert page.count(f"/rewards/{award_id}/appeal") == rows
        assert ('class="n">1<' in page) is bool(rows)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_whole_in_both_languages(language, app, office, people):
    clerk = people("zhuangang")
    for path in ("/rewards/", "/rewards/unclaimed", f"/rewards/{office[0]}"):
        page = clerk.get(f"{path}?lang={language}")
        assert page.status_code == 200
        assert "style=" not in page.text
    words = "奖励核算" if language == "zh" else "Assessment"
    assert words in clerk.get(f"/rewards/{office[0]}?lang={language}").text


def test_a_batch_goes_from_finance_by_two_custodians_to_the_bank_and_back(app, office, people):
    voucher = claimed(app, office, canary=True)
    finance, one, two = people("caiwu"), people("baoguan"), people("baoguan2")
    assert post(finance, "/custody/batches", {}).status_code == 303
    empty = post(finance, "/custody/batches", {})
    assert (empty.status_code, "目前没有可以进批次的" in empty.text) == (422, True)
    number = finance.get("/custody/batches").text.split("/custody/batches/P-")[1][:9]
    path = f"/custody/batches/P-{number}"
    assert "只能凭银行回执处理" in finance.get(f"/custody/payouts/{voucher}").text
    assert post(finance, path + "/ask", {}).status_code == 403
    assert post(one, path + "/ask", {}).status_code == 303
    assert post(one, path + "/decide", {"decision": "approve"}).status_code == 403
    assert "同意" in two.get(path).text
    assert post(two, path + "/decide", {"decision": "approve"}).status_code == 303
    answer = post(one, path + "/file", {"passphrase": ""})
    assert CANARY.account in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    key = answer.text.splitlines()[1].split(",")[0]
    head = "reference,amount_yuan,result,bank_reference,note\n"
    for word, status in (("perhaps", 422), ("paid", 303), ("paid", 303)):
        raw = f"{head}{key},200.00,{word},B-1,\n".encode()
        sent = post(finance, path + "/result", {"file": (io.BytesIO(raw), "r.csv")})
        assert sent.status_code == status
    page = finance.get(path).text
    assert "银行已付" in page
    assert "B-1" in page
    assert CANARY.name not in page
    against = f"{head}{key},200.00,failed,,退汇\n".encode()
    sent = post(finance, path + "/result", {"file": (io.BytesIO(against), "r.csv")})
    assert sent.status_code == 303
    assert "前后矛盾" in finance.get(path).text
    settled = post(finance, path + "/settle/3", {"note": "银行已更正"})
    assert settled.status_code == 303
    assert "须由另一人确认" in finance.get(path).text
    mine = post(finance, path + "/confirm/3", {"decision": "approve"})
    assert mine.status_code == 403
    assert "银行已更正" in one.get(path).text
    assert post(one, path + "/confirm/3", {"decision": "approve"}).status_code == 303
    assert "前后矛盾" not in finance.get(path).text


def test_the_counter_checks_a_voucher_by_its_number_alone(app, office, people):
    voucher = claimed(app, office, canary=False)
    clerk = people("zhuangang")
    assert clerk.get("/rewards/voucher").status_code == 200
    page = post(clerk, "/rewards/voucher", {"number": voucher.lower().replace("-", " ")})
    assert "有效" in page.text
    assert "200.00" in page.text
    assert "E110-" not in page.text
    assert post(clerk, "/rewards/voucher", {"number": "V-00000-00000"}).status_code == 422
    assert people("caiwu").get("/rewards/voucher").status_code == 403


def test_finance_takes_the_year_away_as_a_workbook(app, office, people):
    voucher = claimed(app, office, canary=True)
    finance = people("caiwu")
    answer = finance.get("/custody/payouts.xlsx?year=2026")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
    assert voucher in words
    assert "2026-09-08" in words
    assert 'state="frozen"' in sheet
    assert "<v>200</v>" in sheet
    assert not any(s in words for s in (CANARY.name, CANARY.account, "E110-"))
    assert finance.get("/custody/payouts.xlsx?year=99999").status_code == 200
    assert people("zhuangang").get("/custody/payouts.xlsx").status_code == 403
    with app.app_context():
        entries = audit.page(subject="year:2026").rows
        assert [entry.action for entry in entries][:1] == ["payout.export"]
