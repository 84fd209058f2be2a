"""Files are named by their content, durable before the answer, and never half there."""

import errno
import hashlib
import json
import os
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.media import store as store_module
from app.media.store import FolderStore, StoreFull, clear_older, temporary_file

CONTENT = b"evidence" * 1000
KEY = hashlib.sha256(CONTENT).hexdigest()
NAMES = Path(__file__).resolve().parents[3] / "shared" / "data" / "bad-open" / "filenames.json"


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "originals", tmp_path / "tmp")


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_lies_under_its_hash_and_cannot_be_changed(store, tmp_path):
    store.put(KEY, CONTENT)
    (path,) = files(tmp_path)
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}", str(path.relative_to(tmp_path / "originals")))
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    with store.open(KEY) as file:
        assert file.read() == CONTENT
    assert store.exists(KEY)
    assert list(store.keys(KEY[:2])) == [KEY]


def hostile_names():
    made = [
        "../../etc/passwd",
        "..",
        "",
        "a" * 64 + "/x",
        "G" * 64,
        KEY[:63],
        KEY + "0",
        f"\0{KEY}",
    ]
    made += [KEY.upper(), f"{KEY[:62]}..", "con", "图片.jpg", f"{KEY}\n", f"./{KEY[2:]}"]
    return made + (json.loads(NAMES.read_text()) if NAMES.exists() else [])


@pytest.mark.parametrize("name", hostile_names())
def test_nothing_but_a_hash_names_a_file(store, tmp_path, name):
    for call in (store.open, store.exists, store.path):
        with pytest.raises(ValueError):
            call(name)
    with pytest.raises(ValueError):
        store.put(name, b"x")
    with pytest.raises(ValueError):
        store.delete(name, unless_after=datetime.now(UTC))
    assert files(tmp_path) == []


def test_the_order_is_file_then_name_then_folder(store, monkeypatch, tmp_path):
    calls = []
    fsync, rename = os.fsync, Path.rename

    def note_sync(descriptor):
        calls.append(("fsync", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
        fsync(descriptor)

    def note_rename(path, target):
        calls.append(("rename", str(target)))
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "rename", note_rename)
    store.put(KEY, CONTENT)
    final = store.path(KEY)
    assert [name for name, _ in calls] == ["fsync", "fsync", "rename", "fsync"]
    assert Path(calls[0][1]).parent == tmp_path / "tmp"
    assert calls[1][1] == str(final.parent.parent)
    assert calls[2][1] == str(final)
    assert calls[3][1] == str(final.parent)


@pytest.mark.parametrize("room", [0, 1, 4096, len(CONTENT) - 1])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_nothing_behind(store, monkeypatch, tmp_path, room, error):
    left = [room]
    write = os.write

    def full(descriptor, content):
        if left[0] <= 0:
            raise OSError(error, os.strerror(error))
        count = write(descriptor, bytes(content)[: left[0]])
        left[0] -= count
        return count

    with monkeypatch.context() as patched:
        patched.setattr(store_module.os, "write", full)
        with pytest.raises(StoreFull) as refused:
            store.put(KEY, CONTENT)
    assert (refused.value.key, refused.value.status) == ("store_full", 507)
    assert files(tmp_path) == []
    assert not store.exists(KEY)
    store.put(KEY, CONTENT)
    assert store.exists(KEY)


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_full_disk_at_a_later_step_leaves_nothing_either(store, monkeypatch, tmp_path, step):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(os if step == "fsync" else Path, step, full)
        with pytest.raises(StoreFull):
            store.put(KEY, CONTENT)
    assert files(tmp_path) == []


def test_another_error_is_not_called_full(store, monkeypatch):
    def broken(*_):
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError) as raised:
        store.put(KEY, CONTENT)
    assert raised.value.errno == errno.EIO


def age(path, hours):
    past = datetime.now(UTC).timestamp() - hours * 3600
    os.utime(path, (past, past))


def test_a_file_that_was_put_anew_is_not_swept(store):
    day_ago = datetime.now(UTC) - timedelta(days=1)
    store.put(KEY, CONTENT)
    assert not store.delete(KEY, unless_after=day_ago)
    age(store.path(KEY), 30)
    store.put(KEY, CONTENT)
    assert not store.delete(KEY, unless_after=day_ago)
    age(store.path(KEY), 30)
    assert store.delete(KEY, unless_after=day_ago)
    assert not store.exists(KEY)
    assert not store.delete(KEY, unless_after=day_ago)


def test_a_file_that_is_put_in_the_middle_of_its_deletion_stays(store, monkeypatch, tmp_path):
    store.put(KEY, CONTENT)
    age(store.path(KEY), 30)
    rename = Path.rename

    def late(path, target):
        if "gone-" in str(target):
            monkeypatch.setattr(Path, "rename", rename)
            store.put(KEY, CONTENT)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", late)
    assert not store.delete(KEY, unless_after=datetime.now(UTC) - timedelta(days=1))
    assert store.exists(KEY)
    assert len(files(tmp_path)) == 1


def test_a_temporary_file_is_exclusive_and_goes(tmp_path):
    with temporary_file(tmp_path / "tmp") as (path, descriptor):
        os.write(descriptor, b"x")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert files(tmp_path) == []


def test_old_leftovers_are_cleared(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    age(old, 30)
    assert clear_older(tmp_path, datetime.now(UTC) - timedelta(days=1)) == 1
    assert files(tmp_path) == [new]
    assert clear_older(tmp_path / "missing", datetime.now(UTC)) == 0
