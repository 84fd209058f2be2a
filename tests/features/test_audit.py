"""The chain: sealed with its change, refused without one, and every tampering is found."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.audit import queries, service
from app.audit.rules import GENESIS, Entry, digest, first_bad
from app.core.db import db
from app.core.tx import transaction
from tests.infra.clock import moment

NOW = moment("2026-11-23 09:00")


def write(count: int) -> None:
    for number in range(count):
        with transaction():
            service.record(
                actor="system",
                action="test",
                subject=f"n:{number}",
                now=NOW + timedelta(seconds=number),
                detail={"n": number},
            )


def test_an_entry_without_a_transaction_is_refused(context):
    with pytest.raises(RuntimeError):
        service.record(actor="system", action="x", subject="y", now=NOW)


def test_chain_holds_and_has_no_gaps(any_db, context):
    write(12)
    verdict = queries.verify()
    assert (verdict.count, verdict.bad_seq) == (12, None)


def fail() -> None:
    with transaction():
        service.record(actor="system", action="x", subject="y", now=NOW)
        raise ValueError("not after all")


def test_a_change_that_fails_leaves_no_entry(any_db, context):
    write(2)
    with pytest.raises(ValueError, match="after all"):
        fail()
    assert queries.verify().count == 2


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor = 'me' WHERE seq = 2", "DELETE FROM audit_entry"]
)
def test_the_database_refuses_to_change_an_entry(any_db, context, statement):
    write(3)
    with pytest.raises(DatabaseError), transaction():
        db.session.execute(text(statement))
    assert queries.verify().bad_seq is None


def chain(count: int) -> list[Entry]:
    prev, made = GENESIS, []
    for seq in range(1, count + 1):
        told = {
            "seq": seq,
            "at": NOW,
            "actor": "a",
            "action": "b",
            "subject": "c",
            "detail": {"n": seq},
            "prev": prev,
        }
        prev = digest(**told)
        made.append(Entry(**told, hash=prev))
    return made


def mutate(rng: random.Random, entries: list[Entry]) -> tuple[list[Entry], int]:
    """Return a tampered copy and the place of the tampering."""
    place = rng.randrange(len(entries))
    kind = rng.choice(("edit", "delete", "insert", "swap", "cut"))
    copy = list(entries)
    if kind == "edit":
        old = copy[place]
        copy[place] = Entry(
            seq=old.seq,
            at=old.at,
            actor="someone else",
            action=old.action,
            subject=old.subject,
            detail=old.detail,
            prev=old.prev,
            hash=old.hash,
        )
    elif kind == "delete":
        del copy[place]
    elif kind == "insert":
        copy.insert(place, copy[place])
        place = place + 1
    elif kind == "swap" and place + 1 < len(copy):
        copy[place], copy[place + 1] = copy[place + 1], copy[place]
    else:
        copy = copy[:place]
    return copy, place + 1


def test_ten_thousand_tamperings_are_found_at_their_place():
    rng, whole = random.Random(110), chain(40)
    head = {"head_seq": 40, "head_hash": whole[-1].hash}
    assert first_bad(whole, **head) is None
    for _ in range(10_000):
        copy, place = mutate(rng, whole)
        bad = first_bad(copy, **head)
        assert bad is not None
        assert bad <= place
