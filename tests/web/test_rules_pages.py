"""Administration of the reward rules: an administrator imports, another person puts in force."""

import io
import json

import pytest

from app.accounts import passwords
from app.accounts import service as accounts
from app.accounts.permissions import Role
from app.core.tx import transaction
from app.rewards import catalog, rulesets
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW
from tests.infra.clock import at

PASSWORD = "correct horse battery staple"
HASH = passwords.hashed(PASSWORD)
PEOPLE = {"anquan": (Role.SECURITY_ADMIN,), "lingdao": (Role.APPROVER,),
          "laoli": (Role.GRID_WORKER,)}  # fmt: skip
CASES = [{"facts": {"fine_fen": 1}, "amount_fen": 100_000}]


@pytest.fixture
def people(app):
    with at("2026-09-08 10:00"):
        with app.app_context(), transaction():
            for username, roles in PEOPLE.items():
                accounts.add_staff(username, name=username, roles=roles, password_hash=HASH,
                                   must_change=False, area_code="330226001", now=NOW)  # fmt: skip
            make.rules()
            make.checked(make.case(order=True))

        def sign_in(username):
            client = app.test_client()
            post(client, "/staff/login", {"username": username, "password": PASSWORD})
            return client

        yield sign_in


def post(client, path, data=None):
    token = client.get("/token", headers={"Accept": "application/json"}).json["token"]
    return client.post(path, data=(data or {}) | {"csrf_token": token})


def sent(client, *, valid_from="2026-09-09", **change):
    document = dict(catalog.documents()["xiangtan"]) | {"test_cases": CASES} | change
    raw = json.dumps(document, ensure_ascii=False).encode()
    return post(client, "/admin/rules", {
        "file": (io.BytesIO(raw), "rules.json"), "valid_from": valid_from, "source": "潭环发1号",
    })  # fmt: skip


def test_imported_tried_and_put_in_force_by_another_person(app, people):
    admin, leader = people("anquan"), people("lingdao")
    answer = sent(admin)
    assert (answer.status_code, answer.location) == (303, "/admin/rules/2")
    page = admin.get("/admin/rules/2").text
    assert "另一人启用" in page
    assert "1,000.00" in page
    assert "潭环发1号" in page
    assert "E110-" in page  # the last year's case, now worth nothing
    assert post(admin, "/admin/rules/2/activate").status_code == 403
    assert "启用</button>" in leader.get("/admin/rules/2").text
    assert post(leader, "/admin/rules/2/activate").status_code == 303
    assert post(leader, "/admin/rules/2/activate").status_code == 409
    with app.app_context():
        assert rulesets.in_force(NOW).id == 1
        assert rulesets.in_force(make.moment("2026-09-09 08:00")).id == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stacking_mode": "add"}, "stacking_mode"),
        ({"valid_from": "2026-09-07"}, "起始日不能早于今天"),
        ({"valid_from": ""}, "请填写起始日"),
    ],
)
def test_what_is_wrong_is_said_and_the_words_stay(change, words, people):
    answer = sent(people("anquan"), **change)
    assert answer.status_code == 422
    assert words in answer.text
    assert "潭环发1号" in answer.text


def test_a_version_that_fails_its_own_cases_shows_which(people):
    admin, leader = people("anquan"), people("lingdao")
    sent(admin, test_cases=[{"facts": {"fine_fen": 1}, "amount_fen": 7}])
    assert "有 1 个测试用例不通过" in leader.get("/admin/rules/2").text
    assert post(leader, "/admin/rules/2/activate").status_code == 409


def test_files_and_who_may_read_them(people):
    admin = people("anquan")
    assert admin.get("/admin/rules/1.json").json["id"] == "eco110-default"
    assert admin.get("/admin/rules/schema.json").json["title"].startswith("Reward rule set")
    assert "Fixed sum of its class" in admin.get("/admin/rules/1?lang=en").text
    for path in ("/admin/rules", "/admin/rules/1", "/admin/rules/1.json"):
        assert people("laoli").get(path).status_code == 403
    assert sent(people("lingdao")).status_code == 403
