"""Headers of every answer, and of static files (R-H1, R-H2)."""

import gzip
import re

import pytest

from app.core import clock
from app.web import headers
from tests.infra.clock import moment

EXACT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
ANSWERS = {
    "/staff/login": 200,
    "/staff": 303,
    "/healthz": 200,
    "/token": 200,
    "/manifest.webmanifest": 200,
    "/nothing/at/all": 404,
    "/static/nothing.css": 404,
}


def check(answer):
    assert answer.headers["Content-Security-Policy"] == EXACT
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(("path", "status"), ANSWERS.items())
def test_every_answer_carries_them(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    check(answer)
    assert int(answer.headers["X-Server-Time"])


@pytest.mark.parametrize("status", [400, 405, 413])
def test_refusals_carry_them_too(app, client, status):
    if status == 400:
        answer = client.post("/staff/login", data={})
    elif status == 405:
        answer = client.post("/healthz", data={"csrf_token": client.get("/token").json["token"]})
    else:
        app.config["MAX_CONTENT_LENGTH"] = 1000
        token = {"X-CSRFToken": client.get("/token").json["token"]}
        answer = client.post("/staff/login", data={"username": "x" * 5000}, headers=token)
    assert answer.status_code == status
    check(answer)


@pytest.mark.own_app
def test_the_five_hundred_carries_them_and_tells_nothing(app, client):
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["frame.health"] = lambda: 1 / 0
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "已经确认收到的都还在" in answer.text
    check(answer)


def test_the_clock_of_the_server_is_told_in_milliseconds(client):
    with clock.moved_to(moment("2026-11-23 09:00")):
        told = client.get("/healthz").headers["X-Server-Time"]
    assert int(told) == int(moment("2026-11-23 09:00").timestamp() * 1000)


def test_only_some_pages_may_ask_for_place_and_camera(client):
    assert "geolocation=()" in client.get("/staff/login").headers["Permissions-Policy"]
    for path in ("/report", "/report/check", "/map", "/w", "/w/x/arrive", "/desk/new"):
        assert "geolocation=(self), camera=(self)" in client.get(path).headers["Permissions-Policy"]
    for path in ("/desk", "/wrong", "/reports", "/t"):
        assert "geolocation=()" in client.get(path).headers["Permissions-Policy"]


def test_nothing_is_kept_but_what_is_the_same_for_all(client):
    for path in ("/staff/login", "/token", "/staff", "/nothing"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    assert client.get("/manifest.webmanifest").headers["Cache-Control"] == "no-cache"


def test_map_pages_may_use_data_images_and_only_they():
    assert "img-src 'self' blob: data:" in headers.policy(map_images=True)
    assert "data:" not in headers.policy()


def test_static_files_keep_for_ever_under_their_hash(client):
    page = client.get("/staff/login").text
    address = re.search(r'href="(/static/css/ui\.[0-9a-f]{10}\.css)"', page).group(1)
    answer = client.get(address, buffered=True)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    check(answer)
    plain = client.get("/static/css/ui.css", buffered=True)
    assert plain.headers["Cache-Control"] == "max-age=0, public"
    assert plain.data == answer.data


def test_they_travel_gzipped_and_within_the_budget(app, client):
    address = app.extensions["assets"]["css/ui.css"]
    packed = client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == client.get(address, buffered=True).data
    assert len(packed.data) <= 12 * 1024


def test_modules_import_one_another_under_hashed_names(app, client):
    for name, address in app.extensions["assets"].items():
        if name.endswith(".js"):
            text = client.get(address, buffered=True).text
            assert not re.findall(r'(?:from|import)\s*"\./[\w-]+\.js"', text), name
            for other in re.findall(r'(?:from|import)\s*"\./([\w.-]+\.js)"', text):
                assert client.get(f"/static/js/{other}", buffered=True).status_code == 200
