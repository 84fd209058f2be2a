"""`/up`: pieces in order, resumed where they stopped, finished only when the photo is good."""

import hashlib
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.db import db
from app.media.models import Photo
from tests.features.pictures import jpeg
from tests.web.citizen import FORM, Azhen

BYTES = jpeg("near")


@pytest.fixture
def phone(client):
    return Phone(client)


class Phone:
    """What the script of the report page sends."""

    def __init__(self, client):
        self.client = client
        self.draft = str(uuid4())
        self.token = client.get("/token").json["token"]

    def headers(self, **more):
        return {"X-CSRFToken": self.token, "Upload-Draft": self.draft, "Accept": "application/json",
                **{name.replace("_", "-"): value for name, value in more.items()}}  # fmt: skip

    def begin(self, data=BYTES, **more):
        told = {"draft": self.draft, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        return self.client.post("/up", json=told | more, headers=self.headers())

    def piece(self, address, start, end, data=BYTES):
        return self.client.patch(
            address, data=data[start:end], headers=self.headers(Upload_Offset=str(start)),
            content_type="application/offset+octet-stream",
        )  # fmt: skip

    def whole(self, data=BYTES):
        address = self.begin(data).headers["Location"]
        return address, self.piece(address, 0, len(data), data)


def test_a_photo_in_two_pieces(phone, app):
    begun = phone.begin()
    assert begun.status_code == 201
    address = begun.headers["Location"]
    assert address == f"/up/{begun.json['id']}"
    first = phone.piece(address, 0, 1000)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1000")
    asked = phone.client.head(address, headers=phone.headers())
    assert asked.headers["Upload-Offset"] == "1000"
    assert asked.headers["Upload-Length"] == str(len(BYTES))
    assert asked.headers["Cache-Control"] == "no-store"
    last = phone.piece(address, 1000, len(BYTES))
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(BYTES)))
    with app.app_context():
        assert db.session.scalars(select(Photo)).one().sha256 == hashlib.sha256(BYTES).hexdigest()


def test_a_wrong_offset_is_told_the_right_one(phone):
    address = phone.begin().headers["Location"]
    phone.piece(address, 0, 1000)
    again = phone.piece(address, 0, 1000)
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, "1000")


def test_what_is_no_picture_is_refused_with_a_reason(phone):
    data = b"<html>" + b"x" * 5000
    _address, answer = phone.whole(data)
    assert answer.status_code == 422
    assert answer.json["message"]
    assert answer.json["error"].startswith("photo_")


def test_changed_bytes_are_refused(phone):
    address = phone.begin().headers["Location"]
    changed = BYTES[:-10] + bytes(10)
    answer = phone.piece(address, 0, len(BYTES), changed)
    assert (answer.status_code, answer.json["error"]) == (422, "upload_hash")


def test_too_large_is_refused_before_a_byte_is_sent(phone):
    told = {"draft": phone.draft, "size": 30 * 1024 * 1024, "sha256": "0" * 64}
    assert phone.client.post("/up", json=told, headers=phone.headers()).status_code == 413


@pytest.mark.parametrize("told", [None, [], {}, {"draft": "x"}, {"size": "1", "draft": "x"}])
def test_nonsense_is_refused(phone, told):
    assert phone.client.post("/up", json=told, headers=phone.headers()).status_code == 422


def test_another_draft_sees_no_upload(phone, app):
    address, _ = phone.whole()
    stranger = Phone(app.test_client())
    assert stranger.client.head(address, headers=stranger.headers()).status_code == 404
    stranger.client.delete(address, headers=stranger.headers())
    assert phone.client.head(address, headers=phone.headers()).status_code == 200


def test_a_photo_taken_out_is_gone(phone):
    address, _ = phone.whole()
    assert phone.client.delete(address, headers=phone.headers()).status_code == 204
    assert phone.client.head(address, headers=phone.headers()).status_code == 404


def test_without_a_token_nothing_is_taken(phone):
    phone.token = ""
    assert phone.begin().status_code == 400


def test_uploaded_photos_belong_to_the_report_of_their_draft(client, app):
    azhen, phone = Azhen(client), Phone(client)
    azhen.open("/report")
    azhen.draft, phone.token = phone.draft, azhen.token
    phone.whole()
    assert azhen.send("/report", **FORM).headers["Location"] == "/report/check"
    azhen.open(azhen.send("/report/check").headers["Location"])
    with app.app_context():
        assert db.session.scalars(select(Photo)).one().holder_kind == "report"


def test_a_photo_that_comes_late_joins_its_report(client, app):
    azhen, phone = Azhen(client), Phone(client)
    azhen.open("/report")
    azhen.draft, phone.token = phone.draft, azhen.token
    address = phone.begin().headers["Location"]
    phone.piece(address, 0, 1000)
    azhen.send("/report", **FORM)
    azhen.open(azhen.send("/report/check").headers["Location"])
    assert phone.piece(address, 1000, len(BYTES)).status_code == 204
    with app.app_context():
        assert db.session.scalars(select(Photo)).one().holder_kind == "report"


def outbox(phone, **more):
    told = FORM | {"draft": phone.draft, "whole": "1", "csrf_token": phone.token} | more
    return phone.client.post("/report/check", data=told, headers={"Accept": "application/json"})


def test_a_report_from_the_outbox_answers_with_its_own_key(phone):
    address, _ = phone.whole()
    photos = [address.rsplit("/", 1)[1]]
    first = outbox(phone, photo_ids=photos, device_at="2026-11-23T02:12:00Z")
    assert first.status_code == 201
    assert first.json["idem_key"] == phone.draft
    assert len(first.json["query_code"]) == 16
    again = outbox(phone, photo_ids=photos, device_at="2026-11-23T02:13:00Z")
    assert (again.status_code, again.json["query_code"]) == (200, first.json["query_code"])
    other = outbox(phone, photo_ids=photos, words="改了几个字的说明")
    assert other.status_code == 409
    assert other.json["case_number"] == first.json["case_number"]
    assert first.json["case_number"] in other.json["message"]
    assert phone.client.get(first.json["next"]).status_code == 200


def test_an_unfinished_report_from_the_outbox_is_told_what_lacks(phone):
    answer = outbox(phone, kinds=[], words="")
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"kinds", "words"}


def test_a_pending_photo_does_not_hold_up_the_report(phone):
    pending = phone.begin().json["id"]
    assert outbox(phone, photo_ids=[pending]).status_code == 201
