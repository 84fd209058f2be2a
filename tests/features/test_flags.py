"""From a held photo to a flag, from awards to patterns, from a flag to a person's answer."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from PIL.ExifTags import Base
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app import jobs
from app.audit.models import AuditEntry
from app.cases.models import Case
from app.cases.rules import cell
from app.cases.workflow import State
from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.core.tx import transaction
from app.fieldwork.models import Task
from app.fieldwork.states import TaskKind, TaskState
from app.flags import queries, service, sweeps
from app.flags.kinds import FlagKind, Verdict
from app.flags.models import Flag, FlagCase
from app.flags.service import Matter
from app.intake.models import Report
from app.media import alike, shelf
from app.media import queries as photos
from app.media import service as media
from app.media.models import Likeness, Photo, PhotoPrint
from app.media.place import stores
from app.rewards.models import Award
from tests.features import rewards_make as make
from tests.features import scenes
from tests.features.media_pictures import exif
from tests.features.rewards_make import NOW

DAY = timedelta(days=1)


def content(seed=1, change=None, **options):
    image = scenes.scene(seed)
    if change:
        image = scenes.CHANGES[change](image, seed)
    return scenes.written(image, 90, **options)


def sent(data, *, at=NOW, **report):
    """Let a citizen send a report with one photo; return case and photo."""
    taken = media.receive(data, draft_key=f"d{at}{len(data)}", now=at)
    with transaction():
        case_id = make.case(finding=None, received=at)
        row = db.session.scalars(select(Report).where(Report.case_id == case_id)).one()
        for name, value in report.items():
            setattr(row, name, value)
        media.hold([taken.id], draft_key=f"d{at}{len(data)}", holder_kind="report",
                   holder_id=row.id)  # fmt: skip
    return case_id, taken.id


def compared(at=NOW + DAY):
    with clock.moved_to(at):
        return jobs.tick("likeness")


def kinds(case_id):
    return [flag.kind for flag in queries.of_case(case_id)]


@pytest.mark.parametrize("change", ["q40", "cropped", "mirrored", "screenshot_dark"])
def test_a_photo_used_before_is_flagged_at_the_later_case_with_its_evidence(
    any_db, context, change
):
    old_case, old = sent(content())
    compared()
    sent(content(seed=2), at=NOW + DAY)
    new_case, new = sent(content(change=change), at=NOW + 2 * DAY)
    compared(NOW + 3 * DAY)
    assert kinds(old_case) == []
    (flag,) = queries.of_case(new_case)
    assert flag.kind is FlagKind.PHOTO_USED
    (pair,) = flag.evidence["pairs"]
    assert (flag.evidence["photo"], pair["earlier"], pair["exact"]) == (new, old, False)
    assert pair["mirrored"] == (change == "mirrored")
    assert pair["framed"] == (change == "screenshot_dark")
    assert pair["agreement"] > 0.92
    assert pair["case"].startswith("E110-")


def test_the_same_bytes_are_found_however_little_they_show(any_db, context):
    blank = scenes.written(scenes.scene(1).point(lambda _: 9))
    sent(blank)
    case_id, _ = sent(blank, at=NOW + DAY)
    compared()
    (flag,) = queries.of_case(case_id)
    assert flag.evidence["pairs"][0]["exact"] is True


def test_drawn_photos_are_left_out_but_later_copies_of_them_are_found(context):
    drawn = [sent(content(), at=NOW), sent(content(change="half"), at=NOW + DAY)]
    with transaction():
        alike.take_as_compared(NOW + DAY)
    later, _ = sent(content(change="q40"), at=NOW + 2 * DAY)
    assert compared(NOW + 3 * DAY) == 1
    assert [kinds(case_id) for case_id, _ in drawn] == [[], []]
    assert kinds(later) == [FlagKind.PHOTO_USED]


def test_a_timed_run_stops_after_its_batches(context):
    for day in range(3):
        sent(content(seed=day + 1), at=NOW + day * DAY)
    with clock.moved_to(NOW + 9 * DAY), pytest.MonkeyPatch.context() as patch:
        one_each = replace(jobs.JOBS["likeness"], batch=partial(alike.compare_batch, limit=1))
        patch.setitem(jobs.JOBS, "likeness", one_each)
        assert [jobs.tick("likeness", most=2), jobs.tick("likeness")] == [2, 1]


def test_photos_of_rejected_reports_and_other_years_count(any_db, context):
    case_id, _ = sent(content(), at=NOW - 900 * DAY)
    with transaction():
        db.session.execute(update(Photo).values(compared_at=NOW))
        db.session.execute(update(Case).where(Case.id == case_id).values(state=State.REJECTED))
    new_case, _ = sent(content(change="half"), at=NOW)
    compared()
    assert kinds(new_case) == [FlagKind.PHOTO_USED]


def test_a_restarted_process_and_another_machine_find_the_same(any_db, context):
    sent(content(1))
    compared()
    shelf.forget()  # started anew
    case_id, _ = sent(content(1, "q40"), at=NOW + DAY)
    compared()
    assert kinds(case_id) == [FlagKind.PHOTO_USED]
    held = shelf._held[-1]
    sent(content(2), at=NOW + DAY)  # taken in and compared by another machine …
    shelf._held.clear()
    compared()
    shelf._held[:] = [held]  # … while this one stood still
    case_id, _ = sent(content(2, "q40"), at=NOW + 2 * DAY)
    compared()
    assert kinds(case_id) == [FlagKind.PHOTO_USED]


def test_what_commits_late_with_an_older_id_is_still_read(any_db, context):
    sent(content(1))
    sent(content(2), at=NOW + timedelta(minutes=1))
    compared()
    row = db.session.scalars(select(PhotoPrint).order_by(PhotoPrint.id)).first()
    late = {column.name: getattr(row, column.name) for column in PhotoPrint.__table__.columns}
    with transaction():  # the other machine's transaction has its id and has not committed
        db.session.execute(delete(PhotoPrint).where(PhotoPrint.id == late["id"]))
        db.session.execute(update(Photo).values(compared_at=None))
    compared()
    with transaction():
        db.session.add(PhotoPrint(**late))
    case_id, _ = sent(content(1, "q40"), at=NOW + timedelta(minutes=2))
    compared()
    assert kinds(case_id) == [FlagKind.PHOTO_USED]


def test_comparing_twice_or_in_another_order_stores_a_pair_once(any_db, context):
    _, old = sent(content())
    case_id, new = sent(content(change="q40"), at=NOW + DAY)
    for _ in range(2):
        compared()
        with transaction():
            db.session.execute(update(Photo).values(compared_at=None))
    compared()
    pairs = db.session.scalars(select(Likeness)).all()
    assert [(pair.photo_id, pair.earlier_id) for pair in pairs] == [(new, old)]
    assert len(photos.alike(old)) == len(photos.alike(new)) == 1
    assert kinds(case_id) == [FlagKind.PHOTO_USED]


def test_two_photos_of_one_report_are_no_flag(any_db, context):
    one = media.receive(content(), draft_key="d", now=NOW)
    two = media.receive(content(change="q40"), draft_key="d", now=NOW)
    with transaction():
        case_id = make.case(finding=None)
        report = db.session.scalars(select(Report.id)).one()
        media.hold([one.id, two.id], draft_key="d", holder_kind="report", holder_id=report)
    compared()
    assert kinds(case_id) == []


@pytest.fixture
def poisoned(context, monkeypatch):
    """Return a photo at which the look-up raises until the fixture's switch is thrown."""
    case_id, broken = sent(content(1))
    similar, bad, on = shelf.similar, photos.by_id(broken).sha256, [True]

    def failing(sha256):
        if sha256 == bad and on:
            raise RuntimeError("broken row")
        return similar(sha256)

    monkeypatch.setattr(shelf, "similar", failing)
    return case_id, broken, on


def test_a_photo_that_raises_is_set_aside_and_holds_up_nobody(any_db, poisoned):
    _, broken, _ = poisoned
    sent(content(2))
    case_id, _ = sent(content(2, "q40"), at=NOW + DAY)
    compared()
    assert kinds(case_id) == [FlagKind.PHOTO_USED]
    (aside,) = photos.set_aside()
    assert aside.photo_id == broken
    assert "broken row" in aside.error
    assert db.session.get(Photo, broken).compared_at is None
    assert compared() == 0


def test_a_photo_that_was_set_aside_is_taken_up_again_by_command(any_db, poisoned, app):
    _, broken, on = poisoned
    case_id, _ = sent(content(1, "q40"), at=NOW + DAY)
    compared()
    run = app.test_cli_runner().invoke
    assert (
        f"photo {broken}: likeness: RuntimeError('broken row')"
        in run(args=["aside", "list"]).output
    )
    on.clear()
    assert "1 rows are looked at again" in run(args=["aside", "again"]).output
    assert compared() == 1
    assert photos.set_aside() == []
    assert kinds(case_id) == [FlagKind.PHOTO_USED]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "photo.again")).one()
    assert entry.detail == {"photos": [broken]}


def test_after_a_restart_the_shelf_is_read_before_anybody_is_kept_from_writing(
    any_db, context, monkeypatch
):
    sent(content(1))
    case_id, _ = sent(content(1, "q40"), at=NOW + DAY)
    reads, whole = [], shelf.Shelf.read_on

    def watched(one):
        before = len(one.ids)
        whole(one)
        reads.append((bool(db.session().info.get("writing")), len(one.ids) - before))

    monkeypatch.setattr(shelf.Shelf, "read_on", watched)
    shelf.forget()
    compared()
    assert kinds(case_id) == [FlagKind.PHOTO_USED]
    assert reads[0] == (False, 2)
    assert {fresh for writing, fresh in reads if writing} == {0}
    assert any(writing for writing, _ in reads)


# ---- photos from before there were prints ------------------------------------------------------


def before_prints(*photo_ids):
    """Leave photos as an older version did: compared by their bytes alone, without a print."""
    with transaction():
        shas = [photos.by_id(photo_id).sha256 for photo_id in photo_ids]
        db.session.execute(delete(PhotoPrint).where(PhotoPrint.sha256.in_(shas)))
        db.session.execute(
            update(Photo).where(Photo.id.in_(photo_ids)).values(to_print=True, compared_at=NOW)
        )
    shelf.forget()


def printed(**more):
    with clock.moved_to(NOW + DAY):
        return jobs.tick("prints", **more)


def test_older_photos_get_prints_and_are_found_then(any_db, context):
    _, first = sent(content(1))
    later, second = sent(content(1, "q40"), at=NOW + DAY)
    before_prints(first, second)
    newest, _ = sent(content(1, "half"), at=NOW + 2 * DAY)
    compared()
    assert [kinds(later), kinds(newest)] == [[], []]
    assert photos.without_print() == 2
    assert printed() == 2
    assert photos.without_print() == 0
    compared()
    assert kinds(later) == [FlagKind.PHOTO_USED]
    assert kinds(newest) == [FlagKind.PHOTO_USED]
    assert printed() == 0


def test_a_run_draws_a_bounded_number_of_prints(context):
    made = [sent(content(seed), at=NOW + seed * DAY)[1] for seed in range(1, 6)]
    before_prints(*made)
    assert [printed(most=1), photos.without_print()] == [3, 2]
    assert [printed(most=1), photos.without_print()] == [2, 0]


def test_an_older_photo_without_its_file_is_set_aside_until_it_is_back(any_db, context):
    _, lost = sent(content(1))
    _, whole = sent(content(2), at=NOW + DAY)
    before_prints(lost, whole)
    sha256, store = photos.by_id(lost).sha256, stores().originals
    with store.open(sha256) as original:
        kept = original.read()
    store.delete(sha256, unless_after=clock.now() + DAY)
    assert printed() == 2
    (aside,) = photos.set_aside()
    assert (aside.photo_id, "FileNotFoundError" in aside.error) == (lost, True)
    store.put(sha256, kept)
    with transaction():
        assert alike.ASIDE.again(NOW) == 1
    assert printed() == 1
    assert photos.set_aside() == []
    assert photos.without_print() == 0


def test_prints_of_photos_that_nobody_sent_go_and_others_stay(any_db, context):
    sent(content(1))
    media.receive(content(2), draft_key="left", now=NOW)
    assert db.session.scalar(select(func.count()).select_from(PhotoPrint)) == 2
    for _ in range(2):
        with transaction():
            media.sweep(NOW + 2 * DAY)
    assert db.session.scalar(select(func.count()).select_from(PhotoPrint)) == 1


def test_what_a_photo_says_against_its_report_is_flagged(any_db, context):
    block = exif(taken="2020:01:01 10:00:00", place=(39, 54, 0.0, 116, 24, 0.0))
    block[Base.Software] = "Adobe Photoshop of 张金丝雀"
    block[Base.Model] = "iPhone 15"
    case_id, _ = sent(content(exif=block), lng=121.4247, lat=29.2892)
    compared()
    assert sorted(kinds(case_id)) == sorted(
        [FlagKind.TAKEN_LONG_BEFORE, FlagKind.OLDER_THAN_CAMERA, FlagKind.PLACE_OFF,
         FlagKind.EDITED]
    )  # fmt: skip
    flags = {flag.kind: flag.evidence for flag in queries.of_case(case_id)}
    assert flags[FlagKind.EDITED]["editor"] == "photoshop"
    assert flags[FlagKind.OLDER_THAN_CAMERA]["camera"] == "iPhone 15"
    assert "金丝雀" not in str(flags)


def test_a_time_in_the_future_is_flagged_with_the_time_it_says(any_db, context):
    case_id, _ = sent(content(exif=exif(taken="2031:01:01 10:00:00", place=None)))
    compared()
    (flag,) = queries.of_case(case_id)
    assert flag.kind is FlagKind.TAKEN_LATER
    assert flag.evidence["taken_at"].startswith("2031-01-01T10:00:00")


def test_a_photo_without_exif_is_no_flag(any_db, context):
    case_id, _ = sent(content(), lng=121.4247, lat=29.2892)
    compared()
    assert kinds(case_id) == []


def with_thumbnail(large, small):
    """Write a photo whose EXIF block carries a small picture."""
    inner = scenes.written(small.resize((160, 120)), 80)
    ifd0 = b"MM\0*\0\0\0\x08" + b"\0\0" + b"\0\0\0\x0e"
    entries = (
        b"\x01\x03\0\x03\0\0\0\x01\0\x06\0\0",
        b"\x02\x01\0\x04\0\0\0\x01" + (14 + 2 + 36 + 4).to_bytes(4, "big"),
        b"\x02\x02\0\x04\0\0\0\x01" + len(inner).to_bytes(4, "big"),
    )
    block = b"Exif\0\0" + ifd0 + b"\0\x03" + b"".join(entries) + b"\0\0\0\0" + inner
    return scenes.written(large, 90, exif=block)


@pytest.mark.parametrize(("inner", "wanted"), [(1, []), (2, [FlagKind.THUMBNAIL_DIFFERS])])
def test_another_picture_inside_the_file_is_flagged(any_db, context, inner, wanted):
    case_id, photo_id = sent(with_thumbnail(scenes.scene(1), scenes.scene(inner)))
    assert "thumbnail" in photos.by_id(photo_id).told
    compared()
    assert kinds(case_id) == wanted


def claimed(case_id, payee, at=NOW):
    award = make.checked(case_id)[0]
    db.session.execute(
        update(Award).where(Award.id == award.id).values(payee_index=payee, claimed_at=at)
    )
    return award


def swept(now=NOW):
    with transaction():
        return sweeps.sweep(now)


def test_a_ring_of_twenty_codes_is_one_flag_at_every_case(any_db, context):
    with transaction():
        make.rules()
        ring = [make.case() for _ in range(20)]
        for case_id in ring:
            claimed(case_id, "same-payee")
        for n in range(5):
            claimed(make.case(), f"payee-{n}")
    assert swept() == 1
    assert swept() == 0
    flag = db.session.scalars(select(Flag)).one()
    assert (flag.kind, flag.size) == (FlagKind.PAYEE_RING, 20)
    assert set(db.session.scalars(select(FlagCase.case_id))) == set(ring)
    assert "same-payee" not in f"{flag.key} {flag.evidence}"


def test_an_open_ring_grows_and_an_answered_one_is_followed_by_another(any_db, context):
    with transaction():
        make.rules()
        judge = make.people("复核")[0]
        for _ in range(3):
            claimed(make.case(), "p")
    swept()
    flag = db.session.scalars(select(Flag)).one()
    with transaction():
        claimed(make.case(), "p")
    assert swept() == 1
    assert (flag.size, len(queries.by_id(flag.id).cases)) == (4, 4)
    with pytest.raises(Stale), transaction():
        service.answer(flag.id, verdict=Verdict.EXPLAINED, reason="是一家人", size=3,
                       staff_id=judge, now=NOW)  # fmt: skip
    with transaction():
        service.answer(flag.id, verdict=Verdict.EXPLAINED, reason="是一家人，分别举报", size=4,
                       staff_id=judge, now=NOW)  # fmt: skip
    assert swept() == 0
    with transaction():
        claimed(make.case(), "p")
    assert swept() == 1
    turns = db.session.execute(select(Flag.turn, Flag.verdict).order_by(Flag.turn)).all()
    assert [tuple(turn) for turn in turns] == [(1, Verdict.EXPLAINED), (2, None)]


def visited(case_id, worker):
    db.session.add(
        Task(case_id=case_id, round=1, kind=TaskKind("visit"), staff_id=worker,
             unit_code="330226111", state=TaskState.DONE, assigned_at=NOW)
    )  # fmt: skip
    db.session.flush()


def test_a_reporter_and_a_worker_who_share_their_rewards_are_flagged(any_db, context):
    with transaction():
        make.rules()
        laoli, other = make.people("老李", "另一位")
        for n in range(6):
            case_id = make.case()
            claimed(case_id, "friend", at=NOW - n * 40 * DAY)
            visited(case_id, laoli)
        for n in range(8):
            case_id = make.case()
            claimed(case_id, f"citizen-{n}")
            visited(case_id, other if n % 2 else laoli)
    swept()
    flag = db.session.scalars(select(Flag).where(Flag.kind == FlagKind.REPORTER_AND_WORKER)).one()
    told = {name: flag.evidence[name] for name in ("together", "of_reporter", "of_worker")}
    assert told == {"together": 6, "of_reporter": 6, "of_worker": 10}
    with pytest.raises(Forbidden), transaction():
        service.answer(flag.id, verdict=Verdict.FALSE_ALARM, reason="没有问题", size=6,
                       staff_id=laoli, now=NOW)  # fmt: skip


def test_a_place_dumped_on_again_before_each_report_is_flagged(any_db, context):
    with transaction():
        make.rules()
        for n in range(3):
            opened = NOW - (30 - n * 10) * DAY
            case_id = make.case(received=opened)
            row = db.session.get(Case, case_id)
            row.lng, row.lat, row.cell = 121.4247, 29.2892, cell(121.4247, 29.2892)
            row.checked_at = opened + 4 * DAY
            db.session.flush()
            make.checked(case_id)
    assert swept() == 1
    flag = db.session.scalars(select(Flag)).one()
    assert (flag.kind, flag.size) == (FlagKind.SPOT_AGAIN, 3)
    assert all(row["rewarded"] and row["clean_at"] for row in flag.evidence["cases"])


@pytest.fixture
def flagged(any_db, context):
    with transaction():
        case_id, judge = make.case(), make.people("组长")[0]
        service.raise_flag(
            Matter(kind=FlagKind.EDITED, key="edited:1", evidence={"editor": "gimp"},
                   case_ids=frozenset({case_id})), now=NOW,
        )  # fmt: skip
    return db.session.scalars(select(Flag.id)).one(), judge


def test_an_answer_is_kept_once_with_its_reason_and_audited(flagged):
    flag_id, judge = flagged
    said = {"verdict": Verdict.SUSPICIOUS, "size": 1, "staff_id": judge, "now": NOW}
    for reason in ("", "  ", "不行"):
        with pytest.raises(Invalid), transaction():
            service.answer(flag_id, reason=reason, **said)
    with transaction():
        service.answer(flag_id, reason="烟是后画上去的", **said)
    flag = queries.by_id(flag_id)
    assert (flag.verdict, flag.reason, flag.answered_by) == (
        Verdict.SUSPICIOUS, "烟是后画上去的", "组长",
    )  # fmt: skip
    with pytest.raises(Stale), transaction():
        service.answer(flag_id, reason="再来一次看看", **said)
    with pytest.raises(NotFound), transaction():
        service.answer(0, reason="再来一次看看", **said)
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert [one for one in actions if one.startswith("flag")] == ["flag.raised", "flag.answered"]
    assert queries.verdicts() == {Verdict.SUSPICIOUS: 1}
    assert (queries.page().total, queries.page(open_ones=False).total) == (0, 1)


@pytest.mark.parametrize("change", [
    {"verdict": "suspicious"},
    {"verdict": "suspicious", "answered_by": 1},
    {"verdict": "suspicious", "reason": "没有人"},
])  # fmt: skip
def test_no_verdict_without_person_and_reason_even_by_sql(flagged, change):
    if "answered_by" in change:
        change = change | {"answered_by": flagged[1]}
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Flag).values(**change))
