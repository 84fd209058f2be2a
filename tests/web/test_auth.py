"""Signing in: password, second factor, session, tries, fresh codes, signing out (L1)."""

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from app import create_app
from app.accounts import factor, passwords, service
from app.accounts.models import Staff, WebSession
from app.accounts.permissions import Role
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from config import Config
from tests.infra.clock import moment
from tests.infra.database import let_go

PASSWORD = "four quiet herons fishing"
HASHED = passwords.hashed(PASSWORD)
NOW = moment("2026-11-23 09:00")


def add(app, username="wang", *, roles=(Role.DESK,), must_change=False):
    with app.app_context(), transaction():
        return service.add_staff(
            username,
            name="小王",
            roles=roles,
            password_hash=HASHED,
            must_change=must_change,
            now=NOW,
        )


def token(client):
    return client.get("/token").get_json()["token"]


def post(client, path, data=None, **more):
    return client.post(path, data={"csrf_token": token(client), **(data or {})}, **more)


def sign_in(client, username="wang", password=PASSWORD, **more):
    return post(client, "/staff/login", {"username": username, "password": password, **more})


def cookie(client, name="eco110-staff"):
    found = client.get_cookie(name)
    return found.value if found else None


@pytest.fixture
def strict(database_url, tmp_path):
    """The application with the second factor on."""
    made = create_app(replace(Config.for_tests(tmp_path, database_url), second_factor=True))
    yield made
    let_go(made)


# ---- password ----------------------------------------------------------------------------------


def test_the_right_password_opens_the_house(app, client):
    add(app)
    answer = sign_in(client, " WANG ")
    assert answer.status_code == 303
    assert client.get("/staff").status_code == 200
    assert "小王" in client.get("/staff").text


def test_the_wanted_page_comes_after_it(app, client):
    add(app)
    asked = client.get("/staff/password")
    assert asked.status_code == 303
    assert asked.location == "/staff/login?next=/staff/password"
    assert 'value="/staff/password"' in client.get(asked.location).text
    assert sign_in(client, next="/staff/password").location == "/staff/password"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example"]
)
def test_it_leads_nowhere_else(app, client, elsewhere):
    add(app)
    assert "evil" not in sign_in(client, next=elsewhere).location


@pytest.mark.parametrize(
    ("username", "password"),
    [("wang", "wrong"), ("nobody", PASSWORD), ("wang", "x" * 128), ("王", "王")],
)
def test_every_failure_says_the_same(app, client, username, password):
    add(app)
    answer = sign_in(client, username, password)
    assert answer.status_code == 422
    assert "用户名或密码不对" in answer.text
    assert "<title>错误：" in answer.text
    assert cookie(client) is None
    assert client.get("/staff").status_code == 303


def test_a_closed_account_does_not_open(app, client):
    person = add(app)
    with app.app_context(), transaction():
        service.change_staff(person.staff_id, active=False, by="staff:9", now=NOW)
    assert "用户名或密码不对" in sign_in(client).text


def test_empty_fields_are_named(app, client):
    answer = post(client, "/staff/login")
    assert answer.status_code == 422
    assert 'href="#username"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'aria-describedby="username-e"' in answer.text


def test_an_old_hash_is_made_anew(app, client):
    person = add(app)
    old = "$argon2id$v=19$m=8192,t=2,p=1$"
    hasher = passwords.PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1)
    with app.app_context(), transaction() as session:
        session.get(Staff, person.staff_id).password_hash = hasher.hash(PASSWORD)
    assert sign_in(client).status_code == 303
    with app.app_context():
        assert not db.session.get(Staff, person.staff_id).password_hash.startswith(old)


def test_a_form_without_its_token_is_refused(app, client):
    add(app)
    answer = client.post("/staff/login", data={"username": "wang", "password": PASSWORD})
    assert answer.status_code == 400
    assert "写好的都还在" in answer.text


# ---- the cookie --------------------------------------------------------------------------------


def test_a_cookie_from_before_never_signs_in(app, client):
    add(app)
    client.set_cookie("eco110-staff", "planted")
    sign_in(client)
    assert cookie(client) not in (None, "planted")
    planted = app.test_client()
    planted.set_cookie("eco110-staff", "planted")
    assert planted.get("/staff").status_code == 303


def test_the_cookie_is_strict_and_unreadable(app, client):
    add(app)
    line = next(c for c in sign_in(client).headers.getlist("Set-Cookie") if "eco110-staff" in c)
    assert "HttpOnly" in line
    assert "SameSite=Strict" in line
    assert "Expires" not in line


def test_over_https_it_is_a_host_cookie(database_url, tmp_path):
    safe = create_app(replace(Config.for_tests(tmp_path, database_url), secure_cookies=True))
    add(safe)
    client = safe.test_client()
    base = {"base_url": "https://eco110.example"}
    form_token = client.get("/token", **base).get_json()["token"]
    answer = client.post(
        "/staff/login",
        data={"csrf_token": form_token, "username": "wang", "password": PASSWORD},
        **base,
    )
    lines = answer.headers.getlist("Set-Cookie")
    assert {line.partition("=")[0] for line in lines} <= {
        "__Host-staff", "__Host-device", "__Host-eco110",
    }  # fmt: skip
    assert all("Secure" in line and "HttpOnly" in line for line in lines)
    let_go(safe)


def test_signing_out_ends_the_session_for_good(app, client):
    add(app)
    sign_in(client)
    old = cookie(client)
    answer = post(client, "/staff/logout")
    assert answer.status_code == 303
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert cookie(client) is None
    client.set_cookie("eco110-staff", old)
    assert client.get("/staff").status_code == 303


def test_it_ends_by_itself(app, client):
    add(app)
    with clock.moved_to(NOW):
        sign_in(client)
    with clock.moved_to(NOW + timedelta(minutes=29)):
        assert client.get("/staff").status_code == 200
    with clock.moved_to(NOW + timedelta(minutes=58)):
        assert client.get("/staff").status_code == 200
    with clock.moved_to(NOW + timedelta(minutes=89)):
        assert client.get("/staff").status_code == 303


def test_what_was_written_after_it_ended_is_given_back_to_our_own_page_only(app, client):
    add(app, roles=(Role.DESK_LEAD,))
    with clock.moved_to(NOW):
        sign_in(client)
    told = {"reason": "test", "note": "这一件是演练用的"}
    with clock.moved_to(NOW + timedelta(minutes=40)):
        answer = post(client, "/sup/left-out", told, headers={"Origin": "http://localhost"})
        assert answer.status_code == 401
        assert "您已退出登录" in answer.text
        assert "这一件是演练用的" in answer.text
        assert 'href="/staff/login"' in answer.text
        for origin in ({}, {"Origin": "http://elsewhere.test"}):
            answer = post(client, "/sup/left-out", told, headers=origin)
            assert (answer.status_code, "演练用" in answer.text) == (303, False)


def test_calls_for_json_get_401_and_no_redirect(app, client):
    answer = client.get("/staff", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.get_json()["error"] == "sign_in"


def test_a_changed_role_acts_on_the_next_request(app, client):
    person = add(app, roles=(Role.DESK,))
    sign_in(client)
    assert "受理员" in client.get("/staff").text
    with app.app_context(), transaction():
        service.change_staff(person.staff_id, roles=[Role.FINANCE], by="staff:9", now=NOW)
    assert "财务" in client.get("/staff").text


# ---- tries -------------------------------------------------------------------------------------


def test_guessing_is_slowed_down_for_one_account(app):
    add(app)
    with clock.moved_to(NOW):
        codes = [
            sign_in(app.test_client(), password="wrong", username="wang").status_code
            for _ in range(7)
        ]
    assert codes == [422] * 5 + [429] * 2


def test_guessing_many_names_is_slowed_down_for_one_place(app):
    with clock.moved_to(NOW):
        codes = [
            sign_in(app.test_client(), username=f"name{n}", password="x").status_code
            for n in range(7)
        ]
    assert codes[-1] == 429


def test_the_victim_gets_in_from_a_browser_known_to_us(app):
    add(app)
    own, thief = app.test_client(), app.test_client()
    with clock.moved_to(NOW):
        sign_in(own)
        post(own, "/staff/logout")
        for _ in range(10):
            sign_in(thief, password="wrong")
        assert sign_in(thief).status_code == 429
        assert sign_in(own).status_code == 303
    assert cookie(thief, "eco110-device") is None


def test_the_mark_of_a_known_browser_is_no_key_for_another_name(app):
    add(app)
    add(app, "chen")
    own = app.test_client()
    with clock.moved_to(NOW):
        sign_in(own)
        post(own, "/staff/logout")
        codes = [sign_in(own, "chen", "wrong").status_code for _ in range(7)]
    assert codes[-1] == 429


def test_the_refusal_says_when_to_come_back(app):
    with clock.moved_to(NOW):
        answers = [sign_in(app.test_client(), "nobody", "x") for _ in range(6)]
    assert int(answers[-1].headers["Retry-After"]) == 60
    assert "请稍后再试" in answers[-1].text


# ---- second factor -----------------------------------------------------------------------------


def with_factor(app, person):
    secret = factor.new_secret()
    with app.app_context(), transaction():
        service.set_factor(person.staff_id, secret, pyotp.TOTP(secret).at(NOW), now=NOW)
    return pyotp.TOTP(secret)


def test_the_password_alone_does_not_open(strict):
    person, client = add(strict), strict.test_client()
    totp = with_factor(strict, person)
    later = NOW + timedelta(minutes=2)
    with clock.moved_to(later):
        assert sign_in(client).location == "/staff/code"
        half = cookie(client)
        assert client.get("/staff").status_code == 303
        assert post(client, "/staff/code", {"code": "123"}).status_code == 422
        assert post(client, "/staff/code", {"code": totp.at(later)}).status_code == 303
        assert cookie(client) != half
        assert client.get("/staff").status_code == 200
        client.set_cookie("eco110-staff", half)
        assert client.get("/staff").status_code == 303


def test_a_code_opens_once_only(strict):
    person = add(strict)
    totp = with_factor(strict, person)
    later = NOW + timedelta(minutes=2)
    with clock.moved_to(later):
        for status in (303, 422):
            client = strict.test_client()
            sign_in(client)
            assert post(client, "/staff/code", {"code": totp.at(later)}).status_code == status


def test_codes_cannot_be_tried_for_ever(strict):
    person = add(strict)
    with_factor(strict, person)
    client = strict.test_client()
    with clock.moved_to(NOW + timedelta(minutes=2)):
        sign_in(client)
        codes = [post(client, "/staff/code", {"code": f"{n:06}"}).status_code for n in range(7)]
    assert codes[-1] == 429


def test_the_first_sign_in_sets_the_factor_up(strict):
    person, client = add(strict, must_change=True), strict.test_client()
    with clock.moved_to(NOW):
        assert sign_in(client).location == "/staff/enrol"
        page = client.get("/staff/enrol").text
        secret = re.search(r'class="mono">([A-Z2-7]{32})<', page).group(1)
        assert "<svg" in page
        assert "style=" not in page
        assert post(client, "/staff/enrol", {"code": "1"}).status_code == 422
        shown = post(client, "/staff/enrol", {"code": pyotp.TOTP(secret).at(NOW)})
        assert shown.status_code == 200
        assert len(re.findall(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b", shown.text)) == 10
        assert client.get("/staff").location == "/staff/password"
    with strict.app_context():
        assert secret not in (db.session.get(Staff, person.staff_id).totp_secret or "")


def test_a_fresh_code_is_asked_for_before_what_matters(strict):
    person = add(strict, roles=(Role.SYSTEM_ADMIN,))
    totp = with_factor(strict, person)
    client, at = strict.test_client(), NOW + timedelta(minutes=2)
    with clock.moved_to(at):
        sign_in(client)
        post(client, "/staff/code", {"code": totp.at(at)})
        before = cookie(client)
    at = NOW + timedelta(minutes=20)
    with clock.moved_to(at):
        assert "请确认是您本人" in client.get("/staff/confirm").text
        answer = post(client, "/staff/confirm", {"code": totp.at(at), "next": "/staff/password"})
        assert answer.location == "/staff/password"
        assert cookie(client) != before
        client.set_cookie("eco110-staff", before)
        assert client.get("/staff").status_code == 303


# ---- own password ------------------------------------------------------------------------------


def test_a_first_password_must_be_changed(app, client):
    add(app, must_change=True)
    assert sign_in(client).location == "/staff/password"
    assert client.get("/staff").location == "/staff/password"
    new = "三门湾的白鹭在清晨起飞了"
    bad = post(client, "/staff/password", {"present": "x", "password": new, "again": new})
    assert "现在的密码不对" in bad.text
    weak = post(client, "/staff/password", {"present": PASSWORD, "password": "k", "again": "k"})
    assert "至少 12 个字符" in weak.text
    other = post(client, "/staff/password", {"present": PASSWORD, "password": new, "again": "k"})
    assert "不一样" in other.text
    good = post(client, "/staff/password", {"present": PASSWORD, "password": new, "again": new})
    assert good.status_code == 303
    assert client.get("/staff").status_code == 200
    assert sign_in(app.test_client(), password=new).status_code == 303


def test_other_browsers_are_signed_out_by_a_new_password(app, client):
    add(app)
    there = app.test_client()
    sign_in(there)
    sign_in(client)
    new = "三门湾的白鹭在清晨起飞了"
    post(client, "/staff/password", {"present": PASSWORD, "password": new, "again": new})
    assert client.get("/staff").status_code == 200
    assert there.get("/staff").status_code == 303


def test_no_page_makes_a_session_by_itself(app, client):
    add(app)
    for path in ("/staff/login", "/token", "/healthz", "/staff"):
        client.get(path)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(WebSession)) == 0
