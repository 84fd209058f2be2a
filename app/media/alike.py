"""Find the same picture among all photos ever: prints kept, photos compared behind the scenes.

Nobody who sends a photo waits for this: a job takes photos that somebody holds, looks them up among
the prints of all (`shelf.py`), stores what it finds and announces it. Two processes may find the
same pair; it is stored once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, Table, delete, select, update
from sqlalchemy.exc import IntegrityError

from app.audit.aside import Aside
from app.core.db import db
from app.core.events import announce
from app.core.sweep import batch_or_rows
from app.media import likeness, shelf
from app.media.events import PhotoCompared
from app.media.likeness import Laid, Print
from app.media.models import Holder, Likeness, Photo, PhotoPrint

PHOTOS: Table = Photo.__table__  # type: ignore[assignment]
ASIDE = Aside(table=PHOTOS, action="photo.again", subject="photos", rows="photos")
BATCH: Final = 5
"""Few a transaction: on SQLite nobody else writes meanwhile."""
COPY: Final = Laid(agreement=1.0, left=0.0, right=0.0, top=0.0, bottom=0.0)


def keep_prints(sha256: str, prints: Sequence[Print], *, now: datetime) -> None:
    """Store the prints of new bytes; those of known bytes are there already."""
    if db.session.scalar(select(PhotoPrint.id).where(PhotoPrint.sha256 == sha256).limit(1)):
        return
    rows = [
        PhotoPrint(sha256=sha256, part=part, dhash=shelf.signed(one.dhash),
                   phash=shelf.signed(one.phash), grey=one.grey, made_at=now)
        for part, one in enumerate(prints)
    ]  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add_all(rows)
    except IntegrityError:  # the same bytes came twice at the same moment
        return


def drop_prints(before: datetime) -> None:
    """Remove prints of photos that nobody sent in the end; no others (decision 26)."""
    named = select(Photo.id).where(Photo.sha256 == PhotoPrint.sha256)
    orphans = delete(PhotoPrint).where(PhotoPrint.made_at < before, ~named.exists())
    db.session.execute(orphans.execution_options(synchronize_session=False))


def read_ahead(_now: datetime) -> None:
    """Read the shelf before the transaction: at first that takes seconds, and nobody may write."""
    if db.session.scalar(_waiting(1)) is not None:
        shelf.read_on()


def compare_batch(now: datetime, *, limit: int = BATCH) -> int:
    """Compare the photos that wait, oldest first; return how many (0: none waits).

    A photo that raises is set aside with its error, so that it cannot hold up the rest.
    """
    return batch_or_rows(
        "likeness",
        batch=lambda: _take(_waiting(limit), now),
        ids=lambda: db.session.scalars(_waiting(limit)).all(),
        one=lambda photo_id: _take(_waiting(1).where(Photo.id == photo_id), now),
        set_aside=ASIDE.put,
    )


def _waiting(limit: int) -> Select[str]:
    return (
        select(Photo.id)
        .where(Photo.compared_at.is_(None), Photo.holder_kind.is_not(None), Photo.error.is_(None))
        .order_by(Photo.received_at)
        .limit(limit)
    )


def _take(chosen: Select[str], now: datetime) -> int:
    taken = db.session.scalars(
        update(Photo)
        .where(Photo.id.in_(chosen), Photo.compared_at.is_(None))
        .values(compared_at=now)
        .returning(Photo.id)
        .execution_options(synchronize_session=False)
    ).all()
    for photo_id in sorted(taken):
        _compare(photo_id, now)
    return len(taken)


def take_as_compared(now: datetime) -> None:
    """Leave all photos that are here out of comparing; later ones are still compared with them.

    For a county that was drawn: its pictures resemble one another as no real ones do.
    """
    waiting = update(Photo).where(Photo.compared_at.is_(None)).values(compared_at=now)
    db.session.execute(waiting.execution_options(synchronize_session=False))


def _compare(photo_id: str, now: datetime) -> None:
    photo = db.session.get_one(Photo, photo_id, populate_existing=True)
    found = [(photo.sha256, 0, COPY)]
    found += [(one.sha256, one.distance, one.laid) for one in shelf.similar(photo.sha256)]
    for sha256, distance, laid in found:
        for other in _held(sha256, besides=photo):
            _note(photo, other, laid, exact=sha256 == photo.sha256, distance=distance, now=now)
    announce(PhotoCompared(photo_id=photo_id, now=now))


def _held(sha256: str, *, besides: Photo) -> Iterable[Photo]:
    """Return held photos of these bytes, but not those beside it in the same report or visit."""
    rows = db.session.scalars(
        select(Photo).where(Photo.sha256 == sha256, Photo.holder_kind.is_not(None))
    )
    own = (besides.holder_kind, besides.holder_id)
    return [row for row in rows if (row.holder_kind, row.holder_id) != own]


def _in_order(one: Photo, other: Photo) -> list[Photo]:
    """Put two photos in order: of two reports the server's commit decides (decision 7)."""
    if one.holder_kind is other.holder_kind is Holder.REPORT:
        return sorted((one, other), key=lambda photo: photo.holder_id or 0)
    return sorted((one, other), key=lambda photo: (photo.received_at, photo.id))


def _note(
    one: Photo, other: Photo, laid: Laid, *, exact: bool, distance: int, now: datetime
) -> None:
    """Store a pair once, the later photo first."""
    earlier, later = _in_order(one, other)
    if earlier is one:
        laid = likeness.other_way(laid)
    if db.session.get(Likeness, (later.id, earlier.id)) is not None:
        return
    row = Likeness(
        photo_id=later.id, earlier_id=earlier.id, exact=exact, distance=distance,
        agreement=laid.agreement, left=laid.left, right=laid.right, top=laid.top,
        bottom=laid.bottom, mirrored=laid.mirrored, framed=laid.framed, found_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # another process found the pair at the same moment
        return
