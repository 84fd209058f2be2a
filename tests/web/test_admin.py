"""The three administrators: staff, areas, calendar, audit, jobs; each sees only what is his."""

import io
import json

import pytest

from app.accounts import queries as accounts
from app.accounts.models import Status
from app.audit import heads
from app.audit.models import AuditEntry
from app.audit.rules_heads import Head, signed, write
from app.cli.demo import pictures
from app.core import clock, work
from app.core.db import db
from app.core.tx import transaction
from app.core.work import Standing
from app.jobs.embedded import Embedded
from app.media import service as media
from app.places import demo
from app.places import queries as places
from tests.infra.clock import at, moment
from tests.web.county import NOW, post, sign_in

PAGES = {
    "/admin/staff": ("xitong", "shenji"),
    "/admin/areas": ("xitong",),
    "/admin/calendar": ("anquan",),
    "/admin/audit": ("shenji",),
    "/admin/jobs": ("xitong", "shenji"),
}


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_for_its_administrators(county_app, path):
    for username in ("xitong", "anquan", "shenji", "laoli"):
        client = sign_in(county_app, username)
        allowed = username in PAGES[path]
        assert client.get(path).status_code == (200 if allowed else 403), username
        if allowed:
            assert '<html lang="en"' in client.get(f"{path}?lang=en").text


def test_the_chain_is_compared_with_the_heads_that_left_it(county_app, tmp_path):
    auditor = sign_in(county_app, "shenji")
    with county_app.app_context():
        heads.configure(tmp_path / "elsewhere", key=b"k" * 32)
        assert "两天没有送出链头" in auditor.get("/admin/audit").text
        heads.leave(clock.now())
        page = auditor.get("/admin/audit").text
        assert "两天没有送出链头" not in page
        assert "一致" in page
        post(auditor, "/admin/audit/compare", {})
        assert "1 个链头都与链一致" in auditor.get("/admin/audit").text
        seed, last = heads.place().seed, heads.compare()[0].head
        other = signed(Head(seq=last.seq + 99, hash=last.hash, at=last.at), seed)
        (tmp_path / "elsewhere" / "head-2026-12-31.json").write_text(write(other))
    post(auditor, "/admin/audit/compare", {})
    page = auditor.get("/admin/audit").text
    assert f"从第 {last.seq + 1} 条起不同" in page
    assert "链没有这么长" in page
    assert post(sign_in(county_app, "xitong"), "/admin/audit/compare", {}).status_code == 403


def test_the_audit_is_listed_by_subject_and_verified(county_app):
    auditor = sign_in(county_app, "shenji")
    page = auditor.get("/admin/audit").text
    assert "逐条相连" in page
    assert post(auditor, "/admin/audit/verify", {}).status_code == 303
    assert "链条完整" in auditor.get("/admin/audit").text
    one = auditor.get("/admin/audit?subject=staff:2").text
    assert "staff_added" in one
    assert "case.moved" not in one
    assert "没有记录" in auditor.get("/admin/audit?subject=case:none").text


def test_a_changed_entry_is_found(county_app):
    with county_app.app_context():
        db.session.execute(db.text("DROP TRIGGER IF EXISTS audit_entry_no_update"))
        for name in db.session.scalars(
            db.text("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=:table"),
            {"table": AuditEntry.__tablename__},
        ).all():
            db.session.execute(db.text(f"DROP TRIGGER {name}"))
        db.session.execute(db.text("UPDATE audit_entry SET action='other' WHERE seq=3"))
        db.session.commit()
    auditor = sign_in(county_app, "shenji")
    post(auditor, "/admin/audit/verify", {})
    assert "第 3 条起不一致" in auditor.get("/admin/audit").text


def test_somebody_goes_on_leave(county_app):
    admin = sign_in(county_app, "xitong")
    with county_app.app_context():
        worker = accounts.by_username("laoli").staff_id
    assert "laoli" in admin.get("/admin/staff").text
    assert admin.get(f"/admin/staff/{worker}").status_code == 200
    wrong = post(admin, f"/admin/staff/{worker}", {"status": "flown"})
    assert wrong.status_code == 422
    assert post(admin, f"/admin/staff/{worker}", {"status": "leave"}).status_code == 303
    with county_app.app_context():
        assert accounts.by_username("laoli").status is Status.LEAVE
    assert "请假" in admin.get("/admin/staff").text or "休假" in admin.get("/admin/staff").text
    assert admin.get("/admin/staff/9999").status_code == 404
    auditor = sign_in(county_app, "shenji")
    assert auditor.get(f"/admin/staff/{worker}").status_code == 403


def sent(client, path, name, content, **data):
    token = client.get("/token").json["token"]
    body = data | {"file": (io.BytesIO(content), name), "csrf_token": token}
    return client.post(path, data=body, content_type="multipart/form-data")


def test_areas_are_tried_before_they_are_stored(county_app):
    admin = sign_in(county_app, "xitong")
    collection = json.loads(json.dumps(demo.collection()))
    grid = next(
        one for one in collection["features"] if str(one["properties"].get("level")) == "grid"
    )
    old, grid["properties"]["name"] = grid["properties"]["name"], "新村"
    file = json.dumps(collection).encode()
    tried = sent(admin, "/admin/areas", "areas.geojson", file, step="try")
    assert tried.status_code == 200
    assert "还没有保存" in tried.text
    with county_app.app_context():
        assert "新村" not in {one.name for one in places.grids()}
    stored = sent(admin, "/admin/areas", "areas.geojson", file, step="store")
    assert stored.status_code == 303
    with county_app.app_context():
        names = {one.name for one in places.grids()}
        assert "新村" in names, old


@pytest.mark.parametrize("content", [b"", b"no json", b"{}", b'{"type": "FeatureCollection"}'])
def test_a_bad_file_of_areas_is_refused(county_app, content):
    admin = sign_in(county_app, "xitong")
    assert sent(admin, "/admin/areas", "x.json", content, step="store").status_code == 422


def test_a_missing_year_is_warned_of_and_loaded(county_app):
    admin = sign_in(county_app, "anquan")
    page = admin.get("/admin/calendar").text
    assert "2027 年放假通知还没有导入" in page
    assert "2026-10-01" in page
    notice = b"date,kind\n2027-01-01,holiday\n2027-10-01,holiday\n"
    refused = sent(admin, "/admin/calendar", "2027.csv", notice)
    assert refused.status_code == 422
    bad = sent(admin, "/admin/calendar", "2027.csv", b"\xff\xfe", doc_no="1")
    assert bad.status_code == 422
    loaded = sent(admin, "/admin/calendar", "2027.csv", notice, doc_no="国办发明电〔2026〕8号")
    assert loaded.status_code == 303
    page = admin.get("/admin/calendar?year=2027").text
    assert "2027-10-01" in page
    assert "2027 年放假通知还没有导入" not in page


NOTICE = b"date,kind\n2027-01-01,holiday\n2027-02-06,holiday\n2027-10-01,holiday\n"


@pytest.mark.parametrize(
    ("now", "warns"), [("2026-11-30 23:59", False), ("2026-12-01 00:00", True)]
)
def test_from_the_first_of_december_a_missing_year_is_a_warning(county_app, now, warns):
    with at(now):
        pages = [
            sign_in(county_app, who).get(path).text
            for who, path in (("anquan", "/admin/calendar"), ("xitong", "/admin/jobs"))
        ]
    assert all("</h1>" in page for page in pages)
    assert [("note-warn" in page) for page in pages] == [warns, warns]


def test_a_notice_is_tried_before_it_is_stored_and_its_lines_are_kept(county_app):
    admin = sign_in(county_app, "anquan")
    tried = sent(admin, "/admin/calendar", "2027.csv", NOTICE, doc_no="9", step="try").text
    assert "还没有保存" in tried
    assert tried.count("2027-02-06") == 2  # in the table of changes, and in the kept lines
    assert "2027-02-06" not in admin.get("/admin/calendar?year=2027").text
    kept = {"doc_no": "9", "lines": NOTICE.decode(), "step": "store"}
    assert post(admin, "/admin/calendar", kept).status_code == 303
    assert "2027-02-06" in admin.get("/admin/calendar?year=2027").text


@pytest.mark.parametrize(
    ("content", "says"),
    [("", "请选择文件"), ("[1]", "JSON"), ("{", "JSON"), ('[{"date": "2027-02-30"}]', "第 1 "),
     ("date,kind\n2027-01-04,makeup\n", "第 2 ")],
)  # fmt: skip
def test_a_bad_notice_is_refused_and_nothing_entered_is_lost(county_app, content, says):
    admin = sign_in(county_app, "anquan")
    bad = post(admin, "/admin/calendar", {"doc_no": "国办 9", "lines": content, "step": "store"})
    assert bad.status_code == 422
    assert says in bad.text
    assert "国办 9" in bad.text
    assert content[:20].split("\n")[0].replace('"', "&#34;") in bad.text


def test_one_day_is_changed_by_its_document_and_changed_back(county_app):
    admin = sign_in(county_app, "anquan")
    day = {"day-day": "2026-12-25", "day-kind": "holiday", "day-doc_no": "甬政办〔2026〕1号"}
    assert post(admin, "/admin/calendar/day", day | {"day-doc_no": ""}).status_code == 422
    assert post(admin, "/admin/calendar/day", day | {"day-kind": "makeup"}).status_code == 422
    assert post(admin, "/admin/calendar/day", day).status_code == 303
    page = admin.get("/admin/calendar?year=2026").text
    assert "2026-12-25" in page
    assert "甬政办〔2026〕1号" in page
    assert post(admin, "/admin/calendar/day", day | {"day-kind": "week"}).status_code == 303
    assert "2026-12-25" not in admin.get("/admin/calendar?year=2026").text
    auditor = sign_in(county_app, "laoli")
    assert post(auditor, "/admin/calendar/day", day).status_code == 403


def test_rows_set_aside_are_shown_with_their_error(county_app):
    with county_app.app_context():
        for draft in ("one", "two"):
            media.receive(pictures.draw("air", 7), draft_key=draft, now=moment(NOW))
        db.session.execute(db.text("UPDATE clock SET error = 'breach: poison' WHERE id = 1"))
        db.session.execute(db.text("UPDATE urge SET error = 'escalation: gift' WHERE id = 1"))
        first = db.session.scalar(db.text("SELECT min(id) FROM photo"))
        told = {"id": first, "error": "likeness: toxin"}
        db.session.execute(db.text("UPDATE photo SET error = :error WHERE id = :id"), told)
        db.session.execute(db.text("UPDATE photo SET to_print = true WHERE id <> :id"), told)
        left = db.session.scalar(db.text("SELECT count(*) FROM photo WHERE to_print"))
        db.session.commit()
    page = sign_in(county_app, "xitong").get("/admin/jobs").text
    for words in ("breach: poison", "escalation: gift", "likeness: toxin", first[:8]):
        assert words in page
    assert "有 3 行处理不了" in page
    assert f"还有{left}张旧照片" in page


def test_jobs_say_what_they_could_not_do(county_app):
    page = sign_in(county_app, "xitong").get("/admin/jobs").text
    assert "没有搁置的时限" in page
    assert "催办" in page


def test_a_job_that_fails_is_shown_with_its_error_until_it_works(county_app):
    admin = sign_in(county_app, "xitong")
    with county_app.app_context(), transaction():
        for _ in range(3):
            work.failed("outbox", OSError("disk <full>"), now=clock.now())
    page = admin.get("/admin/jobs").text
    assert "有任务出错" in page
    assert '<td class="num" data-h="次数">3</td>' in page
    assert "OSError(&#39;disk &lt;full&gt;&#39;)" in page
    with county_app.app_context(), transaction():
        work.worked("outbox")
    assert "有任务出错" not in admin.get("/admin/jobs").text


class Counted(Embedded):
    """A driver that knows its processes."""

    def __init__(self, workers):
        self.workers = workers

    def standing(self):
        return Standing(driver="workers", workers=self.workers, waiting=7)


def test_who_drives_the_jobs_is_told(county_app):
    admin = sign_in(county_app, "xitong")
    assert "由一个进程运行" in admin.get("/admin/jobs").text
    work.driven_by(Counted(2))
    page = admin.get("/admin/jobs").text
    assert "工作进程 2 个；排队的任务 7 个" in page
    assert "没有工作进程报到" not in page
    work.driven_by(Counted(0))
    assert "没有工作进程报到" in admin.get("/admin/jobs").text
