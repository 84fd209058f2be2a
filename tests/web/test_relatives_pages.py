"""The page of one's near relatives, and what a claimant who stands in the register reads."""

import pytest

from app.accounts.permissions import Role
from app.core.db import db
from app.core.tx import transaction
from app.identity import relatives
from app.identity.models import Relative
from app.identity.rules import Kinship
from app.rewards import queries as rewards
from app.rewards.states import State
from tests.infra.clock import at, moment
from tests.web.citizen import words_of
from tests.web.field_pages import hire, signed_in
from tests.web.test_public_case import (  # noqa: F401 (fixtures)
    azhen,
    gone,
    look,
    notified,
    way,
)

ID = "11010519491231002X"
PHONE = "13900002222"
PAGE = "/staff/relatives"


def row(app):
    with app.app_context():
        return db.session.query(Relative).one()


@pytest.fixture
def laoli(app):
    hire(app, "laoli", Role.GRID_WORKER, area="330226112000")
    return signed_in(app, "laoli")


def test_declared_and_withdrawn_without_a_number_on_any_page(laoli, app):
    laoli.post(PAGE, {"kinship": "spouse", "identity_number": ID, "phone": PHONE})
    page = laoli.get(PAGE)
    text = words_of(page)
    assert "配偶" in text
    assert "只保存了号码的加密指纹" in text
    assert "全部登记" not in text
    assert not [number for number in (ID, PHONE) if number in page]
    laoli.post(f"{PAGE}/{row(app).id}/withdraw")
    assert "撤回后仍" not in laoli.get(PAGE)
    assert row(app).withdrawn_at is not None


def test_what_was_typed_stays_where_it_is_wrong(laoli):
    bad = laoli.post(PAGE, {"kinship": "child", "identity_number": "1101051949"}, status=422)
    assert "身份证号" in bad
    assert "1101051949" in bad
    assert "请选择是您的什么人" in laoli.post(PAGE, {"identity_number": ID}, status=422)


def test_another_persons_declaration_is_not_to_be_withdrawn(laoli, app):
    laoli.post(PAGE, {"kinship": "child", "phone": PHONE})
    hire(app, "xiaowang", Role.DISPATCHER)
    signed_in(app, "xiaowang").post(f"{PAGE}/{row(app).id}/withdraw", status=404)
    assert row(app).withdrawn_at is None


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_administrators_and_auditors_see_numbers_of_all_and_nothing_else(role, laoli, app):
    laoli.post(PAGE, {"kinship": "child", "phone": PHONE})
    hire(app, "admin", role)
    page = signed_in(app, "admin").get(PAGE)
    text = words_of(page)
    assert "有效登记1条" in text
    assert "来自1名工作人员" in text
    assert "laoli" not in page
    assert "还没有登记" in text


def test_a_claimant_in_the_register_reads_why_and_objects_in_place(azhen, way, app):
    notified(way, app)
    with app.app_context(), transaction():
        who = way.people["desk"].staff_id
        relatives.declare(who, kinship=Kinship.PARENT, identity_number=ID,
                          now=moment("2026-10-01 09:00"))  # fmt: skip
    _, address = look(azhen, way, "2026-11-25 10:00")
    with at("2026-11-25 10:01"):
        azhen.open(f"{address}/secret")
        azhen.send(f"{address}/secret", secret="380712", again="380712")
        azhen.open(f"{address}/reward/claim")
        told = {"way": "bank", "secret": "380712", "name": "阿珍", "identity_number": ID,
                "account": "6222020200112233445"}  # fmt: skip
        proxy = azhen.send(f"{address}/reward/claim", relation="proxy", stands_for="父亲", **told)
        assert proxy.status_code == 422
        assert "请换一个人来领" in proxy.text
        assert "6222020200112233445" in proxy.text
        barred = azhen.send(f"{address}/reward/claim", relation="self", **told)
        assert barred.status_code == 303
        text = words_of(azhen.open(barred.headers["Location"]).text)
        assert "登记册" in text
        assert "我认为不对" in text or "提出异议" in text
        done = azhen.send(f"{address}/reward/appeal", words="同名同号，登记有误")
        assert done.status_code == 303
    with app.app_context():
        assert rewards.award_view(way.receipt.report_id).state is State.APPEALED
