"""Whether two reports may tell of the same place or the same company; pure."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

SAME_PLACE = 3
SHORTEST_NAME = 2
WHERE = re.compile(r"^(浙江省?|宁波市?|宁海县?)+")
WHAT = re.compile(r"(股份|有限|责任|集团|公司)+$")


def tidy(words: str) -> str:
    """Return a text as it is compared: one width, small letters, no blanks."""
    return "".join(unicodedata.normalize("NFKC", words).lower().split())


def same_place(one: str, other: str, *, without: Iterable[str] = ()) -> bool:
    """Say whether two descriptions share a road or a landmark of three characters or more.

    `without` names what stands in many of them: the village, the township.
    """
    first, second = tidy(one), tidy(other)
    for name in sorted(without, key=len, reverse=True):
        first, second = first.replace(tidy(name), "|"), second.replace(tidy(name), "/")
    match = SequenceMatcher(None, first, second, autojunk=False).find_longest_match()
    return match.size >= SAME_PLACE


def company(name: str) -> str:
    """Return what is special in a company's name; nothing where that is a single character."""
    text = tidy(name)
    short = WHAT.sub("", WHERE.sub("", text))
    return short if len(short) >= SHORTEST_NAME else ""
