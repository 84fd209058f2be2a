"""Pages of the looks after closing: the village's worker goes, the supervisor decides."""

import pytest

from app.accounts.models import Staff
from app.accounts.permissions import Role
from app.cases import queries as cases
from app.cases.workflow import State
from app.core.db import db
from app.core.tx import transaction
from app.spotchecks import queries, service
from app.spotchecks.kinds import SpotAnswer
from tests.features import spot_story as story
from tests.infra.clock import moment
from tests.web.field_pages import HASHED, hidden, hire, inside, signed_in
from tests.web.second_looks import LOOKED, check, look

SOON = moment("2026-11-02 08:00")
LATER = moment("2026-11-06 09:00")
GRID = story.grids(story.TOWNS[0])[0]


@pytest.fixture
def people(app):
    with inside(app):
        told = story.begin()
        story.closed(told, GRID)
        with transaction():
            service.give_batch(SOON)
        for one in (told["w001001"], told["w001002"]):
            with transaction():
                db.session.get(Staff, one.staff_id).password_hash = HASHED
    for name, role in (("boss", Role.SUPERVISOR), ("lead", Role.DESK_LEAD)):
        hire(app, name, role, area="330226")
    return told


@pytest.fixture
def row(app, people):
    with inside(app):
        return queries.after_closing().rows[0]


@pytest.fixture
def worker(app, row):
    return signed_in(app, "w001001")


@pytest.fixture
def boss(app, row):
    return signed_in(app, "boss")


def test_the_worker_finds_it_goes_there_and_says_it_is_back(app, worker, row):
    assert "有 1 件等您复查" in worker.get("/w", at=LOOKED)
    page = worker.get("/w/rechecks", at=LOOKED)
    assert "30 天跟踪复查" in page
    assert "还剩 5 天" in page
    page = worker.get(f"/w/recheck/{row.id}", at=LOOKED)
    assert "没有反弹" in page
    assert "根本没有解决" not in page, "whether it ever was solved was checked before it closed"
    look(worker, row)
    told = check(app, row)
    assert (str(told.result), str(told.grade)) == ("back", "A")
    assert told.photo_id
    assert "反弹了" in worker.get(f"/w/recheck/{row.id}", at=LOOKED)
    assert "没有待复查的" in worker.get("/w/rechecks", at=LOOKED)


def test_never_is_no_answer_here_and_nothing_is_lost(app, worker, row):
    page = worker.get(f"/w/recheck/{row.id}", at=LOOKED)
    told = {"idem_key": hidden(page, "idem_key"), "result": "never", "words": "和以前一样，没动过"}
    page = worker.post(f"/w/recheck/{row.id}", told, status=422, at=LOOKED, photo=["now"])
    assert "请选择现场现在怎么样" in page
    assert "和以前一样，没动过" in page
    assert check(app, row).result is None


def test_what_is_back_stands_in_the_supervisors_list_and_is_reopened(app, boss, worker, row):
    assert "没有待决定的跟踪复查" in boss.get("/sup/overdue", at=LOOKED)
    assert row.number in boss.get("/sup/rechecks", at=LOOKED)
    look(worker, row)
    page = boss.get("/sup/overdue", at=LATER)
    assert f"/sup/spot-check/{row.id}" in page
    assert "地上又有新烧的痕迹" in page
    page = boss.get(f"/sup/case/{row.number}", at=LATER)
    assert f"/sup/spot-check/{row.id}" in page, "the flag stands on the case"
    page = boss.get(f"/sup/spot-check/{row.id}", at=LATER)
    assert "问题反弹" in page
    assert "弄虚作假" not in page
    page = boss.post(
        f"/sup/spot-check/{row.id}", {"reopen": "yes", "words": ""}, status=422, at=LATER
    )
    with inside(app):
        assert cases.by_id(row.case_id).state is State.CLOSED
    boss.post(f"/sup/spot-check/{row.id}", {"reopen": "yes", "words": "照片清楚，同意"}, at=LATER)
    with inside(app):
        assert cases.by_id(row.case_id).state is State.REOPENED
    assert "没有待决定的跟踪复查" in boss.get("/sup/overdue", at=LATER)
    assert "重新办理" in boss.get("/sup/rechecks", at=LATER)


def test_it_may_be_left_closed_with_a_reason(app, boss, worker, row):
    look(worker, row)
    told = {"reopen": "no", "words": "是另一户当天的临时堆放"}
    boss.post(f"/sup/spot-check/{row.id}", told, at=LATER)
    assert check(app, row).answer is SpotAnswer.LEFT
    assert "是另一户当天的临时堆放" in boss.get(f"/sup/spot-check/{row.id}", at=LATER)


def test_a_poor_proof_waits_in_the_same_list(app, boss, worker, row):
    page = worker.get(f"/w/recheck/{row.id}", at=LOOKED)
    told = {"idem_key": hidden(page, "idem_key"), "result": "solved", "words": "山里没有信号"}
    worker.post(f"/w/recheck/{row.id}", told, at=LOOKED, photo=["now"])
    assert str(check(app, row).grade) == "C"
    assert f"/sup/spot-check/{row.id}" in boss.get("/sup/overdue", at=LATER)
    boss.post(f"/sup/spot-check/{row.id}/confirm", {"words": "照片有路牌"}, at=LATER)
    assert check(app, row).confirmed_at == LATER


def test_who_may_do_what(app, people, worker, row):
    lead = signed_in(app, "lead")
    assert row.number in lead.get("/sup/rechecks", at=LOOKED)
    lead.get(f"/sup/spot-check/{row.id}", at=LOOKED)
    lead.post(f"/sup/spot-check/{row.id}", {}, status=403, at=LOOKED)
    worker.get("/sup/rechecks", status=403, at=LOOKED)
    neighbour = signed_in(app, "w001002")
    neighbour.get(f"/w/recheck/{row.id}", status=404, at=LOOKED)
    neighbour.post(f"/w/recheck/{row.id}", {"result": "solved"}, status=404, at=LOOKED)


@pytest.mark.parametrize("path", ["/sup/rechecks", "/sup/overdue", "/sup/spot-check/{id}"])
def test_the_supervisor_reads_no_words_of_the_reporter(boss, worker, row, path):
    assert "烧垃圾的味道" in worker.get(f"/w/recheck/{row.id}", at=LOOKED)
    look(worker, row)
    assert "烧垃圾的味道" not in boss.get(path.format(id=row.id), at=LATER)
