"""Phone numbers, identity numbers, and sealed values that refuse to move."""

from datetime import date

import pytest

from app.identity import rules, sealing

KEY, OTHER = b"a" * 32, b"b" * 32


@pytest.mark.parametrize(
    "text",
    [
        "13800001111",
        "138 0000 1111",
        "+86 138-0000-1111",
        "008613800001111",
        "１３８００００１１１１",
        "86 13800001111",
    ],
)
def test_mobile_numbers(text):
    assert rules.phone(text) == "+8613800001111"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12800001111",
        "1380000111",
        "138000011112",
        "0574-65265678",
        "+1 415 555 0100",
        "abc",
        "110",
        "13800001111;ext=2",
        "9" * 500,
    ],
)
def test_other_numbers_are_refused(text):
    assert rules.phone(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("11010519491231002X", "11010519491231002X"),
        (" 11010519491231002x ", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("110105194912310021", None),
        ("11010519491331002X", None),
        ("1101051949123100", None),
        ("", None),
    ],
)
def test_identity_numbers(text, number):
    assert rules.identity_number(text) == number


def test_a_sealed_value_opens_only_in_its_place_and_with_its_key():
    where = sealing.place("contact", 1, "phone")
    sealed = sealing.seal(KEY, "+8613800001111", where=where)
    assert b"1380000" not in sealed
    assert sealing.unseal(KEY, sealed, where=where) == "+8613800001111"
    assert sealed != sealing.seal(KEY, "+8613800001111", where=where)
    moved = sealing.place("contact", 2, "phone")
    wrong = (
        (KEY, sealed, moved),
        (OTHER, sealed, where),
        (KEY, sealed[:-1], where),
        (KEY, b"", where),
    )
    for key, text, place in wrong:
        with pytest.raises(sealing.Unsealable):
            sealing.unseal(key, text, where=place)


def test_the_custodian_alone_opens_a_payee(tmp_path):
    sealing.make_custodian(tmp_path, passphrase=b"long words")
    public = (tmp_path / sealing.PUBLIC_FILE).read_bytes()
    sealed = sealing.seal_to(public, b"payee", where=b"payee|1|sealed")
    path = tmp_path / sealing.PRIVATE_FILE
    assert path.stat().st_mode & 0o777 == 0o400
    private = sealing.read_custodian(path, b"long words")
    assert sealing.unseal_with(private, sealed, where=b"payee|1|sealed") == b"payee"
    with pytest.raises(sealing.Unsealable):
        sealing.unseal_with(private, sealed, where=b"payee|2|sealed")
    for wrong in (b"other", None):
        with pytest.raises(sealing.Unsealable):
            sealing.read_custodian(path, wrong)
    sealing.make_custodian(tmp_path, passphrase=b"another")
    assert (tmp_path / sealing.PUBLIC_FILE).read_bytes() == public
    (tmp_path / sealing.PUBLIC_FILE).unlink()
    sealing.make_custodian(tmp_path, passphrase=b"long words")
    assert (tmp_path / sealing.PUBLIC_FILE).read_bytes() == public
    assert {path.name for path in tmp_path.iterdir()} == {"custodian.key", "custodian.pub"}


def test_keyed_hashes_answer_for_one_purpose():
    assert sealing.keyed(KEY, "a", "v") != sealing.keyed(KEY, "b", "v")
    assert len(sealing.blind_index(KEY, "phone", "v")) == 16
    assert sealing.key_id(KEY) != sealing.key_id(OTHER)


@pytest.mark.parametrize(
    ("today", "years"),
    [((2030, 3, 6), 13), ((2030, 3, 7), 14), ((2030, 3, 8), 14), ((2016, 3, 7), 0)],
)
def test_age_counts_to_the_day(today, years):
    assert rules.age("11010120160307653X", date(*today)) == years
