"""Codes and case numbers: what is drawn, what typing forgives, what a check digit finds."""

import random
from collections import Counter

import pytest

from app.identity import codes

KEY = b"k" * 32
CODES = [codes.draw(KEY, f"client-{n}", 0) for n in range(1000)]


def test_a_code_has_sixteen_digits_and_is_drawn_again_the_same():
    code = codes.draw(KEY, "c1", 0)
    assert len(code) == 16
    assert code.isdigit()
    assert code == codes.draw(KEY, "c1", 0)
    others = {codes.draw(KEY, "c1", 1), codes.draw(KEY, "c2", 0), codes.draw(b"x" * 32, "c1", 0)}
    assert code not in others


def test_digits_are_spread_evenly():
    """Chi-square of 15,000 digits over ten values; 27.9 is the 0.1 % bound at nine degrees."""
    counts = Counter("".join(code[:15] for code in CODES))
    assert len(set(CODES)) == 1000
    assert sum((counts[d] - 1500) ** 2 / 1500 for d in "0123456789") < 27.9


def test_every_single_wrong_digit_is_caught():
    for code in CODES[:200]:
        for place in range(16):
            for digit in "0123456789":
                if digit != code[place]:
                    assert codes.read(code[:place] + digit + code[place + 1 :]) is None


def test_every_swap_of_neighbours_is_caught():
    for code in CODES:
        for place in range(15):
            one, two = code[place], code[place + 1]
            if one != two:
                assert codes.read(code[:place] + two + one + code[place + 2 :]) is None


@pytest.mark.parametrize(
    "dress",
    [
        str,
        codes.grouped,
        lambda c: "-".join(codes.grouped(c).split()),
        lambda c: f"  {c}\n",
        lambda c: codes.grouped(c).replace(" ", "　"),
        lambda c: codes.grouped(c).replace(" ", "—"),
        lambda c: c.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}),
    ],
)
def test_typing_is_forgiven(dress):
    assert all(codes.read(dress(code)) == code for code in CODES[:50])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "12345678901234567",
        "abcdefghijklmnop",
        "१२३४५६७८९०१२३४५६",
        "²" * 16,
        "0" * 5000,
        "\x00" * 16,
    ],
)
def test_other_text_is_no_code(text):
    assert codes.read(text) is None


def test_groups_of_four():
    assert codes.grouped("1234567890123456") == "1234 5678 9012 3456"


def test_case_numbers():
    numbers = {codes.case_number() for _ in range(2000)}
    assert len(numbers) > 1990
    assert all(codes.read_case_number(number) == number for number in numbers)


@pytest.mark.parametrize(
    "text",
    [
        "E110-0A1B2C",
        "e110-0a1b2c",
        "e110 oalb2c",
        "OAIB2C",
        "Ｅ１１０－０Ａ１Ｂ２Ｃ",
        " e110—0a1b2c ",
    ],
)
def test_case_numbers_as_typed(text):
    assert codes.read_case_number(text) == "E110-0A1B2C"


@pytest.mark.parametrize(
    "text", ["", "E110-", "E110-0A1B2", "E110-0A1B2CD", "E110-0A1B2U", "<script>"]
)
def test_what_is_no_case_number(text):
    assert codes.read_case_number(text) is None


def test_damm_on_random_strings():
    rng = random.Random(110)
    for _ in range(500):
        digits = "".join(rng.choices("0123456789", k=15))
        assert codes.check_digit(digits + codes.check_digit(digits)) == "0"
