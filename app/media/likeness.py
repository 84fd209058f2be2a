"""Say whether two prints come from one picture: laid over each other, plain values, no I/O.

The hashes only choose whom to compare (`is_candidate`). What decides is how well the points agree
once one picture is shifted and stretched onto the other: a copy agrees with a small cut, a second
photo of the scene does not (R-F2).
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]

POINTS: Final = 32
CANDIDATE_DHASH: Final = 12
CANDIDATE_PHASH: Final = 16
AGREES: Final = 0.92
MOST_CUT: Final = 0.0275  # a view moved by 3 % is told from a copy cut by 2 (benchmarks/pairs.py)
MOST_CUT_WITHIN: Final = 0.08  # where one lies wholly within the other: no second photo does
SLACK: Final = 0.01
TELLING: Final = 3.0  # a picture whose greys spread less is a blank wall or night
ROUNDS: Final = 8
_AXIS: Final = np.linspace(-1, 1, POINTS)
_X, _Y = np.meshgrid(_AXIS, _AXIS)
_ODD_WAVES: Final = 0xAAAAAAAAAAAAAAAA  # waves 1, 3, 5, 7 stand first in each byte's pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """What a picture is recognised by: two hashes of 64 bits and 32 × 32 greys, row by row."""

    dhash: int
    phash: int
    grey: bytes

    @property
    def telling(self) -> bool:
        """Whether it can tell pictures apart at all."""
        return float(np.frombuffer(self.grey, np.uint8).std()) >= TELLING

    def mirrored(self) -> "Print":
        """Return the print of the picture seen in a mirror."""
        rows = np.frombuffer(self.grey, np.uint8).reshape(POINTS, POINTS)
        return Print(
            dhash=mirrored_dhash(self.dhash),
            phash=self.phash ^ _ODD_WAVES,
            grey=np.ascontiguousarray(rows[:, ::-1]).tobytes(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """How the second picture lies on the first: agreement −1…1 and what it lost on each side.

    The cuts are shares of the first one's width or height; negative where it shows more.
    """

    agreement: float
    left: float
    right: float
    top: float
    bottom: float
    mirrored: bool = False
    framed: bool = False

    @property
    def cut(self) -> float:
        """Return the largest cut, whichever of the two has lost it."""
        return max(abs(self.left), abs(self.right), abs(self.top), abs(self.bottom))

    @property
    def within(self) -> bool:
        """Say whether one of the two shows nothing that the other does not."""
        cuts = (self.left, self.right, self.top, self.bottom)
        return min(cuts) >= -SLACK or max(cuts) <= SLACK

    @property
    def same(self) -> bool:
        """Say whether it is one picture; where a frame ends is known to a point or two only."""
        wide = self.framed or self.within
        return self.agreement >= AGREES and self.cut <= (MOST_CUT_WITHIN if wide else MOST_CUT)


def other_way(laid: Laid) -> Laid:
    """Return how the first picture lies on the second: what one has lost, the other shows more."""
    left, right = _back(laid.left, laid.right)
    top, bottom = _back(laid.top, laid.bottom)
    if laid.mirrored:
        left, right = right, left
    return replace(laid, left=left, right=right, top=top, bottom=bottom)


def _back(start: float, end: float) -> tuple[float, float]:
    rest = 1 - start - end
    return round(-start / rest, 4), round(-end / rest, 4)


def read(told: Any) -> Print:
    """Read a print as the child wrote it. Raises ValueError, KeyError or TypeError on nonsense."""
    grey = bytes.fromhex(told["grey"])
    if len(grey) != POINTS * POINTS:
        raise ValueError("a print has 32 × 32 points")
    return Print(dhash=_bits(told["dhash"]), phash=_bits(told["phash"]), grey=grey)


def _bits(text: str) -> int:
    return int(text, 16) & 0xFFFFFFFFFFFFFFFF


def mirrored_dhash(bits: int) -> int:
    """Return the dHash of the mirrored picture: every row read backwards, every answer turned."""
    rows = bits.to_bytes(8, "big")
    return int.from_bytes(bytes(255 ^ int(f"{row:08b}"[::-1], 2) for row in rows), "big")


def distance(one: Print, other: Print) -> int:
    """Return in how many of 64 bits the nearer of the two hashes differs."""
    return min((one.dhash ^ other.dhash).bit_count(), (one.phash ^ other.phash).bit_count())


def is_candidate(one: Print, other: Print) -> bool:
    """Say whether two prints are near enough in either hash to be laid over each other."""
    near = (one.dhash ^ other.dhash).bit_count() <= CANDIDATE_DHASH
    return near or (one.phash ^ other.phash).bit_count() <= CANDIDATE_PHASH


def compare(ones: tuple[Print, ...], others: tuple[Print, ...]) -> Laid | None:
    """Return how the best matching prints of two pictures lie, None where no hash is near.

    The second of a picture's prints is what its frame holds.
    """
    found: list[Laid] = []
    for n, one in enumerate(ones):
        for mirrored, turned in ((False, one), (True, one.mirrored())):
            found += [
                lay(turned, other, mirrored=mirrored, framed=bool(n or m))
                for m, other in enumerate(others)
                if is_candidate(turned, other) and one.telling and other.telling
            ]
    return max(found, key=lambda laid: (laid.same, laid.agreement), default=None)


def lay(one: Print, other: Print, *, mirrored: bool = False, framed: bool = False) -> Laid:
    """Shift, stretch and brighten `one` until it agrees best with `other`."""
    first, second = _points(one), _points(other)
    place = np.array([1.0, 0.0, 1.0, 0.0])
    best = (-1.0, place)
    for _ in range(ROUNDS):
        drawn, seen = _drawn(first, place)
        if seen.sum() < seen.size / 2:
            break
        best = max(best, (_agreement(drawn[seen], second[seen]), place), key=lambda pair: pair[0])
        step = _step(drawn, seen, second, place)
        if step is None:
            break
        place = place + step
    across, right, down, below = best[1]
    return Laid(
        agreement=round(best[0], 4),
        left=_cut(right - across), right=_cut(-right - across),
        top=_cut(below - down), bottom=_cut(-below - down),
        mirrored=mirrored, framed=framed,
    )  # fmt: skip


def agreement(one: bytes, others: npt.NDArray[np.uint8]) -> Points:
    """Return how well each row of `others` agrees with `one` as it lies: a cheap first sieve."""
    first = np.frombuffer(one, np.uint8).astype(np.float64)
    first -= first.mean()
    rows = others.astype(np.float64)
    rows -= rows.mean(axis=1, keepdims=True)
    norms = np.sqrt((rows**2).sum(axis=1) * (first**2).sum())
    return np.asarray(rows @ first / np.maximum(norms, 1e-9))


def _points(one: Print) -> Points:
    return np.frombuffer(one.grey, np.uint8).reshape(POINTS, POINTS).astype(np.float64)


def _cut(reach: float) -> float:
    return round(float(1 + reach) / 2, 4)


def _drawn(points: Points, place: Points) -> tuple[Points, npt.NDArray[np.bool_]]:
    """Draw a picture at another place; say which points it covers."""
    across, seen_x = _weights(place[0], place[1])
    down, seen_y = _weights(place[2], place[3])
    return down @ points @ across.T, np.outer(seen_y, seen_x)


def _weights(stretch: float, shift: float) -> tuple[Points, npt.NDArray[np.bool_]]:
    at = (stretch * _AXIS + shift + 1) * (POINTS - 1) / 2
    seen = (at >= -0.5) & (at <= POINTS - 0.5)
    at = np.clip(at, 0, POINTS - 1.001)
    whole = at.astype(int)
    weights = np.zeros((POINTS, POINTS))
    rows = np.arange(POINTS)
    weights[rows, whole] = 1 - (at - whole)
    weights[rows, whole + 1] += at - whole
    return weights, seen


def _agreement(one: Points, other: Points) -> float:
    one, other = one - one.mean(), other - other.mean()
    norm = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / norm if norm > 1e-9 else 0.0


def _step(
    drawn: Points, seen: npt.NDArray[np.bool_], wanted: Points, place: Points
) -> Points | None:
    """Return the next small move by least squares, with brightness and contrast free."""
    down, across = np.gradient(drawn, 2 / (POINTS - 1))
    across, down = across / place[0], down / place[2]
    columns = (across * _X, across, down * _Y, down, drawn, np.ones_like(drawn))
    table = np.stack([column[seen] for column in columns], axis=1)
    solved, *_ = np.linalg.lstsq(table, wanted[seen], rcond=None)
    if abs(solved[4]) < 0.2:
        return None
    return np.asarray(np.clip(solved[:4] / solved[4], -0.08, 0.08))
