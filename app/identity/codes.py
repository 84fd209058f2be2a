"""Codes that people read, say and type: the secret tracking code and the public case number; pure.

A tracking code is 15 random digits and a check digit by Damm's table, which catches every single
wrong digit and every swap of neighbours (decision 1, R-T5).
"""

import secrets
import unicodedata

from app.identity import sealing

DIGITS = 15
LENGTH = 16
GROUP = 4
DASHES = frozenset("-‐‑‒–—―−﹣－_·.、,，")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
PREFIX = "E110-"
NUMBER_LENGTH = 6
DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2), (7, 0, 9, 2, 1, 5, 4, 8, 6, 3), (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6), (6, 1, 2, 3, 0, 4, 5, 9, 7, 8), (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4), (8, 9, 4, 5, 3, 6, 2, 0, 1, 7), (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)  # fmt: skip


def check_digit(digits: str) -> str:
    """Return Damm's check digit of a string of ASCII digits."""
    state = 0
    for digit in digits:
        state = DAMM[state][int(digit)]
    return str(state)


def draw(key: bytes, client_key: str, attempt: int) -> str:
    """Return the code of a client key: the same for its repeat, unpredictable without `key`."""
    number = int.from_bytes(sealing.keyed(key, f"draw {attempt}", client_key)) % 10**DIGITS
    digits = str(number).zfill(DIGITS)
    return digits + check_digit(digits)


def bare(text: str) -> str:
    """Return a typed text without blanks and dashes, full-width letters and digits made narrow."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in narrow if not letter.isspace() and letter not in DASHES)


def read(text: str) -> str | None:
    """Return the 16 digits that somebody typed, spaces and dashes forgiven.

    None when it cannot be a code: another length, something else than digits, a wrong check digit.
    """
    code = bare(text[:100])
    if len(code) != LENGTH or not (code.isascii() and code.isdigit()):
        return None
    return code if check_digit(code[:DIGITS]) == code[DIGITS] else None


def grouped(code: str) -> str:
    """Return a code in four groups, as it is printed and read aloud."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def case_number() -> str:
    """Return a new public case number; the caller draws again when it is taken."""
    return PREFIX + "".join(secrets.choice(CROCKFORD) for _ in range(NUMBER_LENGTH))


def read_case_number(text: str) -> str | None:
    """Return the case number that somebody typed: small letters, O for 0, I for 1 are forgiven."""
    word = bare(text[:40]).upper().removeprefix(bare(PREFIX)).translate(MISREAD)
    good = len(word) == NUMBER_LENGTH and all(letter in CROCKFORD for letter in word)
    return PREFIX + word if good else None
