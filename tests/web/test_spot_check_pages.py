"""Pages of spot checks, without scripts: draw, look, decide; the rates show claimed and audited."""

import csv
import io
import re

import pytest

from app.accounts.models import Staff
from app.accounts.permissions import Role
from app.cases import queries as cases
from app.cases.workflow import State
from app.core.db import db
from app.core.tx import transaction
from app.spotchecks import queries, redrawing
from app.spotchecks.kinds import SpotAnswer, SpotState
from tests.features import spot_story as story
from tests.infra.clock import moment
from tests.web.field_pages import HASHED, hidden, hire, inside, signed_in
from tests.web.second_looks import LOOKED, check, look

DRAWN = moment("2026-11-02 09:00")
LATER = moment("2026-11-06 09:00")
OCTOBER = "period=own&first=2026-10-01&last=2026-10-31"


@pytest.fixture
def people(app):
    with inside(app):
        told = story.begin()
        for grid in story.grids(story.TOWNS[0]):
            story.closed(told, grid)
    hired = (("boss", Role.SUPERVISOR), ("chief", Role.APPROVER), ("lead", Role.DESK_LEAD))
    for name, role in hired:
        hire(app, name, role, area="330226")
    return told


@pytest.fixture
def boss(app, people):
    return signed_in(app, "boss")


@pytest.fixture
def row(app, boss):
    boss.get("/sup/spot-checks", at=DRAWN)
    boss.post("/sup/spot-checks", {"month": "2026-10"}, at=DRAWN)
    with inside(app):
        return queries.checks(queries.samples()[0].id)[0]


@pytest.fixture
def inspector(app, row):
    with inside(app), transaction():
        db.session.get(Staff, row.inspector_id).password_hash = HASHED
    with inside(app):
        name = db.session.get(Staff, row.inspector_id).username
    return signed_in(app, name)


def test_a_month_is_drawn_once_and_again_by_two(app, boss, row):
    page = boss.post("/sup/spot-checks", {"month": "2026-10"}, status=422, at=DRAWN)
    assert "已经抽过" in page
    assert 'value="2026-10"' in page, "what was entered stays"
    assert "还没有结束" in boss.post("/sup/spot-checks", {"month": "2026-11"}, status=422, at=DRAWN)
    sample, again = f"/sup/spot-checks/{row.sample_id}", f"/sup/spot-checks/{row.sample_id}/again"
    assert "请写明理由" in boss.post(again, {"reason": " "}, status=422, at=DRAWN)
    boss.post(again, {"reason": "名单有误，重抽"}, at=DRAWN)
    page = boss.post(again, {"reason": "名单还是有误"}, status=422, at=DRAWN)
    assert "已经有人申请重抽" in page
    with inside(app):
        asked = redrawing.waiting()[0].id
    told = {"approve": "yes"}
    assert "要由另一个人决定" in boss.post(f"{again}/{asked}", told, status=403, at=DRAWN)
    assert "待决定是否重抽" in boss.get("/sup/spot-checks", at=DRAWN)
    chief = signed_in(app, "chief")
    assert "/sup/spot-checks" in chief.get("/sup", at=DRAWN), "the leader finds the way there"
    page = chief.get(sample, at=DRAWN)
    assert "名单有误，重抽" in page
    page = chief.post(f"{again}/{asked}", {"approve": "no", "answer": ""}, status=422, at=DRAWN)
    assert "请写明理由" in page
    chief.post(f"{again}/{asked}", told, at=DRAWN)
    page = boss.get("/sup/spot-checks", at=DRAWN)
    assert "已被重抽取代" in page
    assert "名单有误，重抽" in page


def test_the_sample_says_how_to_draw_it_again(app, boss, row):
    page = boss.get(f"/sup/spot-checks/{row.sample_id}", at=DRAWN)
    with inside(app):
        view = queries.sample(row.sample_id)
    for told in (view.seed, view.head_hash, view.frame_digest, row.number, "结果一致"):
        assert told in page
    answer = boss.answer(f"/sup/spot-checks/{row.sample_id}.csv", at=DRAWN)
    lines = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert len(lines) == 1 + view.frame_size
    assert [line[0] for line in lines if line[-1] == "1"] == [f"{row.number}/1"]


def test_the_worker_finds_it_looks_and_hands_in(app, inspector, row):
    assert "有 1 件等您复查" in inspector.get("/w", at=LOOKED)
    assert f"/w/recheck/{row.id}" in inspector.get("/w/rechecks", at=LOOKED)
    look(inspector, row)
    told = check(app, row)
    assert (told.state, str(told.result), str(told.grade)) == (SpotState.DONE, "back", "A")
    assert told.photo_id
    assert "等您复查" not in inspector.get("/w", at=LOOKED)
    page = inspector.get(f"/w/recheck/{row.id}", at=LOOKED)
    assert "解决过，又出现了" in page
    assert '<form method="post" enctype' not in page
    inspector.get(f"/w/{row.number}", at=LOOKED)


def test_nothing_entered_is_lost(app, inspector, row):
    page = inspector.get(f"/w/recheck/{row.id}", at=LOOKED)
    key = hidden(page, "idem_key")
    page = inspector.post(
        f"/w/recheck/{row.id}", {"idem_key": key, "words": "门关着，看不清"}, status=422,
        at=LOOKED, photo=["now"],
    )  # fmt: skip
    assert "请选择现场现在怎么样" in page
    assert "门关着，看不清" in page
    assert f"/w/draft/{key}/" in page, "the picture is kept"


def test_a_poor_proof_waits_for_the_supervisors_word(app, boss, inspector, row):
    page = inspector.get(f"/w/recheck/{row.id}", at=LOOKED)
    told = {"idem_key": hidden(page, "idem_key"), "result": "solved", "words": "山里没有信号"}
    inspector.post(f"/w/recheck/{row.id}", told, at=LOOKED, photo=["now"])
    assert str(check(app, row).grade) == "C"
    page = boss.get(f"/sup/spot-check/{row.id}", at=LATER)
    assert "让结果计入" in page
    boss.post(f"/sup/spot-check/{row.id}/confirm", {"words": ""}, status=422, at=LATER)
    boss.post(f"/sup/spot-check/{row.id}/confirm", {"words": "照片有路牌"}, at=LATER)
    assert check(app, row).confirmed_at == LATER


def test_the_supervisor_decides_and_only_then_it_is_reopened(app, boss, inspector, row):
    look(inspector, row, result="never")
    with inside(app):
        assert cases.by_id(row.case_id).state is State.CLOSED
    page = boss.get(f"/sup/spot-check/{row.id}", at=LATER)
    assert "建议重新办理，由您决定" in page
    boss.post(f"/sup/spot-check/{row.id}", {"words": "同意"}, status=422, at=LATER)
    boss.post(
        f"/sup/spot-check/{row.id}",
        {"reopen": "yes", "falsified": "y", "words": "照片一样，没有动过"}, at=LATER,
    )  # fmt: skip
    told = check(app, row)
    assert (told.answer, told.falsified) == (SpotAnswer.REOPENED, True)
    with inside(app):
        assert cases.by_id(row.case_id).state is State.REOPENED


def test_claimed_and_audited_stand_side_by_side_and_open(app, boss, inspector, row):
    look(inspector, row)
    page = boss.get(f"/sup?{OCTOBER}", at=LATER)
    part = page.partition('id="audited"')[2].partition("</section>")[0]
    assert "上报与审计" in part
    assert re.search(r'href="/sup/rate/closure[^"]*">3/3<', part)
    link = re.search(r'href="(/sup/rate/audited[^"]*)">0/1<', part)
    assert link
    assert "0.00–" in part
    assert "复查 1 件，代表 3 件办结件中的 3 件" in part
    address = link.group(1).replace("&amp;", "&")
    assert row.number in boss.get(address, at=LATER)
    for kind in ("csv", "xlsx"):
        answer = boss.answer(address.replace("/audited?", f"/audited.{kind}?"), at=LATER)
        assert answer.status_code == 200
        if kind == "csv":
            lines = answer.get_data(as_text=True).splitlines()
            assert len(lines) == 2
            assert row.number in lines[1]


def test_who_may_do_what(app, people, row, inspector):
    lead = signed_in(app, "lead")
    lead.get(f"/sup/spot-checks/{row.sample_id}", at=DRAWN)
    lead.post("/sup/spot-checks", {"month": "2026-10"}, status=403, at=DRAWN)
    lead.post(f"/sup/spot-check/{row.id}", {}, status=403, at=DRAWN)
    lead.post(f"/sup/spot-checks/{row.sample_id}/again", {}, status=403, at=DRAWN)
    lead.post(f"/sup/spot-checks/{row.sample_id}/again/1", {}, status=403, at=DRAWN)
    chief = signed_in(app, "chief")
    chief.post(f"/sup/spot-checks/{row.sample_id}/again", {}, status=403, at=DRAWN)
    lead.post(f"/sup/spot-check/{row.id}/confirm", {}, status=403, at=DRAWN)
    lead.get(f"/w/recheck/{row.id}", status=403, at=DRAWN)
    inspector.get("/sup/spot-checks", status=403, at=LOOKED)
    with inside(app), transaction():
        other = next(
            one
            for one in people.values()
            if one.staff_id != row.inspector_id and Role.GRID_WORKER in one.roles
        )
        db.session.get(Staff, other.staff_id).password_hash = HASHED
    stranger = signed_in(app, other.username)
    stranger.get(f"/w/recheck/{row.id}", status=404, at=LOOKED)
    stranger.post(f"/w/recheck/{row.id}", {"result": "solved"}, status=404, at=LOOKED)
