"""From the code to the case and back: one answer for everything wrong, nothing in addresses."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.permissions import Role
from app.core import clock
from app.core.db import db
from app.core.tx import transaction
from app.identity.models import ClaimSecret, Contact
from app.intake.models import Note, Report
from app.media.models import Photo
from app.web.public import throttle
from tests.infra.clock import at
from tests.web.citizen import Azhen, code_of, hidden, number_of, words_of


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(throttle, "DELAY", 0)


@pytest.fixture
def azhen(client):
    return Azhen(client)


@pytest.fixture
def elsewhere(app):
    """Her other phone, or somebody else's."""
    return Azhen(app.test_client())


def count(app, model):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def test_the_code_opens_the_case_in_any_browser(azhen, elsewhere):
    page = azhen.submit("smoke").text
    code, number = code_of(page), number_of(page)
    spaced = f"{code[:4]} {code[4:8]}-{code[8:12]} {code[12:]}"
    opened = elsewhere.track(spaced)
    assert opened.status_code == 303
    text = words_of(elsewhere.open(opened.headers["Location"]).text)
    assert number in text
    assert "已收到，等待受理" in text
    assert "没有人看过您的联系方式" in text


def test_a_broken_promise_is_not_promised_again(azhen, elsewhere):
    with at("2026-11-23 10:00"):
        code = code_of(azhen.submit("smoke").text)
    with at("2026-11-25 10:00"):
        opened = elsewhere.track(code)
        text = words_of(elsewhere.open(opened.headers["Location"]).text)
    assert "本应在 11 月 23 日 10:15 前受理，已超时 1 天 23 时，可打 12345 催问。" in text
    assert "最迟" not in text


def test_everything_wrong_gets_the_same_answer(azhen, elsewhere):
    code = code_of(azhen.submit("smoke").text)
    slip = code[:15] + str((int(code[15]) + 1) % 10)
    pages = {}
    for wrong in (slip, "4079158366209174", "", "123", "abcd"):
        answer = elsewhere.track(wrong)
        assert answer.status_code == 422
        text = re.sub(r'value="[^"]*"', "", answer.text)
        pages[text] = wrong
    assert len(pages) == 1
    assert "查询码不对" in next(iter(pages))


def test_too_many_wrong_codes_have_to_wait(azhen, elsewhere):
    code = code_of(azhen.submit("smoke").text)
    statuses = [elsewhere.track("4079158366209174").status_code for _ in range(25)]
    assert statuses[0] == 422
    assert statuses[-1] == 429
    assert int(elsewhere.page.headers["Retry-After"]) > 0
    assert elsewhere.track(code).status_code == 429


def test_the_right_code_uses_up_no_try(azhen, elsewhere):
    code = code_of(azhen.submit("smoke").text)
    assert {elsewhere.track(code).status_code for _ in range(30)} == {303}


CODE_IN_ADDRESS = r'(href|src|action)="[^"]*(?<![0-9a-f])\d{16}(?![0-9a-f])'
"""Sixteen digits alone; the random name of a picture may hold as many beside its letters."""


def test_no_code_ever_stands_in_an_address_or_a_title(azhen, elsewhere):
    page = azhen.submit("smoke").text
    code, number = code_of(page), number_of(page)
    elsewhere.track(code)
    name = elsewhere.page.headers["Location"].rsplit("/", 1)[1]
    pages = [page, *(elsewhere.open(f"/t/{name}{end}").text for end in ("", "/receipt", "/add"))]
    for text in pages:
        assert not re.search(CODE_IN_ADDRESS, text.replace(" ", ""))
        title = re.search(r"<title>(.*?)</title>", text)[1]
        assert number not in title
        assert "焚烧" not in title
    assert code not in pages[2]


def test_a_visit_is_worth_nothing_in_another_browser(azhen, elsewhere):
    azhen.submit("smoke")
    name = azhen.page.request.path.split("/")[2]
    page = elsewhere.client.get(f"/t/{name}")
    assert page.status_code == 422
    assert "这次查看已结束" in page.text


def test_a_visit_ends_after_thirty_idle_minutes(azhen):
    azhen.submit("smoke")
    name = azhen.page.request.path.split("/")[2]
    now = clock.now()
    for minutes in (20, 45):
        with clock.moved_to(now + timedelta(minutes=minutes)):
            azhen.open(f"/t/{name}")
    with clock.moved_to(now + timedelta(minutes=76)):
        late = azhen.send(f"/t/{name}/add", words="后来又冒烟了")
    assert late.status_code == 422
    assert "后来又冒烟了" in late.text


def test_the_cookie_shows_no_row_number(azhen, app):
    azhen.submit("smoke")
    cookie = azhen.client.get_cookie("eco110").value
    with app.test_request_context(headers={"Cookie": f"eco110={cookie}"}):
        from flask import session

        assert set(session) <= {"csrf_token", "draft", "visits"}
        assert session["visits"].startswith("gAAAA")


def test_leaving_ends_the_visit_and_clears_the_cache(azhen):
    azhen.submit("smoke")
    name = azhen.page.request.path.split("/")[2]
    left = azhen.send(f"/t/{name}/leave")
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert azhen.client.get(f"/t/{name}").status_code == 422


def test_a_report_can_be_withdrawn_before_dispatch_only_by_post(azhen, app):
    azhen.submit("smoke")
    name = azhen.page.request.path.split("/")[2]
    assert azhen.client.get(f"/t/{name}/withdraw").status_code == 405
    azhen.open(f"/t/{name}")
    assert azhen.send(f"/t/{name}/withdraw").status_code == 303
    assert "您已撤回这份举报" in azhen.open(f"/t/{name}").text
    with app.app_context():
        assert db.session.scalars(select(Report)).one().withdrawn_at is not None


def test_looking_changes_nothing(azhen, app):
    azhen.submit("smoke")
    name = azhen.page.request.path.split("/")[2]
    before = [count(app, model) for model in (Report, Note, Photo, Contact, ClaimSecret)]
    ends = ("", "/receipt", "/receipt.png", "/add", "/reply", "/rate", "/secret", "/phone")
    for address in ["/", "/report", "/report/check", "/t", "/map", "/offline"]:
        azhen.client.get(address)
    for end in ends:
        assert azhen.client.get(f"/t/{name}{end}").status_code == 200, end
    assert [count(app, model) for model in (Report, Note, Photo, Contact, ClaimSecret)] == before


def test_of_later_photos_the_one_left_out_is_named_and_the_words_stay(azhen, app):
    azhen.submit("smoke")
    name = azhen.page.request.path.split("/")[2]
    azhen.open(f"/t/{name}/add")
    done = azhen.send(f"/t/{name}/add", "later", ("x.jpg", b"no picture" * 99), words="又冒烟了")
    text = azhen.open(done.headers["Location"]).text
    assert "第 2 张没有算进去" in text
    assert "又冒烟了" in text
    assert count(app, Photo) == 2


def test_no_phone_number_is_promised_that_was_not_left(azhen):
    receipt = azhen.submit("smoke", contact_mode="reward").text
    name = azhen.page.request.path.split("/")[2]
    assert "丢了不能补" in receipt
    assert f"/t/{name}/phone" in receipt
    assert "您没有留" in azhen.open(f"/t/{name}").text


def test_words_and_photos_can_be_added(azhen, app):
    azhen.submit("smoke")
    name = azhen.page.request.path.split("/")[2]
    azhen.open(f"/t/{name}/add")
    assert azhen.send(f"/t/{name}/add").status_code == 422
    assert azhen.send(f"/t/{name}/add", "later", words="又冒烟了").status_code == 303
    text = azhen.open(f"/t/{name}").text
    assert "又冒烟了" in text
    assert count(app, Photo) == 2


def test_a_claim_secret_is_set_once_and_never_easy(azhen, app):
    azhen.submit("smoke")
    name = azhen.page.request.path.split("/")[2]
    azhen.open(f"/t/{name}/secret")
    for secret, again in (("123456", "123456"), ("11111", "11111"), ("739182", "739183")):
        assert azhen.send(f"/t/{name}/secret", secret=secret, again=again).status_code == 422
    assert azhen.send(f"/t/{name}/secret", secret="739182", again="739182").status_code == 303
    assert azhen.send(f"/t/{name}/secret", secret="284915", again="284915").status_code == 422
    assert count(app, ClaimSecret) == 1


def test_a_phone_number_can_be_left_later(azhen, app):
    azhen.submit("smoke")
    name = azhen.page.request.path.split("/")[2]
    azhen.open(f"/t/{name}/phone")
    assert azhen.send(f"/t/{name}/phone", phone="13900001234").status_code == 422
    done = azhen.send(f"/t/{name}/phone", phone="139 0000 1234", consent="y")
    assert done.status_code == 303
    assert count(app, Contact) == 1


def test_photos_are_served_to_their_reporter_and_to_staff_of_the_place(azhen, elsewhere, app):
    azhen.submit("smoke")
    name = azhen.page.request.path.split("/")[2]
    with app.app_context():
        photo = db.session.scalars(select(Photo)).one().id
    azhen.open(f"/t/{name}")
    mine = azhen.client.get(f"/p/{photo}/320")
    assert (mine.status_code, mine.mimetype) == (200, "image/jpeg")
    assert mine.headers["X-Content-Type-Options"] == "nosniff"
    assert mine.headers["Cache-Control"] == "no-store"
    assert "sandbox" in mine.headers["Content-Security-Policy"]
    assert elsewhere.client.get(f"/p/{photo}/320").status_code == 404
    assert azhen.client.get(f"/p/{photo}/5000").status_code == 404
    assert sign_in(app, Role.DESK, "").get(f"/p/{photo}/320").status_code == 200
    assert sign_in(app, Role.GRID_WORKER, "330226111").get(f"/p/{photo}/320").status_code == 404


def test_a_photo_that_is_not_sent_yet_is_nobodys_business(azhen, app):
    azhen.report("smoke")
    with app.app_context():
        photo = db.session.scalars(select(Photo)).one().id
    assert azhen.client.get(f"/p/{photo}/320").status_code == 200
    assert sign_in(app, Role.DESK, "").get(f"/p/{photo}/320").status_code == 404


def sign_in(app, role, area):
    from app.accounts.passwords import hashed

    with app.app_context():
        secret = hashed("a long sentence to sign in")
        with transaction():
            accounts.add_staff(
                f"p{role}", name=str(role), roles=[role], area_code=area, password_hash=secret,
                must_change=False, now=clock.now(),
            )  # fmt: skip
    browser = app.test_client()
    token = browser.get("/token").json["token"]
    told = {"username": f"p{role}", "password": "a long sentence to sign in", "csrf_token": token}
    answer = browser.post("/staff/login", data=told)
    assert answer.status_code == 303, answer.text[:2000]
    return browser


def test_the_way_back_from_the_fragment_is_a_form(azhen):
    page = azhen.open("/t")
    assert hidden(page.text, "csrf_token")
    assert 'inputmode="numeric"' in page.text
    assert 'autocomplete="off"' in page.text
