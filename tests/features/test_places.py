"""Areas: import with its report, freshness between processes, who is on duty, the commands."""

import json
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.accounts import service as accounts
from app.accounts.models import Staff, Status
from app.accounts.permissions import Role
from app.audit import queries as audit
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.core.tx import transaction
from app.places import demo, queries, service
from app.places.models import Area, AreaVersion
from app.places.rules import Level
from tests.infra.clock import moment
from tests.rules.test_areas import GRID, TOWN, box, collection, feature, tree

NOW = moment("2026-11-23 09:00")
QUICK = "$argon2id$v=19$m=65536,t=3,p=4$nobody$nobody"


def load(document, **options):
    with transaction():
        return service.import_areas(document, by="staff:1", now=NOW, source="t.geojson", **options)


def worker(username):
    with transaction():
        return accounts.add_staff(
            username, name=username, roles=(Role.GRID_WORKER,), password_hash=QUICK, now=NOW,
            area_code=TOWN,
        ).staff_id  # fmt: skip


def set_status(staff_id, status):
    with transaction():
        db.session.get(Staff, staff_id).status = status


def test_the_demo_county_is_imported_whole(context, any_db):
    report = load(demo.collection())
    assert report.counts == {"county": 1, "township": 18, "grid": 393}
    assert (report.added, report.changed, report.unchanged) == (412, 0, 0)
    assert not report.overlaps
    assert all(gap.km2 < 0.02 for gap in report.gaps), "slivers between the drawn cells"
    assert not report.outside
    assert report.without_worker == 393
    assert 1900 < report.km2 < 2100
    assert len(queries.townships()) == 18
    assert len(queries.grids()) == 393
    found = queries.locate(121.4247, 29.2892)
    assert (found.township, found.grid) == ("330226001000", "330226001006")
    assert queries.area("330226001000").kind == "街道"
    assert queries.area("nowhere") is None
    assert queries.names([found.grid, None, "x"]) == {found.grid: "华山社区"}
    assert audit.verify().bad_seq is None


def test_importing_again_changes_nothing_and_says_so(context, any_db):
    load(tree())
    again = load(tree())
    assert (again.version, again.added, again.unchanged) == (2, 0, 4)
    assert db.session.get(Area, GRID).version == 1
    load(tree(feature(GRID[:-1] + "3", "grid", box(121, 29, 121.01, 29.01))))
    assert db.session.get(AreaVersion, 3).summary["overlaps"] == 1


def test_a_faulty_file_stores_nothing(context, any_db):
    bad = tree(feature("990002001001", "grid", box(121, 29, 121.1, 29.1), parent="990002001000"))
    with pytest.raises(Invalid) as refused:
        load(bad)
    assert refused.value.key == "areas_invalid"
    assert [fault.key for fault in refused.value.facts["faults"]] == ["parent_missing"]
    assert queries.is_empty()


def test_a_trial_stores_nothing(context):
    report = load(tree(), trial=True)
    assert not report.stored
    assert queries.is_empty()


def test_gaps_and_overlaps_count_what_is_stored_too(context):
    load(tree())
    wider = collection(feature(GRID, "grid", box(121, 29, 121.12, 29.1)))
    report = load(wider)
    assert [(o.code, o.other_code) for o in report.overlaps] == [(GRID, "990001001002")]
    assert [gap.code for gap in report.gaps] == [TOWN]
    beyond = load(collection(feature(GRID, "grid", box(120.99, 29, 121.1, 29.2))))
    assert [piece.code for piece in beyond.outside] == [GRID]


def test_replacing_retires_what_a_file_no_longer_names(context, any_db):
    load(tree())
    report = load(collection(feature(GRID, "grid", box(121, 29, 121.2, 29.2))), replace=True)
    assert report.retired == ("990001001002",)
    assert not report.overlaps
    assert queries.locate(121.15, 29.1).grid == GRID
    assert [area.code for area in queries.children(TOWN)] == [GRID]
    assert queries.area("990001001002").retired
    back = load(tree())
    assert back.changed == 2
    assert queries.locate(121.15, 29.1).grid == "990001001002"


def test_workers_come_with_the_file(context, any_db):
    old_li, deputy = worker("laoli"), worker("axiu")
    document = tree()
    document["features"][2]["properties"] |= {"worker": "laoli", "deputy": "Axiu"}
    document["features"][3]["properties"] |= {"worker": "nobody"}
    report = load(document)
    assert report.unknown_workers == ("nobody",)
    assert queries.on_duty(GRID) == old_li
    assert queries.on_duty("990001001002") is None
    duties = queries.grid_workers([GRID])[GRID]
    assert [(duty.staff_id, duty.rank) for duty in duties] == [(old_li, 1), (deputy, 2)]
    assert queries.grids_of(deputy) == [GRID]


def test_the_deputy_stands_in_and_both_may_be_away(context, any_db):
    load(tree())
    old_li, deputy = worker("laoli"), worker("axiu")
    with transaction():
        service.set_duty(GRID, staff_id=old_li, rank=1, by="staff:1", now=NOW)
        service.set_duty(GRID, staff_id=deputy, rank=2, by="staff:1", now=NOW)
    set_status(old_li, Status.LEAVE)
    assert queries.on_duty(GRID) == deputy
    set_status(deputy, Status.DETACHED)
    assert queries.on_duty(GRID) is None
    with transaction():
        service.set_duty(GRID, staff_id=None, rank=1, by="staff:1", now=NOW)
    assert [duty.staff_id for duty in queries.grid_workers([GRID])[GRID]] == [deputy]


@pytest.mark.parametrize(
    ("code", "staff_id", "rank", "key"),
    [(TOWN, 1, 1, "grid_missing"), ("x", 1, 1, "grid_missing"), (GRID, 1, 3, "duty_rank"),
     (GRID, 999, 1, "staff_missing")],
)  # fmt: skip
def test_a_wrong_duty_is_refused(context, code, staff_id, rank, key):
    load(tree())
    with pytest.raises(Invalid) as refused, transaction():
        service.set_duty(code, staff_id=staff_id, rank=rank, by="staff:1", now=NOW)
    assert refused.value.key == key


def test_looking_up_points_asks_the_database_once_in_a_while(context):
    load(tree())
    with clock.moved_to(NOW):
        queries.locate(121.05, 29.1)
        statements = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
        for _ in range(100):
            queries.locate(121.05, 29.1)
        assert not statements
    with clock.moved_to(NOW + timedelta(seconds=6)):
        queries.locate(121.05, 29.1)
    assert len([text for text in statements if "area_version" in text]) == 1
    assert not [text for text in statements if "geometry" in text]


def test_another_process_sees_an_import_within_seconds(context):
    """Two holders of one database: the second is told by the version row alone."""
    load(tree())
    with clock.moved_to(NOW):
        assert queries.locate(121.15, 29.1).grid == "990001001002"
        held = queries._held[0]
        load(collection(feature(GRID, "grid", box(121, 29, 121.2, 29.2))), replace=True)
        queries._held[:] = [held]
        assert queries.locate(121.15, 29.1).grid == "990001001002"
    with clock.moved_to(NOW + timedelta(seconds=6)):
        assert queries.locate(121.15, 29.1).grid == GRID


def test_an_import_that_rolls_back_leaves_no_trace_in_memory(context):
    load(tree())
    narrow = collection(feature(GRID, "grid", box(121, 29, 121.2, 29.2)))
    with suppress(RuntimeError), transaction():
        service.import_areas(narrow, by="staff:1", now=NOW, replace=True)
        assert queries.locate(121.15, 29.1).grid == GRID
        raise RuntimeError
    with clock.moved_to(NOW + timedelta(days=1)):
        assert queries.locate(121.15, 29.1).grid == "990001001002"


def test_many_threads_look_up_at_once(app):
    with app.app_context():
        load(tree())
        queries.forget()
    answers = []

    def look():
        with app.app_context():
            answers.extend(queries.locate(121.1, 29.1).grid for _ in range(50))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [GRID] * 400


def test_the_tree_and_the_map(context):
    assert queries.outline_svg() is None
    load(tree())
    top = queries.tree()
    assert [branch.area.level for branch in top] == [Level.COUNTY]
    assert top[0].children[0].children[0].area.code == GRID
    assert len(queries.outline_svg().shapes) == 1
    assert len(queries.outline_svg(TOWN).shapes) == 2
    assert [s.here for s in queries.outline_svg(GRID).shapes] == [True, False]
    load(demo.collection())
    assert queries.nearest_village("黄坛镇里天河村旁边")[0].name == "里天河村委会"


# ---- commands ------------------------------------------------------------------------------------


def answers(app, lines):
    done = app.test_cli_runner().invoke(args=["areas", "locate"], input=lines)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


KEYS = ["in_county", "township", "grid", "lng", "lat"]


def test_locate_answers_every_line_without_a_database(tmp_path):
    from app import create_app
    from config import Config

    app = create_app(Config.for_tests(tmp_path))
    lines = (
        "121.4247,29.2892\n121.429175,29.286718,gcj02\n29.2892,121.4247\n\nrubbish\n0,0\n"
        "nan,nan\n121.4247,29.2892,mars\n1,2,wgs84,5\n120.15,30.28\n\xff\n１２１.4247，29.2892"
    )
    found = answers(app, lines)
    assert len(found) == 12
    assert all(list(answer) == KEYS for answer in found)
    good = {"in_county": True, "township": "330226001000", "grid": "330226001006"}
    assert found[0] == good | {"lng": 121.4247, "lat": 29.2892}
    assert found[1] | {"lng": 0, "lat": 0} == good | {"lng": 0, "lat": 0}
    assert found[1]["lng"] == pytest.approx(121.4247, abs=1e-6)
    assert found[-1] == found[0]
    assert found[2] == dict.fromkeys(KEYS) | {"in_county": False, "lng": 29.2892, "lat": 121.4247}
    for blank in (found[3], found[4], found[6], found[10]):
        assert blank == dict.fromkeys(KEYS) | {"in_county": False}
    assert found[9] == dict.fromkeys(KEYS) | {"in_county": False, "lng": 120.15, "lat": 30.28}
    assert not (tmp_path / "test.db").exists()


def test_locate_uses_the_areas_of_the_database(app):
    with app.app_context():
        assert queries.is_empty()
        load(tree())
    assert answers(app, "121.05,29.1\n")[0]["grid"] == GRID


def test_import_by_command(app, tmp_path):
    file = tmp_path / "areas.geojson"
    overlapping = tree(feature("990001001003", "grid", box(121, 29, 121.05, 29.05)))
    file.write_text(json.dumps(overlapping), encoding="utf-8")
    runner = app.test_cli_runner()
    checked = runner.invoke(args=["areas", "import", str(file), "--check"])
    assert "checked, nothing stored" in checked.output
    done = runner.invoke(args=["areas", "import", str(file)])
    assert done.exit_code == 0, done.output
    assert "version 1 stored: 1 county, 1 township, 3 grid" in done.output
    assert "overlap: 990001001001" in done.output
    assert "3 grids name no worker" in done.output


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"type": "FeatureCollection", "features": [1]}']
)
def test_a_broken_file_is_refused_by_the_command(app, tmp_path, content):
    file = tmp_path / "areas.geojson"
    file.write_text(content, encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["areas", "import", str(file)])
    assert done.exit_code == 1
    assert "Error:" in done.output
    assert "Traceback" not in done.output
