"""Papers of a reward as PDF: the fields that domain.md §14 asks for, for who may read them."""

import io
import re

import pytest
from PIL import Image

from app.core.tx import transaction
from app.rewards import service
from app.web.public import throttle
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW
from tests.infra import papers
from tests.infra.clock import at
from tests.web.citizen import Azhen
from tests.web.test_public_case import gone, look, notified, way  # noqa: F401 (fixtures)
from tests.web.test_rewards_pages import CANARY, claimed, office, people, post  # noqa: F401

NOTE = r'深甽镇 #panic("x") $a$ *b* @c \d [U+0041] {{ e }}' + "长" * 900
RARE = ("㙍犇", "𠮷喆", "䶮甽")


def fetched(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Cache-Control"] == "no-store"
    return papers.text(answer.data)


def whole(*words):
    return ["".join(word.split()) for word in words]


def decided(app, award_id):
    """Let three people with rare names sign; return the path of the award."""
    with app.app_context(), transaction():
        proposer, reviewer, approver = make.people(*RARE)
        make.propose(award_id, staff_id=proposer, note=NOTE, now=NOW)
        service.review(award_id, staff_id=reviewer, now=NOW)
        service.approve(award_id, staff_id=approver, now=NOW)
    return f"/rewards/{award_id}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_form_has_the_fields_of_the_approval_form(language, app, office, people):
    path = decided(app, office[0])
    text = fetched(people("zhuangang"), f"{path}/form.pdf?lang={language}")
    for words in whole(
        "奖励审批表", "编号：E110-", "核实结论", "属实", "适用办法及版本", "第 1 版", "计算过程",
        "金额", "200.00", "贰佰元整", "提出意见", NOTE, "审核意见", "复核意见", "复核无误",
        "审批意见", "同意", "签字：", "2026 年 9 月 8 日", *RARE,
    ):  # fmt: skip
        assert words in text, words
    assert "第二审批意见" not in text
    assert "span" not in text


def test_nobody_has_signed_a_new_form(office, people):
    text = fetched(people("fazhi"), f"/rewards/{office[0]}/form.pdf")
    assert text.count("签字：") == 4
    assert "同意" not in text


def test_a_notice_exists_once_the_reporter_was_told(app, office, people):
    path, clerk = decided(app, office[0]), people("zhuangang")
    assert "notice.pdf" not in clerk.get(path).text
    assert clerk.get(f"{path}/notice.pdf").status_code == 404
    assert post(clerk, f"{path}/notify", {}).status_code == 303
    assert f"{path}/notice.pdf" in clerk.get(path).text
    text = fetched(clerk, f"{path}/notice.pdf")
    for words in whole(
        "领奖通知", "编号", "E110-", "金额", "200.00 元", "贰佰元整", "领取期限", "2026 年 11 月",
        "领取方式", "到窗口领取，不问姓名", "放弃或捐赠", "放弃，或捐给县慈善基金",
    ):  # fmt: skip
        assert words in text, words
    english = fetched(clerk, f"{path}/notice.pdf?lang=en")
    for words in whole("Notice of a reward", "Collect by", "Nov 2026", "Decline or donate"):
        assert words in english, words
    assert not set("领奖通知金额期限") & set(english)


def test_the_same_award_gives_the_same_file(app, office, people):
    path = decided(app, office[0])
    clerk = people("zhuangang")
    assert clerk.get(f"{path}/form.pdf").data == clerk.get(f"{path}/form.pdf").data


def test_who_may_take_the_papers_and_no_payee_is_in_them(app, office, people):
    claimed(app, office, canary=True)
    readers = {"zhuangang", "lingdao", "fazhi"}
    for username in sorted(readers | {"caiwu", "baoguan", "laoli", "xiaowang"}):
        client = people(username)
        for name in ("form", "notice"):
            answer = client.get(f"/rewards/{office[0]}/{name}.pdf")
            assert answer.status_code == (200 if username in readers else 403), username
            said = papers.said(answer.data)
            assert not [word for word in (CANARY.name, CANARY.account, "金丝雀") if word in said]


def test_azhen_takes_her_notice_and_her_voucher_home(app, way):
    azhen = Azhen(app.test_client())
    _, address = look(azhen, way, "2026-11-24 10:00")
    with at("2026-11-24 10:01"):
        assert azhen.client.get(f"{address}/reward/notice.pdf").status_code == 404
    notified(way, app)
    _, address = look(azhen, way, "2026-11-25 10:00")
    with at("2026-11-25 10:01"):
        assert "notice.pdf" in azhen.open(f"{address}/reward").text
        text = fetched(azhen.client, f"{address}/reward/notice.pdf")
        assert "贰佰元整" in text
        assert way.receipt.case_number in text
        assert azhen.client.get(f"{address}/reward/voucher.pdf").status_code == 404
        azhen.open(f"{address}/reward/claim")
        azhen.send(f"{address}/secret", secret="380712", again="380712")
        azhen.send(f"{address}/reward/claim", way="voucher", secret="380712")
        assert "voucher.pdf" in azhen.open(f"{address}/reward/voucher").text
        text = fetched(azhen.client, f"{address}/reward/voucher.pdf")
        assert "V-" in text
        assert way.receipt.case_number not in text
        stranger = app.test_client()
        for name in ("notice", "voucher"):
            assert stranger.get(f"{address}/reward/{name}.pdf").status_code == 422


def test_the_receipt_can_be_kept_as_a_picture_on_every_machine(app, monkeypatch):
    monkeypatch.setattr(throttle, "DELAY", 0)
    azhen = Azhen(app.test_client())
    page = azhen.submit().text
    address = re.search(r'href="(/t/[^"]+/receipt\.png)"', page).group(1)
    answer = azhen.client.get(address)
    assert answer.mimetype == "image/png"
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.width == 720
        greys = picture.convert("L")
        head, blank = greys.crop((48, 48, 400, 120)), greys.crop((0, 0, 720, 40))
    assert head.getextrema()[0] < 80
    assert blank.getextrema() == (255, 255)
