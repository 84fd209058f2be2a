"""The head of the chain leaves daily; an old database or a rebuilt chain does not agree (R-L3)."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.audit import heads, service
from app.audit.rules_heads import HeadWord, first_wrong
from app.core.db import db
from app.core.tx import transaction
from tests.infra.clock import moment

NOW = moment("2026-11-23 09:00")
DAY = timedelta(days=1)


def write(count, now=NOW):
    for number in range(count):
        with transaction():
            service.record(
                actor="system", action="test", subject=f"n:{number}", now=now, detail={"n": number}
            )


@pytest.fixture(autouse=True)
def folder(context, tmp_path):
    heads.configure(tmp_path / "elsewhere", key=b"k" * 32)
    return tmp_path / "elsewhere"


def test_one_head_leaves_a_day_and_is_never_written_over(any_db, context, folder):
    assert heads.leave(NOW) is None  # nothing to tell yet
    write(3)
    path = heads.leave(NOW)
    before = path.read_text()
    write(2)
    assert heads.leave(NOW + timedelta(hours=5)) is None
    assert path.read_text() == before
    assert heads.leave(NOW + DAY).name == "head-2026-11-24.json"
    assert [(row.head.seq, row.word) for row in heads.compare()] == [
        (5, HeadWord.AGREES), (3, HeadWord.AGREES),
    ]  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o440
    assert sorted(folder.iterdir()) == sorted(folder.glob("head-*.json"))


def forget(seq):
    """Take the database back to an older one, as who restores it would."""
    name = (
        "audit_entry_no_delete" if db.engine.dialect.name == "sqlite" else "audit_entry_append_only"
    )
    table = "" if db.engine.dialect.name == "sqlite" else " ON audit_entry"
    with transaction():
        db.session.execute(text(f"DROP TRIGGER {name}{table}"))
        db.session.execute(text("DELETE FROM audit_entry WHERE seq > :seq"), {"seq": seq})
        db.session.execute(
            text("UPDATE audit_head SET seq = :seq, "
                 "hash = (SELECT hash FROM audit_entry WHERE seq = :seq)"), {"seq": seq}
        )  # fmt: skip


def test_an_old_database_is_caught(any_db, context):
    write(3)
    heads.leave(NOW)
    write(4)
    heads.leave(NOW + DAY)
    forget(5)
    rows = heads.compare()
    assert [row.word for row in rows] == [HeadWord.MISSING, HeadWord.AGREES]
    assert first_wrong(rows) == 4


def test_a_chain_that_was_rebuilt_and_verifies_is_caught(any_db, context):
    write(3)
    heads.leave(NOW)
    write(4)
    heads.leave(NOW + DAY)
    forget(5)
    write(6, NOW + 2 * DAY)
    rows = heads.compare()
    assert [row.word for row in rows] == [HeadWord.DIFFERS, HeadWord.AGREES]
    assert first_wrong(rows) == 4


def test_files_that_are_none_and_of_another_key_are_named(any_db, context, folder):
    write(2)
    heads.leave(NOW)
    (folder / "head-2026-11-20.json").write_bytes(b"\xff\xfe broken")
    heads.configure(folder, key=b"other" * 8)
    heads.leave(NOW + DAY)
    words = {row.name: row.word for row in heads.compare()}
    assert list(words.values()) == [HeadWord.AGREES, HeadWord.FORGED, HeadWord.FORGED]
