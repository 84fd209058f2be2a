"""A photo comes in pieces over a bad link: each byte once, durable and equal at the end."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import Invalid, NotFound, Stale
from app.core.tx import transaction
from app.media import service, uploads
from app.media.models import Photo, Upload
from app.media.settings import configure
from tests.features import media_pictures as pictures

NOW = datetime(2026, 5, 1, 2, tzinfo=UTC)
ZHEN = "azhen-draft"


@pytest.fixture(autouse=True)
def uploads_folder(context, tmp_path):
    configure(tmp_path / "uploads", max_bytes=1024 * 1024, max_photos=3)
    return tmp_path / "uploads"


def hold(*ids):
    with transaction():
        return service.hold(ids, draft_key=ZHEN, holder_kind="report", holder_id=1)


def sweep(now):
    with transaction():
        return service.sweep(now)


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def age_files(folder, hours):
    past = datetime.now(UTC).timestamp() - hours * 3600
    for path in files(folder):
        os.utime(path, (past, past))


def count(model=Photo):
    return db.session.scalar(select(func.count()).select_from(model))


def begin(content, **options):
    facts = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "now": NOW}
    with transaction():
        return uploads.begin_upload(ZHEN, **facts | options)


def finish(upload_id):
    prepared = uploads.prepare_upload(upload_id, ZHEN)
    with transaction():
        return uploads.record_upload(prepared, upload_id, ZHEN, now=NOW)


def test_a_photo_arrives_in_pieces(uploads_folder):
    content = pictures.jpeg()
    upload_id = begin(content, position=2, fresh=True)
    offset = 0
    while offset < len(content):
        piece = content[offset : offset + 5000]
        offset = uploads.append(upload_id, ZHEN, offset, BytesIO(piece))
    assert uploads.upload_state(upload_id, ZHEN).complete
    photo = finish(upload_id)
    assert (photo.id, photo.position, photo.fresh) == (upload_id, 2, True)
    assert photo.sha256 == hashlib.sha256(content).hexdigest()
    assert not list((uploads_folder / "parts").iterdir())
    state = uploads.upload_state(upload_id, ZHEN)
    assert (state.offset, state.photo_id) == (len(content), upload_id)
    assert hold(upload_id)[0].id == upload_id


def test_a_wrong_offset_is_told_the_right_one():
    content = pictures.jpeg()
    upload_id = begin(content)
    uploads.append(upload_id, ZHEN, 0, content[:5000])
    for wrong in (0, 4999, 5001, 10**9):
        with pytest.raises(Stale) as refused:
            uploads.append(upload_id, ZHEN, wrong, b"x")
        assert (refused.value.key, refused.value.facts) == ("upload_offset", {"offset": 5000})
    with pytest.raises(Stale):
        uploads.prepare_upload(upload_id, ZHEN)
    assert uploads.upload_state(upload_id, ZHEN).offset == 5000


def test_what_came_of_a_broken_piece_is_kept():
    class Broken(BytesIO):
        def read(self, size=-1):
            piece = super().read(1000)
            if not piece:
                raise ConnectionResetError
            return piece

    content = pictures.jpeg()
    upload_id = begin(content)
    with pytest.raises(ConnectionResetError):
        uploads.append(upload_id, ZHEN, 0, Broken(content[:3000]))
    assert uploads.upload_state(upload_id, ZHEN).offset == 3000


def test_more_than_announced_is_refused():
    content = pictures.jpeg()
    upload_id = begin(content)
    with pytest.raises(uploads.TooLong) as refused:
        uploads.append(upload_id, ZHEN, 0, content + b"x")
    assert refused.value.status == 413
    with pytest.raises(uploads.TooLong):
        begin(content, size=1024 * 1024 + 1)
    with pytest.raises(uploads.TooLong):
        begin(content, size=0)
    with pytest.raises(Invalid):
        begin(content, sha256="../../etc/passwd")


def test_changed_bytes_are_noticed_and_forgotten():
    content = pictures.jpeg()
    upload_id = begin(content)
    changed = content[:-3] + b"x" + content[-2:]
    uploads.append(upload_id, ZHEN, 0, changed)
    with pytest.raises(Invalid) as refused:
        uploads.prepare_upload(upload_id, ZHEN)
    assert refused.value.key == "upload_hash"
    assert uploads.upload_state(upload_id, ZHEN).offset == 0


def test_a_wrong_kind_is_refused_with_its_first_piece():
    content = b"GIF89a" + bytes(100_000)
    upload_id = begin(content)
    with pytest.raises(Invalid) as refused:
        uploads.append(upload_id, ZHEN, 0, content[:5000])
    assert refused.value.key == "photo_is_gif"
    assert uploads.upload_state(upload_id, ZHEN).offset == 0


def test_an_unfit_picture_is_refused_at_its_end():
    content = pictures.png_header(30_000, 30_000)
    upload_id = begin(content)
    uploads.append(upload_id, ZHEN, 0, content)
    with pytest.raises(Invalid) as refused:
        uploads.prepare_upload(upload_id, ZHEN)
    assert refused.value.key == "photo_too_long"


def test_the_same_bytes_again_count_as_the_photo_that_is_there():
    content = pictures.jpeg()
    photo = service.receive(content, draft_key=ZHEN, now=NOW)
    upload_id = begin(content)
    uploads.append(upload_id, ZHEN, 0, content)
    assert finish(upload_id).id == photo.id
    assert [one.id for one in hold(upload_id, photo.id)] == [photo.id]


def test_an_upload_can_be_taken_out(uploads_folder):
    content = pictures.jpeg()
    upload_id = begin(content)
    uploads.append(upload_id, ZHEN, 0, content[:5000])
    with transaction():
        assert uploads.cancel_upload(upload_id, ZHEN)
        assert not uploads.cancel_upload(upload_id, ZHEN)
    with pytest.raises(NotFound):
        uploads.upload_state(upload_id, ZHEN)
    assert files(uploads_folder) == []
    second = begin(content)
    uploads.append(second, ZHEN, 0, content)
    finish(second)
    with transaction():
        assert uploads.cancel_upload(second, ZHEN)
    assert (count(), count(Upload)) == (0, 0)


def test_nobody_sees_the_upload_of_another_draft():
    upload_id = begin(pictures.jpeg())
    for call in (
        lambda: uploads.upload_state(upload_id, "thief"),
        lambda: uploads.append(upload_id, "thief", 0, b"x"),
        lambda: uploads.prepare_upload(upload_id, "thief"),
    ):
        with pytest.raises(NotFound):
            call()
    with transaction():
        assert not uploads.cancel_upload(upload_id, "thief")


def test_unfinished_uploads_are_swept(uploads_folder):
    content = pictures.jpeg()
    upload_id = begin(content)
    uploads.append(upload_id, ZHEN, 0, content[:5000])
    assert sweep(NOW + timedelta(hours=23)).uploads == 0
    age_files(uploads_folder, 26)
    swept = sweep(datetime.now(UTC))
    assert (swept.uploads, swept.leftovers) == (1, 1)
    assert files(uploads_folder) == []


def test_a_draft_has_so_many_uploads_under_way():
    for seed in range(9):
        begin(pictures.jpeg(seed=seed + 1))
    with pytest.raises(Invalid) as refused:
        begin(pictures.jpeg(seed=20))
    assert refused.value.key == "photo_too_many"
