"""The frame around every page: languages, looks, access, errors, navigation, macros."""

import re

import pytest
from flask import Blueprint, abort
from sqlalchemy.exc import OperationalError

from app.accounts import passwords, service
from app.accounts.permissions import Role, Verb, who_may
from app.core import clock
from app.core.errors import Forbidden, Invalid, Limited, NotFound, Stale
from app.core.tx import transaction
from app.web import access, navigation, theme
from app.web.access import needs
from tests.infra.clock import moment
from tests.web.gallery import page as gallery

own_app = pytest.mark.own_app

PASSWORD = "four quiet herons fishing"
HASHED = passwords.hashed(PASSWORD)
JSON = {"Accept": "application/json"}
CJK = re.compile(r"[\u4e00-\u9fff]")


def someone(app, client, *roles, area=""):
    with app.app_context(), transaction():
        person = service.add_staff(
            "someone", name="小王", roles=roles, area_code=area, password_hash=HASHED,
            must_change=False, now=clock.now(),
        )  # fmt: skip
    token = client.get("/token").json["token"]
    client.post(
        "/staff/login", data={"username": "someone", "password": PASSWORD, "csrf_token": token}
    )
    return person


def route(app, path, view, *verbs):
    app._got_first_request = False
    view = needs(*verbs)(view) if verbs else view
    app.add_url_rule(path, path.strip("/"), view)


def opened(app, monkeypatch, path, view):
    """Add a public page."""
    route(app, path, view)
    names = access.PUBLIC_ENDPOINTS | {path.strip("/")}
    monkeypatch.setattr(access, "PUBLIC_ENDPOINTS", names)


# ---- languages and looks -----------------------------------------------------------------------


def test_chinese_comes_first_and_english_is_a_click_away(client):
    page = client.get("/staff/login")
    assert '<html lang="zh-CN"' in page.text
    assert 'href="/staff/login?lang=en" lang="en"' in page.text
    page = client.get("/staff/login?lang=en")
    assert '<html lang="en"' in page.text
    assert "Sign in for staff" in page.text
    assert not CJK.findall(page.text.replace("中文", ""))
    assert '<html lang="en"' in client.get("/staff/login").text
    assert '<html lang="zh-CN"' in client.get("/staff/login?lang=zh").text


def test_an_unknown_language_is_chinese(client):
    assert '<html lang="zh-CN"' in client.get("/staff/login?lang=xx").text
    client.set_cookie("lang", "../../etc")
    assert '<html lang="zh-CN"' in client.get("/staff/login").text


@pytest.mark.parametrize(
    ("query", "classes"),
    [("", ""), ("?theme=dark", "dark"), ("?theme=light", "light"), ("?theme=x", "")],
)
def test_the_theme_is_a_class_and_a_cookie(client, query, classes):
    assert f'<html lang="zh-CN" class="{classes}"' in client.get(f"/staff/login{query}").text
    assert f'<html lang="zh-CN" class="{classes}"' in client.get("/staff/login").text


def test_worker_pages_start_light(app, client):
    with app.test_request_context("/w/case"):
        assert theme.classes(public=False) == "light"
    with app.test_request_context("/w?theme=auto"):
        assert theme.classes(public=False) == ""
    with app.test_request_context("/where"):
        assert theme.classes(public=False) == ""


@own_app
def test_elder_mode_is_for_citizens(app, monkeypatch, client):
    gallery.public(monkeypatch)
    gallery.hang(app)
    assert 'class="elder"' in client.get("/gallery?elder=1").text
    assert 'class="elder"' in client.get("/gallery").text
    assert 'class="elder"' not in client.get("/gallery?sec=desk").text
    assert 'class="elder"' not in client.get("/gallery?elder=0").text


def test_the_demo_says_so_on_every_page(client):
    assert "演示环境，已关闭两步验证" in client.get("/staff/login").text
    assert "演示环境" in client.get("/nothing").text


# ---- access ------------------------------------------------------------------------------------


@own_app
def test_a_page_is_for_those_who_hold_its_verb(app, client):
    route(app, "/only", lambda: "seen", Verb.RATES_READ)
    assert client.get("/only").status_code == 303
    someone(app, client, Role.GRID_WORKER)
    refused = client.get("/only")
    assert refused.status_code == 403
    assert "督查" in refused.text
    assert client.get("/only", headers=JSON).json["error"] == "no_permission"


@own_app
def test_one_of_several_verbs_is_enough(app, client):
    route(app, "/only", lambda: "seen", Verb.RATES_READ, Verb.TASK_READ)
    someone(app, client, Role.GRID_WORKER)
    assert client.get("/only").text == "seen"


@own_app
def test_a_worker_of_another_township_finds_nothing(app, client):
    def view(area="330226001"):
        access.must_see(area)
        return "seen"

    route(app, "/own", view, Verb.TASK_READ)
    route(app, "/other", lambda: view("330226111"), Verb.TASK_READ)
    someone(app, client, Role.GRID_WORKER, area="330226001")
    assert client.get("/own").text == "seen"
    assert client.get("/other").status_code == 404


@own_app
def test_a_declared_route_needs_a_declaration(app):
    blueprint = Blueprint("stray", __name__)
    blueprint.add_url_rule("/stray", "page", lambda: "")
    app._got_first_request = False
    app.register_blueprint(blueprint)
    with pytest.raises(access.Undeclared, match=r"stray\.page"):
        access.register(app)


# ---- errors ------------------------------------------------------------------------------------

TROUBLES = [
    (NotFound(), 404, "not_found", "没有这个页面"),
    (Forbidden("no_permission"), 403, "no_permission", "您的账号不能做这一步"),
    (Stale("stale"), 409, "stale", "刚才有人改过"),
    (Invalid("factor_wrong", field="code"), 422, "factor_wrong", "验证码不对"),
    (Limited("too_many_tries", retry_after=7), 429, "too_many_tries", "请稍后再试"),
    (Stale("never heard of", n=1), 409, "never heard of", "没有办成"),
    (OperationalError("SELECT secret", {}, Exception("locked")), 503, "database_busy", "稍后再试"),
]


def raising(error):
    def view():
        raise error

    return view


@pytest.mark.parametrize("trouble", TROUBLES)
@own_app
def test_refusals_are_pages_and_json(app, client, monkeypatch, trouble):
    error, status, key, words = trouble
    opened(app, monkeypatch, "/trouble", raising(error))
    page = client.get("/trouble")
    assert page.status_code == status
    assert words in page.text
    assert "secret" not in page.text
    answer = client.get("/trouble", headers=JSON)
    assert answer.status_code == status
    assert answer.json == {"error": key, "message": answer.json["message"]}
    assert words in answer.json["message"]


@own_app
def test_a_limit_says_when_to_come_back(app, client, monkeypatch):
    opened(app, monkeypatch, "/trouble", raising(Limited("too_many_tries", retry_after=7)))
    assert client.get("/trouble").headers["Retry-After"] == "7"


@own_app
def test_errors_speak_the_readers_language(app, client, monkeypatch):
    opened(app, monkeypatch, "/trouble", lambda: abort(404))
    assert "There is no such page" in client.get("/trouble?lang=en").text


def test_a_call_without_its_token_is_refused_as_json(client):
    answer = client.post("/staff/logout", json={})
    assert (answer.status_code, answer.json["error"]) == (400, "token")


def test_the_token_of_a_script_is_taken_from_the_header(app, client):
    someone(app, client, Role.DESK)
    token = client.get("/token").json["token"]
    answer = client.post("/staff/logout", json={}, headers={"X-CSRFToken": token})
    assert answer.status_code == 303


def test_health_tells_of_the_database(app, client):
    assert client.get("/healthz").json == {"ok": True, "database": True}


# ---- navigation --------------------------------------------------------------------------------


def may_open(app, endpoint):
    return {role for verb in access.verbs_of(app, endpoint) for role in who_may(verb)}


def test_who_sees_an_entry_may_open_its_page(app):
    wrong = [
        item.endpoint
        for items in navigation.PARTS.values()
        for item in items
        if item.endpoint in app.view_functions
        and item.verb is not None
        and not set(who_may(item.verb)) <= may_open(app, item.endpoint)
    ]
    assert not wrong


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_start_page(app, client, role):
    someone(app, client, role)
    assert client.get("/staff").status_code == 200


# ---- macros ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["", "?err=1", "?sec=desk", "?sec=worker", "?lang=en", "?elder=1"]
)
@own_app
def test_every_macro_draws(app, client, monkeypatch, query):
    gallery.public(monkeypatch)
    gallery.hang(app)
    with clock.moved_to(moment("2026-11-23 10:00")):
        page = client.get(f"/gallery{query}")
    assert page.status_code == 200
    ids = re.findall(r'\sid="([^"]+)"', page.text)
    assert sorted(ids) == sorted(set(ids))
    assert not re.search(r'\s(style|on\w+)="', page.text)
    for used in re.findall(r'aria-describedby="([^"]+)"', page.text):
        assert set(used.split()) <= set(ids)
    for used in re.findall(r'aria-labelledby="([^"]+)"', page.text):
        assert set(used.split()) <= set(ids)


@own_app
def test_errors_are_told_on_top_and_at_the_field(app, client, monkeypatch):
    gallery.public(monkeypatch)
    gallery.hang(app)
    page = client.get("/gallery?err=1").text
    assert "<title>错误：" in page
    assert 'role="alert"' in page
    assert '<a href="#place">请写地点' in page
    assert '<a href="#kinds-0">请选一样' in page
    assert re.search(r'<input[^>]*aria-describedby="place-h place-e"[^>]*id="place"', page)
    assert page.index('id="place-e"') < page.index('id="place"')


@own_app
def test_the_clock_tag_says_it_three_ways(app, client, monkeypatch):
    gallery.public(monkeypatch)
    gallery.hang(app)
    with clock.moved_to(moment("2026-11-23 10:00")):
        page = client.get("/gallery").text
    for look, words in (("late", "超时 12 分"), ("near", "即将超时，还剩 18 分"),
                        ("warn", "还剩 1 时 50 分"), ("ok", "还剩 5 时 22 分"),
                        ("pause", "暂停：等举报人补充")):  # fmt: skip
        assert re.search(rf'clock-{look}"><svg.*?{words}', page, re.DOTALL)
    assert '<time datetime="2026-11-23T10:18:00+08:00">' in page
