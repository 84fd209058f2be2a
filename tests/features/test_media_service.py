"""From a stream to a held photo: 阿珍 sends, takes out, sends again; a day later we sweep."""

import hashlib
import stat
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.tx import transaction
from app.media import place, queries, service
from app.media.models import Photo
from app.media.settings import configure
from app.media.store import StoreFull
from tests.features import media_pictures as pictures

NOW = datetime(2026, 5, 1, 2, tzinfo=UTC)
ZHEN = "azhen-draft"


@pytest.fixture(autouse=True)
def uploads_folder(context, tmp_path):
    configure(tmp_path / "uploads", max_bytes=1024 * 1024, max_photos=3)
    return tmp_path / "uploads"


def receive(content=None, *, draft=ZHEN, now=NOW, **options):
    return service.receive(content or pictures.jpeg(), draft_key=draft, now=now, **options)


def hold(*ids, draft=ZHEN, holder_id=1, kind="report"):
    with transaction():
        return service.hold(ids, draft_key=draft, holder_kind=kind, holder_id=holder_id)


def sweep(now):
    with transaction():
        return service.sweep(now)


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def count():
    return db.session.scalar(select(func.count()).select_from(Photo))


def test_a_photo_is_kept_unchanged_with_two_copies_and_its_claims(uploads_folder):
    content = pictures.loaded()
    photo = receive(content, fresh=True, shrunk=True)
    assert photo.sha256 == hashlib.sha256(content).hexdigest()
    assert (photo.size, photo.format) == (len(content), "JPEG")
    assert (photo.width, photo.height) == (640, 480)
    assert photo.taken_at == datetime(2026, 4, 30, 1, 8, 7, tzinfo=UTC)
    assert (photo.claim_lng, photo.claim_lat) == pytest.approx((121.43, 29.29))
    assert (photo.fresh, photo.shrunk, photo.received_at) == (True, True, NOW)
    with service.open_original(photo.id) as file:
        assert file.read() == content
    for size, wanted in ((1600, (640, 480)), (320, (320, 240))):
        with service.open_copy(photo.id, size) as file, Image.open(file) as image:
            assert image.size == wanted
    assert len(files(uploads_folder)) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(uploads_folder)} == {0o440}


def test_the_draft_key_itself_is_not_kept():
    photo = receive()
    assert ZHEN not in db.session.get(Photo, photo.id).draft_key


def test_a_stream_is_cut_off_at_its_limit(uploads_folder):
    read = [0]

    class Endless(BytesIO):
        def read(self, size=-1):
            read[0] += size
            assert read[0] < 8 * 1024 * 1024, "nothing stops this stream"
            return pictures.jpeg()[:20] + bytes(size - 20) if read[0] == size else bytes(size)

    with pytest.raises(Invalid) as refused:
        service.prepare(Endless(), n=4)
    assert (refused.value.key, refused.value.field) == ("photo_too_big", "photos")
    assert refused.value.facts == {"n": 4, "limit": 1}
    assert read[0] <= 1024 * 1024 + 64 * 1024
    assert files(uploads_folder) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "photo_empty"),
        (b"<svg xmlns='x'/>", "photo_is_svg"),
        (b"GIF89a" + bytes(5000), "photo_is_gif"),
        (b"%PDF-1.7", "photo_is_pdf"),
        (pictures.jpeg()[:9000], "photo_cut_off"),
        (pictures.png_header(30_000, 30_000), "photo_too_long"),
    ],
)
def test_a_refusal_names_photo_and_reason_and_leaves_nothing(uploads_folder, content, code):
    with pytest.raises(Invalid) as refused:
        service.receive(content, draft_key=ZHEN, now=NOW, position=1)
    assert (refused.value.key, refused.value.facts["n"]) == (code, 2)
    assert files(uploads_folder) == []
    assert count() == 0


def test_the_same_photo_in_a_draft_is_one():
    content = pictures.jpeg()
    first = receive(content)
    assert receive(content).id == first.id
    other = receive(content, draft="another")
    assert other.id != first.id
    assert other.sha256 == first.sha256


def test_a_draft_has_so_many_photos_and_no_more():
    for seed in (1, 2, 3):
        receive(pictures.jpeg(seed=seed))
    with pytest.raises(Invalid) as refused:
        receive(pictures.jpeg(seed=4))
    assert refused.value.key == "photo_too_many"


def test_held_photos_keep_the_senders_order_and_are_held_once():
    ids = [receive(pictures.jpeg(seed=seed), position=seed).id for seed in (1, 2, 3)]
    assert [photo.id for photo in queries.of_draft(ZHEN)] == ids
    held = hold(ids[2], ids[0], ids[2])
    assert [(photo.id, photo.position) for photo in held] == [(ids[2], 0), (ids[0], 1)]
    hold(ids[1])
    found = queries.for_holder("report", [1, 7])
    assert [photo.id for photo in found[1]] == [ids[2], ids[0], ids[1]]
    assert found[7] == []
    assert queries.of_draft(ZHEN) == []
    hold(ids[0])
    with pytest.raises(Invalid) as refused:
        hold(ids[0], holder_id=2)
    assert (refused.value.key, refused.value.facts) == ("photo_gone", {"n": 1})


def test_nobody_takes_a_photo_of_another_draft():
    photo = receive()
    with pytest.raises(Invalid):
        hold(photo.id, draft="thief")
    with transaction():
        assert not service.drop(photo.id, draft_key="thief")
    assert count() == 1


def test_a_photo_can_be_taken_out_until_it_is_held():
    photo, other = receive(), receive(pictures.jpeg(seed=2))
    hold(other.id)
    with transaction():
        assert service.drop(photo.id, draft_key=ZHEN)
        assert not service.drop(photo.id, draft_key=ZHEN)
        assert not service.drop(other.id, draft_key=ZHEN)
    assert count() == 1


def test_what_is_absent_is_not_found():
    with pytest.raises(NotFound):
        service.open_copy("0" * 32, 1600)
    photo = receive()
    with pytest.raises(NotFound):
        service.open_copy(photo.id, 999)


def test_the_sweep_takes_what_nobody_wants_and_nothing_else(uploads_folder):
    held, unclaimed = receive(), receive(pictures.jpeg(seed=2))
    hold(held.id)
    young = receive(pictures.jpeg(seed=3), now=NOW + timedelta(hours=20))
    now = datetime.now(UTC) + timedelta(days=2)
    first = sweep(NOW + timedelta(hours=25))
    assert (first.photos, first.files, first.missing) == (1, 0, ())
    assert queries.by_id(unclaimed.id) is None
    assert queries.by_id(held.id) is not None
    assert queries.by_id(young.id) is not None
    hold(young.id)
    second = sweep(now)
    assert (second.photos, second.files) == (0, 3)
    assert sweep(now).files == 0
    assert len(files(uploads_folder)) == 6
    with service.open_original(held.id) as file:
        assert file.read() == pictures.jpeg()


def test_a_file_that_two_photos_share_stays_for_the_other():
    content = pictures.jpeg()
    first, second = receive(content), receive(content, draft="other")
    hold(second.id, draft="other")
    now = datetime.now(UTC) + timedelta(days=2)
    sweep(now)
    sweep(now)
    assert queries.by_id(first.id) is None
    service.open_copy(second.id, 320).close()


def test_the_sweep_names_missing_files():
    photo = receive()
    hold(photo.id)
    path = place.stores().copies[320].path(photo.sha256)
    path.unlink()
    assert sweep(NOW).missing == (photo.sha256,)


def test_a_rolled_back_sweep_takes_no_file_from_a_row(uploads_folder):
    receive()
    before = files(uploads_folder)

    def failing():
        with transaction():
            assert service.sweep(datetime.now(UTC) + timedelta(days=2)).photos == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert files(uploads_folder) == before
    assert count() == 1


def test_a_photo_swept_between_its_two_halves_is_asked_for_again():
    prepared = service.prepare(pictures.jpeg())
    sweep(datetime.now(UTC) + timedelta(days=2))
    with pytest.raises(Invalid) as refused, transaction():
        service.record(prepared, draft_key=ZHEN, now=NOW)
    assert refused.value.key == "photo_gone"


def test_a_full_disk_keeps_no_row(monkeypatch, uploads_folder):
    def full(*_):
        raise StoreFull

    monkeypatch.setattr(place.FolderStore, "put", full)
    with pytest.raises(StoreFull):
        receive()
    assert count() == 0


def test_the_last_day_counts_on_every_database(any_db):
    photo = receive()
    assert hold(photo.id)[0].holder_id == 1
    assert sweep(NOW).photos == 0
    other = receive(pictures.jpeg(seed=2))
    assert sweep(NOW + timedelta(hours=25)).photos == 1
    assert queries.by_id(other.id) is None
