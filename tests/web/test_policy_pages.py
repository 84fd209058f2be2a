"""Administration of time limits: all in one form, tried first, put in force by another person."""

import re

import pytest

from app.accounts import passwords
from app.accounts import service as accounts
from app.accounts.permissions import Role
from app.core.tx import transaction
from app.sla import policy_book, policy_versions
from app.sla.kinds import ClockKind
from app.worktime import service as worktime
from tests.features.rewards_make import NOW
from tests.infra.clock import at, moment
from tests.web.county import post

PASSWORD = "correct horse battery staple"
HASH = passwords.hashed(PASSWORD)
PEOPLE = {"anquan": Role.SECURITY_ADMIN, "lingdao": Role.APPROVER, "laoli": Role.GRID_WORKER}
CLOSURE, HEARING = "closure__yellow__all__all", "hearing__yellow__all__all"


@pytest.fixture
def people(app):
    policy_book.forget()
    with at("2026-09-08 10:00"):
        with app.app_context(), transaction():
            worktime.seed(NOW)
            for username, role in PEOPLE.items():
                accounts.add_staff(username, name=username, roles=(role,), password_hash=HASH,
                                   must_change=False, area_code="330226001", now=NOW)  # fmt: skip

        def sign_in(username):
            client = app.test_client()
            post(client, "/staff/login", {"username": username, "password": PASSWORD})
            return client

        yield sign_in


FIELD = re.compile(r'<input [^>]*name="(\w+__\w+)"[^>]*value="([^"]*)"')


def written(client):
    """Return every limit as it stands in the form, and the row that is still empty."""
    found = dict(FIELD.findall(client.get("/admin/limits/new").text))
    return found | {"more_kind": "", "more_category": ""}


def sent(client, step="store", **change):
    told = {"valid_from": "2026-09-09", "source": "甬环发〔2026〕1号", "step": step}
    return post(client, "/admin/limits/new", written(client) | told | change)


def in_force(app, when):
    with app.app_context(), at(when):
        return str(policy_book.in_force(moment(when)).allowance(ClockKind.CLOSURE, "yellow"))


def test_a_limit_is_changed_seen_brought_and_put_in_force_by_another_person(app, people):
    admin, leader = people("anquan"), people("lingdao")
    assert written(admin)[CLOSURE] == "7工作日"
    tried = sent(admin, step="try", **{CLOSURE: "5个工作日"})
    assert tried.status_code == 200
    assert "尚未保存" in tried.text
    assert "5 个工作日" in tried.text
    with app.app_context():
        assert policy_versions.listed(now=NOW) == []
    assert sent(admin, **{CLOSURE: "5wd"}).location == "/admin/limits/1"
    page = admin.get("/admin/limits/1").text
    assert "须由另一人启用" in page
    assert "7 个工作日" in page
    assert post(admin, "/admin/limits/1/activate", {}).status_code == 403
    assert "启用</button>" in leader.get("/admin/limits/1").text
    assert post(leader, "/admin/limits/1/activate", {}).status_code == 303
    assert post(leader, "/admin/limits/1/activate", {}).status_code == 409
    assert in_force(app, "2026-09-08 23:00") == "7wd"
    assert in_force(app, "2026-09-09 08:00") == "5wd"
    assert admin.get("/admin/limits/1.json").json["allowances"]
    assert post(admin, "/admin/limits/1/withdraw", {}).status_code == 303
    assert "从未生效" in admin.get("/admin/limits/1").text


def test_a_category_gets_a_line_of_its_own(app, people):
    admin = people("anquan")
    more = {"more_kind": "closure", "more_category": "W5", "more_yellow": "2工作日"}
    page = sent(admin, step="try", **more).text
    assert 'name="closure__yellow__W5__all"' in page
    assert "未单独规定" in page
    assert sent(admin, **more).status_code == 303
    with app.app_context():
        (row,) = policy_versions.listed(now=NOW)
    assert str(row.policy.allowance(ClockKind.CLOSURE, "yellow", category="W5")) == "2wd"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({CLOSURE: "下周"}, "请填写数字和单位"),
        ({CLOSURE: ""}, "不能空缺"),
        ({HEARING: "4wd"}, "当事人的权利"),
        ({"closure_outer__red__all__all": "31天"}, "只能缩短"),
        ({"valid_from": "2026-09-08"}, "最早只能是明天"),
        ({"valid_from": ""}, "起始日"),
        ({"source": ""}, "文号"),
        ({"more_kind": "closure", "more_category": "W5", "more_red": "x"}, "请填写数字和单位"),
    ],
)
def test_what_is_wrong_is_said_and_everything_written_stays(people, change, words):
    answer = sent(
        people("anquan"), **({"sign_for__red__all__all": "5分钟"} if change else {}) | change
    )
    assert answer.status_code == 422
    assert words in answer.text
    if change:
        assert 'value="5分钟"' in answer.text


def test_what_changes_nothing_is_no_version(people):
    admin = people("anquan")
    assert "完全相同" in sent(admin, step="try").text
    assert "完全相同" in sent(admin).text


def test_a_clock_is_tried_out_day_by_day(people):
    leader = people("lingdao")
    page = leader.get(
        "/admin/limits?kind=closure&urgency=yellow&category=&place=*&start=2026-09-30T16:00"
    ).text
    assert "10 月 15 日 24:00" in page  # seven working days after the holiday
    assert 'class="days"' in page
    none = leader.get(
        "/admin/limits?kind=arrive_officer&urgency=blue&place=*&start=2026-09-30T16:00"
    )
    assert "没有这项时限" in none.text
    for wrong in ("kind=nix", "start=tomorrow", "urgency=pink", "place=moon"):
        assert leader.get(f"/admin/limits?{wrong}").status_code == 200


def test_who_may_read_and_who_may_change(people):
    for name, seen, changed in [("anquan", 200, 200), ("lingdao", 200, 403), ("laoli", 403, 403)]:
        client = people(name)
        assert client.get("/admin/limits").status_code == seen
        assert client.get("/admin/limits/new").status_code == changed
    assert people("anquan").get("/admin/limits/7").status_code == 404
