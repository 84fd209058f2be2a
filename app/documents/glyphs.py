"""What the font of the papers can draw, and what is written where it cannot."""

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parent / "fonts"
FONT = FONTS / "NotoSansCJKsc-Regular.otf"
WHOLE_UNICODE = (3, 10)
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories that leave no mark: controls, joiners, turns of direction."""


@cache
def drawn() -> frozenset[int]:
    """Return the code points that the font has a glyph for, read from its `cmap` (OpenType)."""
    raw = FONT.read_bytes()
    count = struct.unpack_from(">H", raw, 4)[0]
    tables = (struct.unpack_from(">4sLLL", raw, 12 + 16 * n) for n in range(count))
    cmap = next(start for tag, _, start, _ in tables if tag == b"cmap")
    count = struct.unpack_from(">H", raw, cmap + 2)[0]
    parts = (struct.unpack_from(">HHL", raw, cmap + 4 + 8 * n) for n in range(count))
    start = next(cmap + offset for *kind, offset in parts if tuple(kind) == WHOLE_UNICODE)
    count = struct.unpack_from(">L", raw, start + 12)[0]
    groups = (struct.unpack_from(">LLL", raw, start + 16 + 12 * n) for n in range(count))
    return frozenset(point for first, last, _ in groups for point in range(first, last + 1))


def written(value: Any) -> Any:
    """Return data whose texts the font can draw; a missing character is named: [U+2A6A5]."""
    match value:
        case str():
            return "".join(map(_sign, value))
        case dict():
            return {key: written(one) for key, one in value.items()}
        case list() | tuple():
            return [written(one) for one in value]
        case _:
            return value


def _sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in UNSEEN:
        return sign if sign == "\n" else ""
    if ord(sign) in drawn():
        return sign
    return "" if kind == "Mn" else f"[U+{ord(sign):04X}]"
