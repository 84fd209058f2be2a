"""How a head that left the database compares with the chain that is there now."""

import pytest

from app.audit import rules_heads as rules
from app.audit.rules_heads import Compared, Head, HeadWord

SEED, OTHER = b"s" * 32, b"o" * 32
CHAIN = {5: "five", 9: "nine"}


def head(seq, digest, seed=SEED):
    return rules.signed(Head(seq=seq, hash=digest, at="2026-11-26T01:00:00+00:00"), seed)


@pytest.mark.parametrize(
    ("one", "word"),
    [
        (head(5, "five"), HeadWord.AGREES),
        (head(5, "changed"), HeadWord.DIFFERS),
        (head(12, "twelve"), HeadWord.MISSING),
        (head(5, "five", OTHER), HeadWord.FORGED),
        (Head(seq=5, hash="five", at="2026-11-26T01:00:00+00:00", signature="00"), HeadWord.FORGED),
        (Head(seq=5, hash="five", at="x", signature="no hex"), HeadWord.FORGED),
        (None, HeadWord.FORGED),
    ],
)
def test_a_head_says_what_the_chain_is_to_it(one, word):
    assert rules.word(one, CHAIN, SEED) is word


@pytest.mark.parametrize("name", ["seq", "hash", "at"])
def test_no_part_of_a_signed_head_can_be_changed(name):
    one = head(5, "five")
    parts = {"seq": one.seq, "hash": one.hash, "at": one.at, "signature": one.signature}
    changed = Head(**parts | {name: 6 if name == "seq" else parts[name] + "0"})
    assert rules.is_ours(one, SEED)
    assert not rules.is_ours(changed, SEED)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ({5: "agrees", 9: "agrees"}, None),
        ({5: "agrees", 9: "differs"}, 6),
        ({5: "agrees", 9: "missing"}, 6),
        ({5: "differs", 9: "differs"}, 1),
        ({5: "agrees", 9: "forged"}, None),
        ({5: "differs", 9: "agrees"}, 1),
        ({}, None),
    ],
)
def test_the_first_entry_that_is_another_is_named(words, wrong):
    rows = [
        Compared(name=f"{seq}", head=head(seq, "x"), word=HeadWord(word))
        for seq, word in words.items()
    ]
    assert rules.first_wrong(rows) == wrong


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", "[" * 100_000])
def test_a_file_that_is_none_is_no_head(text):
    assert rules.read(text) is None


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("seq", '"x"'), ("seq", "0"), ("seq", "1.5"), ("seq", "1e999"), ("seq", str(2**63)),
        ("seq", "true"), ("hash", "5"), ("hash", r'"\ud800"'), ("signature", "[]"),
        ("at", '"2026-11-26T01:00:00"'), ("at", "7"),
    ],
)  # fmt: skip
def test_a_head_with_a_part_that_none_has_is_no_head(part, value):
    parts = {"seq": "5", "hash": '"five"', "at": '"2026-11-26T01:00:00+00:00"', "signature": '""'}
    text = "{" + ",".join(f'"{name}": {said}' for name, said in parts.items()) + "}"
    assert rules.read(text)
    assert rules.read(text.replace(f'"{part}": {parts[part]}', f'"{part}": {value}')) is None


def test_a_head_comes_back_from_its_file():
    assert rules.read(rules.write(head(5, "five"))) == head(5, "five")
