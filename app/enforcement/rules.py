"""Credit codes, limitation and what a filing needs (domain.md §5, §6); pure."""

from datetime import date

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(3**place % 31 for place in range(17))
CODE_LENGTH = 18

LIMITATION_YEARS = 2
GRAVE_LIMITATION_YEARS = 5
"""行政处罚法 36: five years where life or health is harmed."""

MIN_OFFICERS = 2
MAX_AMOUNT_FEN = 10**12


def tidy_code(text: str) -> str:
    """Return a credit code without spaces and dashes, in capitals."""
    return "".join(text.split()).replace("-", "").upper()


def is_credit_code(code: str) -> bool:
    """Say whether a 统一社会信用代码 has 18 signs and the right last one (GB 32100)."""
    if len(code) != CODE_LENGTH or any(sign not in ALPHABET for sign in code):
        return False
    total = sum(
        ALPHABET.index(sign) * weight for sign, weight in zip(code[:-1], WEIGHTS, strict=True)
    )
    return ALPHABET[(31 - total % 31) % 31] == code[-1]


def last_day_to_punish(violation_on: date, *, grave: bool) -> date:
    """Return the last day of the limitation that runs from the (end of the) violation."""
    years = GRAVE_LIMITATION_YEARS if grave else LIMITATION_YEARS
    try:
        return violation_on.replace(year=violation_on.year + years)
    except ValueError:  # 29 February
        return violation_on.replace(year=violation_on.year + years, day=28)


def within_limitation(violation_on: date, filed_on: date, *, grave: bool) -> bool:
    """Say whether a violation may still be punished (行政处罚法 36)."""
    return filed_on <= last_day_to_punish(violation_on, grave=grave)


def officer_numbers(text: str) -> tuple[str, ...]:
    """Return the numbers of officers as typed, separated by anything usual, each once."""
    for sign in "，、;；\n\t":
        text = text.replace(sign, ",")
    numbers = (part.strip() for piece in text.split(",") for part in piece.split())
    return tuple(dict.fromkeys(number for number in numbers if number))
