"""Which areas a description of a place names: “黄坛镇里天河村旁边” → the village; pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from app.places.atlas import Atlas
from app.places.rules import Level

TAILS = re.compile(r"(村民委员会|居民委员会|村委会|居委会|社区|街道|行政村|自然村|村|镇|乡)$")
SHORTEST = 2
WHOLE_NAME, TOWNSHIP_TOO = 3, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An area that a text may mean; `township` is its own name for a township."""

    code: str
    name: str
    level: Level
    township: str


@lru_cache(maxsize=2048)
def bare(name: str) -> str:
    """Return a name without what kind of area it is: 深甽镇 → 深甽."""
    short = TAILS.sub("", name)
    return short if len(short) >= SHORTEST else name


def tidy(words: str) -> str:
    """Return the text as names are compared: one width, no blanks."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def suggestions(atlas: Atlas, words: str, *, limit: int) -> tuple[Suggestion, ...]:
    """Return the grids and townships whose names stand in the text, best first.

    A longer name beats a shorter one, a village whose township is named too beats its namesakes
    elsewhere, and a township beats the village that it is called after.
    """
    text = tidy(words)
    towns = {info.code: bare(info.name) for info in atlas.level(Level.TOWNSHIP)}
    found: list[tuple[int, Suggestion]] = []
    for info in (*atlas.level(Level.GRID), *atlas.level(Level.TOWNSHIP)):
        short = bare(info.name)
        if short not in text:
            continue
        town = towns.get(info.parent_code or "", "")
        above = atlas.areas.get(info.parent_code or "")
        township = above.name if town and above else info.name
        hint = Suggestion(code=info.code, name=info.name, level=info.level, township=township)
        found.append((_score(info.name, short, town=town, text=text), hint))
    found.sort(key=lambda pair: (-pair[0], pair[1].code))
    return tuple(hint for _, hint in found[:limit])


def _score(name: str, short: str, *, town: str, text: str) -> int:
    score = len(short) * 2
    if name in text or (town and f"{short}村" in text):
        score += WHOLE_NAME
    rest = text.replace(short, "", 1)
    return score + (TOWNSHIP_TOO if town and town in rest else 0)
