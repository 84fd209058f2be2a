"""`./eco110 photos check PATH…` and `… similar PATH PATH…`: what the service would say to photos.

One JSON a line; nothing is stored and no database is needed. The form of the lines is kept (issue 2
and 4).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from babel.support import Translations
from flask.cli import AppGroup

from app.core import clock
from app.media import likeness
from app.media import service as media
from app.media.decoder import NotSeen, Seen
from app.media.likeness import Print
from app.media.reasons import REASONS
from app.media.rules import Unfit, claimed_place, claimed_time
from config import ROOT

group = AppGroup("photos", help="Try photos without storing them.")

FIELDS = (
    "path", "ok", "reason", "message", "format", "width", "height", "sha256", "dhash",
    "taken_at", "lng", "lat", "ms", "peak_mb",
)  # fmt: skip


@group.command("check", with_appcontext=False)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def check(paths: tuple[Path, ...], lang: str) -> None:
    """Say for each PATH (files, or folders with all below) whether it is taken, and why not."""
    catalogue = Translations.load(ROOT / "app" / "translations", [lang], "photos")
    for path in paths:
        for file in _files(path):
            line = dict.fromkeys(FIELDS) | _checked(file, catalogue)
            click.echo(json.dumps(line, ensure_ascii=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A photo of `similar`: its name as shown, its bytes' hash and its prints."""

    path: str
    sha256: str
    prints: tuple[Print, ...]


@group.command("similar", with_appcontext=False)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def similar(paths: tuple[Path, ...], lang: str) -> None:
    """Say for each pair of PATHs (files, or folders with all below) whether it is one picture.

    `distance` is that of the nearer hash, in bits of 64, over mirrored and framed versions too.
    A file that is no photo gets one line with its reason and no pairs.
    """
    catalogue = Translations.load(ROOT / "app" / "translations", [lang], "photos")
    looked: list[Looked] = []
    for file in (file for path in paths for file in _files(path)):
        seen, sha256 = _look(file)
        if isinstance(seen, NotSeen):
            line = {"a": _shown(file), "b": None, "distance": None, "same": False}
            _write(line | {"reason": seen.unfit.code, "message": _sentence(seen, catalogue)})
        else:
            looked.append(Looked(path=_shown(file), sha256=sha256, prints=seen.prints))
    for one, other in combinations(looked, 2):
        _write({"a": one.path, "b": other.path} | _compared(one, other))


def _compared(one: Looked, other: Looked) -> dict[str, Any]:
    laid = likeness.compare(one.prints, other.prints)
    same = one.sha256 == other.sha256 or (laid is not None and laid.same)
    return {"distance": _distance(one.prints, other.prints), "same": same}


def _distance(ones: Sequence[Print], others: Sequence[Print]) -> int:
    return min(
        likeness.distance(turned, other)
        for one in ones
        for turned in (one, one.mirrored())
        for other in others
    )


def _write(line: dict[str, Any]) -> None:
    click.echo(json.dumps(line, ensure_ascii=False))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(below for below in path.rglob("*") if below.is_file())
    else:
        yield path


def _checked(path: Path, catalogue: Any) -> dict[str, Any]:
    started = perf_counter()
    seen, sha256 = _look(path)
    ms = round((perf_counter() - started) * 1000)
    line = {"path": _shown(path), "sha256": sha256 or None, "ms": ms, "peak_mb": seen.peak_mb}
    if isinstance(seen, NotSeen):
        message = _sentence(seen, catalogue)
        return line | {"ok": False, "reason": seen.unfit.code, "message": message}
    return line | _told(seen) | {"message": catalogue.gettext("The photo can be taken.")}


def _shown(path: Path) -> str:
    return str(path).encode("utf-8", "replace").decode()


def _sentence(seen: NotSeen, catalogue: Any) -> str:
    return str(catalogue.gettext(REASONS[seen.unfit.code]) % dict(seen.unfit.facts))


def _look(path: Path) -> tuple[Seen | NotSeen, str]:
    """Return what the child sees and the file's SHA-256, none where it cannot be read."""
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return media.look(path), sha256
    except (OSError, ValueError):  # missing, unreadable, a device, a name with NUL
        return NotSeen(unfit=Unfit(code="photo_missing")), ""


def _told(seen: Seen) -> dict[str, Any]:
    taken = claimed_time(seen.taken, seen.offset, now=clock.local(clock.now())).at
    place = claimed_place(seen.lng, seen.lat)
    return {
        "ok": True, "format": seen.format, "width": seen.width, "height": seen.height,
        "dhash": seen.dhash, "taken_at": taken.isoformat() if taken else None,
        "lng": place.lng, "lat": place.lat,
    }  # fmt: skip
