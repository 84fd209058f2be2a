"""What a worker's phone keeps, and a form that comes twice: taken once, answered each time."""

import json

import pytest
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.core.db import db
from app.core.tx import transaction
from app.fieldwork import queries as fieldwork
from app.fieldwork import service
from app.fieldwork.models import CheckIn, FieldReceipt, SiteReply
from app.intake import service as intake
from app.intake.submission import ContactMode, Submission
from tests.features import field_story as story
from tests.features.field_story import HOUR, MIN, T0
from tests.web.field_pages import hire, inside, signed_in

NUMBER = "E110-5R2C8N"
AT = T0 + HOUR
JSON = {"Accept": "application/json"}
REPLY = {
    "accepted_on": "2026-11-23", "talked_to": "滨溪社区王主任", "measure": "已封堵管口",
    "time_limit": "11 月 30 日前", "idem_key": "reply-1",
}  # fmt: skip


@pytest.fixture
def worker(app):
    return hire(app, "laoli", Role.GRID_WORKER, area=story.TOWN, name="老李")


@pytest.fixture
def laoli(app, worker):
    with inside(app):
        story.case(worker)
    return signed_in(app, "laoli")


def sent(desk, act, fields, status=200, **files):
    """Send a form as the outbox does."""
    address = f"/w/{NUMBER}/{act}"
    return json.loads(
        desk.post(address, fields, status, AT, {"Accept": "application/json"}, **files)
    )


def pack(desk, at=AT):
    return json.loads(desk.get("/w/pack", at=at))


def test_the_pack_holds_ones_own_open_cases_and_no_reporter(app, laoli, worker):
    with inside(app), transaction():
        intake.submit(
            Submission(
                client_key="k1", kinds=("burning",), words="有人在烧垃圾", lng=121.4, lat=29.3,
                contact_mode=ContactMode.PHONE, phone="13800001111", consent=True, suspect="某厂",
            ), now=T0,
        )  # fmt: skip
    other = hire(app, "ayong", Role.GRID_WORKER, area=story.TOWN)
    with inside(app):
        story.case(other, number="E110-000009")
    told = pack(laoli)
    assert [one["number"] for one in told["cases"]] == [NUMBER]
    assert told["cases"][0]["place"] == "颜公河，滨溪社区段"
    assert told["cases"][0]["arrived"] is False
    assert told["cases"][0]["start"]["accepted_on"] == "2026-11-23"
    assert "13800001111" not in json.dumps(told)


def test_the_pack_holds_thirty_cases_at_most(app, laoli, worker):
    with inside(app):
        for n in range(35):
            story.case(worker, number=f"E110-{n:06}")
    assert len(pack(laoli)["cases"]) == 30


def test_what_is_answered_already_starts_the_next_answer(app, laoli, worker):
    sign(app, worker)
    sent(laoli, "reply", REPLY)
    (one,) = pack(laoli)["cases"]
    assert (one["replied"], one["start"]["measure"]) == (True, "已封堵管口")


def sign(app, worker):
    with inside(app), transaction():
        task = fieldwork.current(1)
        service.sign(task.id, by=worker, now=T0 + MIN)


def count(app, model):
    with inside(app):
        return db.session.scalar(select(func.count()).select_from(model))


def test_a_reply_that_comes_twice_is_sent_once(app, any_db, laoli, worker):
    sign(app, worker)
    first = sent(laoli, "reply", REPLY)
    again = sent(laoli, "reply", REPLY | {"measure": "另一句话"})
    assert (first["idem_key"], again["idem_key"]) == ("reply-1", "reply-1")
    assert "只记一次" in again["message"]
    assert (count(app, SiteReply), count(app, FieldReceipt)) == (1, 1)


def test_an_arrival_that_comes_twice_is_stored_once(app, any_db, laoli):
    told = {
        "idem_key": "arrive-1", "words": "手机没有定位，照片里有路牌", "offline": "1",
        "device_at": str(int((AT - 20 * MIN).timestamp() * 1000)),
    }  # fmt: skip
    assert sent(laoli, "arrive", told, photo=["spot"])["idem_key"] == "arrive-1"
    assert sent(laoli, "arrive", told)["idem_key"] == "arrive-1"
    assert count(app, CheckIn) == 1


def test_what_is_missing_is_said_in_words_and_is_no_receipt(app, laoli, worker):
    sign(app, worker)
    told = sent(laoli, "reply", REPLY | {"measure": ""}, 422)
    assert "idem_key" not in told
    assert "措施" in told["message"]
    assert count(app, FieldReceipt) == 0


def test_the_key_of_another_person_is_no_receipt(app, laoli, worker):
    hire(app, "ayong", Role.GRID_WORKER, area=story.TOWN)
    ayong = signed_in(app, "ayong")
    sign(app, worker)
    sent(laoli, "reply", REPLY)
    assert "idem_key" not in sent(ayong, "reply", REPLY, 403)


def test_without_scripts_a_form_that_comes_twice_leads_on(app, laoli, worker):
    sign(app, worker)
    for _ in range(2):
        page = laoli.post(f"/w/{NUMBER}/reply", REPLY, at=AT)
    assert "只记一次" in laoli.get(f"/w/{NUMBER}", at=AT) or "只记一次" in page
    assert count(app, SiteReply) == 1
