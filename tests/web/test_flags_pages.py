"""Pages of flags: shown where the case and the money are judged, answered by a person, in words."""

import re

import pytest
from sqlalchemy import select, update

from app import jobs
from app.accounts import passwords
from app.accounts import service as accounts
from app.accounts.permissions import Role
from app.audit.models import AuditEntry
from app.cases.models import Case
from app.core.db import db
from app.core.tx import transaction
from app.flags.models import Flag
from app.intake.models import Report
from app.media import service as media
from app.rewards import service as rewards
from app.rewards.models import Award
from app.rewards.states import State
from tests.features import rewards_make as make
from tests.features import scenes
from tests.features.rewards_make import NOW
from tests.infra.clock import at

PASSWORD = "seven patient kingfishers"
HASH = passwords.hashed(PASSWORD)
PEOPLE = {
    "zuzhang": Role.DESK_LEAD, "shouli": Role.DESK, "zhuangang": Role.REWARD_CLERK,
    "lingdao": Role.APPROVER, "laoli": Role.GRID_WORKER, "caiwu": Role.FINANCE,
}  # fmt: skip


@pytest.fixture
def office(app):
    """Make two cases whose reports show one picture, and the award of the later one."""
    with at("2026-09-08 10:00"):
        with app.app_context():
            with transaction():
                for username, role in PEOPLE.items():
                    accounts.add_staff(
                        username, name=username, roles=(role,), password_hash=HASH,
                        must_change=False, area_code="330226001", now=NOW,
                    )  # fmt: skip
                make.rules()
            old = scenes.scene(1)
            new = scenes.CHANGES["mirrored"](old, 1).crop((16, 0, *old.size))
            numbers = [sent(name, image) for name, image in (("old", old), ("new", new))]
            jobs.tick("likeness")
            with transaction():
                award = make.checked(numbers[1][0])[0]
            found = {
                "old": numbers[0][1], "new": numbers[1][1], "award": award.id,
                "flag": db.session.scalars(select(Flag.id)).one(), "photos": numbers,
            }  # fmt: skip
        yield found


def sent(draft, image):
    photo = media.receive(scenes.written(image), draft_key=draft, now=NOW)
    with transaction():
        case_id = make.case(order=True)
        report = db.session.scalars(select(Report.id).where(Report.case_id == case_id)).one()
        media.hold([photo.id], draft_key=draft, holder_kind="report", holder_id=report)
        number = db.session.get(Case, case_id).number
    return case_id, number, photo.id


@pytest.fixture
def people(app, office):
    def sign_in(username):
        client = app.test_client()
        answer = post(client, "/staff/login", {"username": username, "password": PASSWORD})
        assert answer.status_code == 303
        return client

    return sign_in


def post(client, path, data):
    token = client.get("/token", headers={"Accept": "application/json"}).json["token"]
    return client.post(path, data=data | {"csrf_token": token})


def answer(client, office, **data):
    said = {"verdict": "explained", "reason": "邻居转发的同一张照片", "base_version": "1"}
    return post(client, f"/flags/{office['flag']}", said | data)


@pytest.mark.parametrize(("language", "words"), [
    ("zh", ("照片以前用过", "左右翻转过。", "裁掉：", "待判断", "判断本身不会引起任何处理")),
    ("en", ("Photo used before", "Seen in a mirror.", "Cut: ", "Nothing follows by itself")),
])  # fmt: skip
def test_both_pictures_stand_side_by_side_with_what_differs(people, office, language, words):
    page = people("zuzhang").get(f"/flags/{office['flag']}?lang={language}").text
    (_, old, old_photo), (_, new, new_photo) = office["photos"]
    pair = re.search(r'<figure class="pair">.*?</figure>', page, re.DOTALL).group()
    assert re.findall(r"/p/(\w+)/320", pair) == [old_photo, new_photo]
    assert old in page
    assert new in page
    assert not [word for word in words if word not in page]


def test_the_flag_is_shown_where_case_and_money_are_judged(people, office):
    link = f'href="/flags/{office["flag"]}"'
    assert link in people("zuzhang").get(f"/desk/{office['new']}").text
    assert link in people("zhuangang").get(f"/rewards/{office['award']}").text
    assert link in people("zhuangang").get("/flags/").text
    assert link not in people("zuzhang").get(f"/desk/{office['old']}").text


def test_an_open_flag_blocks_nothing(app, people, office):
    with app.app_context(), transaction():
        clerk, boss = make.people("甲", "乙")
        make.propose(office["award"], staff_id=clerk, now=NOW)
        rewards.approve(office["award"], staff_id=boss, now=NOW)
        assert db.session.get(Award, office["award"]).state is State.APPROVED
        assert db.session.get(Flag, office["flag"]).verdict is None


def test_an_answer_needs_judgement_and_reason_and_keeps_what_was_entered(people, office):
    client = people("zhuangang")
    refused = answer(client, office, verdict="")
    assert refused.status_code == 422
    assert "邻居转发的同一张照片" in refused.text
    for reason in ("", "好"):
        assert answer(client, office, reason=reason).status_code == 422
    assert answer(client, office).status_code == 303
    page = client.get(f"/flags/{office['flag']}").text
    assert "异常但有解释" in page
    assert "邻居转发的同一张照片" in page
    assert "zhuangang" in page
    assert answer(client, office).status_code == 409
    assert "异常但有解释" in client.get("/flags/?view=done").text
    assert "异常但有解释" in client.get(f"/rewards/{office['award']}").text


def test_the_answer_is_audited_with_its_reason(app, people, office):
    answer(people("lingdao"), office)
    with app.app_context():
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "flag.answered")
        ).one()
        assert entry.detail["reason"] == "邻居转发的同一张照片"
        assert entry.actor.startswith("staff:")


def test_the_share_of_false_alarms_is_shown(people, office):
    client = people("zuzhang")
    answer(client, office, verdict="false_alarm", reason="不是同一处地方")
    assert "已判断 1 个，其中误报 1 个" in client.get("/flags/").text


@pytest.mark.parametrize(("who", "reading", "answering"), [
    ("shouli", 200, 403), ("laoli", 403, 403), ("caiwu", 403, 403), ("lingdao", 200, 303),
])  # fmt: skip
def test_who_may_read_and_who_may_judge(people, office, who, reading, answering):
    client = people(who)
    assert client.get("/flags/").status_code == reading
    assert client.get(f"/flags/{office['flag']}").status_code == reading
    assert answer(client, office).status_code == answering


def test_a_flag_that_is_not_there_is_not_found(people):
    assert people("zuzhang").get("/flags/999").status_code == 404


EVIDENCE = {
    "taken_later": {"taken_at": "2027-05-10T12:00:00+08:00", "happening": True,
                    "received_at": "2026-05-10T12:00:00+08:00"},
    "taken_long_before": {"taken_at": "2019-05-10T12:00:00+08:00", "happening": False,
                          "received_at": "2026-05-10T12:00:00+08:00", "days": 2557},
    "older_than_camera": {"taken_at": "2019-05-10T12:00:00+08:00", "camera": "iPhone 15",
                          "since": "2023-09-01"},
    "place_off": {"metres": 5200, "photo": [121.4, 29.2], "report": [121.42, 29.24],
                  "accuracy": None},
    "edited": {"editor": "photoshop"},
    "thumbnail_differs": {"agreement": 0.12, "from": 0.5},
    "payee_ring": {"month": "2026-05", "codes": 3,
                   "cases": [{"case": "E110-000001", "at": "2026-05-10T12:00:00+08:00"}]},
    "reporter_and_worker": {"worker_id": 1, "together": 6, "of_reporter": 6, "of_worker": 10,
                            "cases": [{"case": "E110-000001",
                                       "at": "2026-05-10T12:00:00+08:00"}]},
    "spot_again": {"cases": [{"case": "E110-000001", "opened_at": "2026-05-10T12:00:00+08:00",
                              "clean_at": "2026-05-14T12:00:00+08:00", "rewarded": True}]},
}  # fmt: skip
SHOWN = {
    "taken_later": "2027-05-10 12:00", "taken_long_before": "2019-05-10 12:00",
    "older_than_camera": "2023-09", "place_off": "5.2", "edited": "photoshop",
    "thumbnail_differs": "12.00%", "payee_ring": "2026-05", "reporter_and_worker": "zuzhang",
    "spot_again": "E110-000001",
}  # fmt: skip


@pytest.mark.parametrize("kind", EVIDENCE)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_shows_its_evidence(app, people, office, kind, language):
    with app.app_context(), transaction():
        db.session.execute(update(Flag).values(kind=kind, evidence=EVIDENCE[kind]))
    client = people("zuzhang")
    page = client.get(f"/flags/{office['flag']}?lang={language}")
    assert page.status_code == 200
    assert SHOWN[kind] in page.text
    assert client.get(f"/flags/?lang={language}").status_code == 200
