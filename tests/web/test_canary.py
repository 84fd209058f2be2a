"""One reporter is a canary: name, phone and account stay where custodians alone can open them.

Every page and file that answers is fetched as every role, with the canary's own numbers in its
address, and unpacked if it is a PDF or a workbook; then the whole database, the stored files and
the log are read byte by byte.
"""

import logging
from collections import Counter
from datetime import timedelta

import pytest

from app.cli.demo import people
from app.core.tx import transaction
from app.identity import openings
from app.identity import service as identity
from app.media import queries as media
from app.rewards import batches
from app.web.custody.export import XLSX
from tests.browser import living as story
from tests.browser import looks, odd, sideways
from tests.infra import papers

PHONE = "13912345678"
SECRETS = (
    "张金丝雀", "金丝雀", "11010519491231002X", "6222020200112233445", "金丝雀银行", "13900002222",
    PHONE, PHONE[3:], "233445",
)  # fmt: skip
ANSWERS = {200, 302, 303, 403, 404, 405, 409, 422}


@pytest.fixture
def county(app):
    """Make the living county; its canary left a phone number and waits in a batch."""
    with app.app_context():
        living = story.make()
        odd.raise_flags(living)
        odd.call(living)
        odd.bring_limits(living)
        sideways.make(living)
        looks.make(living)
        told = living.told["banked"]
        with transaction():
            identity.leave_phone(told.report_id, PHONE, now=living.now)
            one, two = (living.staff[name].staff_id for name in ("custodian", "custodian2"))
            batches.ask(living.batch, by=one, now=living.now)
            batches.decide(living.batch, approve=True, by=two, now=living.now)
            openings.ask(told.report_id, by=one, reason="需要电话核对现场位置", now=living.now)
        return living, list(addresses(app, living))


def addresses(app, living):
    """Return every address that can be fetched, with the canary's numbers; none is left out."""
    told = living.told["banked"]
    photo = media.for_holder("report", [told.report_id])[told.report_id][0].id
    values = {
        "award_id": [living.award("banked")], "voucher": [living.voucher("banked")],
        "number": [told.number, living.batch], "name": ["nobody"], "key": ["arrival", "reply"],
        "what": ["near", "bad"], "photo_id": [photo], "size": [480], "staff_id": [1],
        "task_id": [sideways.numbers()["team_task"]],
        "opening_id": [living.opening, living.opening + 1, living.opening + 2],
        "rule_set_id": [1], "filename": ["css/eco110.css"], "month": [living.month],
        "kind": ["csv", "xlsx"], "flag_id": list(odd.numbers().values()),
        "hand_over_id": list(sideways.numbers().values()), "call_back_id": [odd.numbers()["call"]],
        "version_id": [odd.numbers()["limits"]],
        "check_id": [looks.numbers()["look"]], "sample_id": [looks.numbers()["sample"]],
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static":
            continue
        filled = [{}]
        for name in sorted(rule.arguments):
            chosen = [1, 5] if rule.rule.startswith("/report/step") else values[name]
            filled = [old | {name: value} for old in filled for value in chosen]
        for arguments in filled:
            with app.test_request_context():
                yield app.url_for(rule.endpoint, **arguments)


def signed_in(app, username):
    client = app.test_client()
    token = client.get("/token", headers={"Accept": "application/json"}).json["token"]
    data = {"username": username, "password": people.PASSWORD, "csrf_token": token}
    assert client.post("/staff/login", data=data).status_code == 303
    return client


def leaks(text):
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.slow
def test_no_role_no_file_and_no_row_shows_the_canary(app, county, tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    (living, found), seen = county, Counter()
    for person in [None, *people.SHOWN]:
        client = signed_in(app, person.username) if person else app.test_client()
        for address in found:
            answer = client.get(address)
            assert answer.status_code in ANSWERS, (address, person, answer.status_code)
            seen[answer.mimetype] += answer.status_code == 200
            assert not leaks(papers.said(answer.get_data())), (address, person)
            answer.close()
    assert seen["text/html"] > 100
    assert seen["application/pdf"] >= 6  # form and notice, for clerk, legal reviewer and approver
    assert seen[XLSX] > 1
    told = capfd.readouterr()
    assert not leaks(caplog.text + told.out + told.err)
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in stored)
    for path in stored:
        assert not leaks(path.read_bytes().decode(errors="replace")), path

    assert leaks(opened(app, living))  # who has leave sees it, so the crawl was not blind


def opened(app, living):
    """Return the file for the bank, as the custodian who asked for it gets it."""
    one, soon = living.staff["custodian"].staff_id, living.now + timedelta(minutes=1)
    with app.app_context():
        with transaction():
            lines = batches.use(living.batch, by=one, now=soon)
        return batches.content(lines).decode("utf-8-sig")
