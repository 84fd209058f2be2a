"""The hashes of all prints in memory, and the look-up among them (R-F3).

A million prints are 24 MB, read once by the process that compares photos; every look-up first reads
on from where the last one ended, so what other machines took in is known too. Rows of the last ten
minutes are read again each time: a transaction may commit later than its ids were given.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, func, select

from app.core.db import db
from app.media import likeness
from app.media.likeness import CANDIDATE_DHASH, CANDIDATE_PHASH, Laid, Print
from app.media.models import PhotoPrint

SETTLED: Final = timedelta(minutes=10)
MOST_CANDIDATES: Final = 256
MOST_LAID: Final = 12
WORTH_LAYING: Final = 0.5  # of copies with every promised change the least that was seen is more
HASH: Final = (1 << 64) - 1
Ids = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """Other bytes that show the same picture; `distance` is the nearer hash's."""

    sha256: str
    distance: int
    laid: Laid


@dataclass(slots=True)
class Shelf:
    """All prints that one process knows, of one database, in the order of their ids."""

    engine: Engine
    ids: Ids
    dhashes: Hashes
    phashes: Hashes
    settled: int = 0

    def read_on(self) -> None:
        """Read what was added since, and once more what is too young to be complete."""
        statement = (
            select(PhotoPrint.id, PhotoPrint.dhash, PhotoPrint.phash)
            .where(PhotoPrint.id > self.settled)
            .order_by(PhotoPrint.id)
        )
        rows = db.session.execute(statement).all()
        fresh = np.array([tuple(row) for row in rows], np.int64).reshape(-1, 3)
        kept = int(np.searchsorted(self.ids, self.settled, "right"))
        if np.array_equal(self.ids[kept:], fresh[:, 0]):
            return
        self.ids = np.concatenate([self.ids[:kept], fresh[:, 0]])
        self.dhashes = np.concatenate([self.dhashes[:kept], _unsigned(fresh[:, 1])])
        self.phashes = np.concatenate([self.phashes[:kept], _unsigned(fresh[:, 2])])
        self.settled = max(self.settled, _settled())

    def near(self, one: Print) -> list[tuple[int, int]]:
        """Return ids of prints near in either hash with their distance, the nearest first."""
        apart_d = np.bitwise_count(self.dhashes ^ np.uint64(one.dhash))
        apart_p = np.bitwise_count(self.phashes ^ np.uint64(one.phash))
        hits = np.flatnonzero((apart_d <= CANDIDATE_DHASH) | (apart_p <= CANDIDATE_PHASH))
        apart = np.minimum(apart_d[hits], apart_p[hits])
        order = np.argsort(apart, kind="stable")[:MOST_CANDIDATES]
        return [(int(self.ids[hits[at]]), int(apart[at])) for at in order]


_held: list[Shelf] = []


def signed(bits: int) -> int:
    """Return 64 bits as databases keep them."""
    return bits - (1 << 64) if bits >> 63 else bits


def forget() -> None:
    """Read everything anew with the next look-up."""
    _held.clear()


def read_on() -> None:
    """Read the hashes that this process does not know yet; all of them take seconds, once."""
    _shelf()


def similar(sha256: str) -> list[Similar]:
    """Return other bytes among all prints that show the picture of these, best first."""
    rows = db.session.scalars(
        select(PhotoPrint).where(PhotoPrint.sha256 == sha256).order_by(PhotoPrint.part)
    )
    prints = [print_of(row) for row in rows]
    shelf = _shelf()
    found: dict[str, Similar] = {}
    for part, one in enumerate(prints):
        if not one.telling:
            continue
        for mirrored, turned in ((False, one), (True, one.mirrored())):
            for hit in _laid(shelf, turned, part=part, mirrored=mirrored):
                best = found.get(hit.sha256)
                if hit.sha256 != sha256 and (best is None or _rank(hit) > _rank(best)):
                    found[hit.sha256] = hit
    return sorted(found.values(), key=_rank, reverse=True)


def print_of(row: Any) -> Print:
    """Return the print that a row holds."""
    return Print(dhash=row.dhash & HASH, phash=row.phash & HASH, grey=row.grey)


def _rank(hit: Similar) -> float:
    return hit.laid.agreement


def _laid(shelf: Shelf, one: Print, *, part: int, mirrored: bool) -> list[Similar]:
    """Lay a print over its candidates; only the likeliest are worth the exact work."""
    apart = dict(shelf.near(one))
    columns = (PhotoPrint.id, PhotoPrint.sha256, PhotoPrint.part, PhotoPrint.dhash,
               PhotoPrint.phash, PhotoPrint.grey)  # fmt: skip
    rows = db.session.execute(select(*columns).where(PhotoPrint.id.in_(apart))).all()
    if not rows:
        return []
    greys = np.stack([np.frombuffer(row.grey, np.uint8) for row in rows])
    agreement = likeness.agreement(one.grey, greys)
    likeliest = np.argsort(-agreement, kind="stable")[:MOST_LAID]
    hits = []
    for row in (rows[at] for at in likeliest if agreement[at] >= WORTH_LAYING):
        laid = likeness.lay(print_of(row), one, mirrored=mirrored, framed=bool(part or row.part))
        if laid.same and print_of(row).telling:
            hits.append(Similar(sha256=row.sha256, distance=apart[row.id], laid=laid))
    return hits


def _shelf() -> Shelf:
    engine = db.engine
    if not _held or _held[-1].engine is not engine:
        none = np.empty(0, np.uint64)
        _held[:] = [Shelf(engine, np.empty(0, np.int64), none, none)]
    _held[-1].read_on()
    return _held[-1]


def _unsigned(column: Ids) -> Hashes:
    return column.astype(np.uint64)


def _settled() -> int:
    """Return an id of which all earlier ones are surely committed; both reads follow an index."""
    newest = db.session.scalar(select(func.max(PhotoPrint.made_at)))
    if newest is None:
        return 0
    old = (
        select(PhotoPrint.id)
        .where(PhotoPrint.made_at < newest - SETTLED)
        .order_by(PhotoPrint.made_at.desc(), PhotoPrint.id.desc())
        .limit(1)
    )
    return db.session.scalar(old) or 0
