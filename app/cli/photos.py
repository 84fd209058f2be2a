"""`./eco110 photos check PATH…`: what the service would say to photos, one JSON a line.

Nothing is stored and no database is needed. The form of the lines is kept (issue 2).
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from babel.support import Translations
from flask.cli import AppGroup

from app.core import clock
from app.media import service as media
from app.media.decoder import NotSeen, Seen
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


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(below for below in path.rglob("*") if below.is_file())
    else:
        yield path


def _checked(path: Path, catalogue: Any) -> dict[str, Any]:
    shown = str(path).encode("utf-8", "replace").decode()
    started = perf_counter()
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        seen = media.look(path)
    except (OSError, ValueError):  # missing, unreadable, a device, a name with NUL
        seen, sha256 = NotSeen(unfit=Unfit(code="photo_missing")), None
    ms = round((perf_counter() - started) * 1000)
    line = {"path": shown, "sha256": sha256, "ms": ms, "peak_mb": seen.peak_mb}
    if isinstance(seen, NotSeen):
        sentence = catalogue.gettext(REASONS[seen.unfit.code]) % dict(seen.unfit.facts)
        return line | {"ok": False, "reason": seen.unfit.code, "message": sentence}
    return line | _told(seen) | {"message": catalogue.gettext("The photo can be taken.")}


def _told(seen: Seen) -> dict[str, Any]:
    taken = claimed_time(seen.taken, seen.offset, now=clock.local(clock.now())).at
    place = claimed_place(seen.lng, seen.lat)
    return {
        "ok": True, "format": seen.format, "width": seen.width, "height": seen.height,
        "dhash": seen.dhash, "taken_at": taken.isoformat() if taken else None,
        "lng": place.lng, "lat": place.lat,
    }  # fmt: skip
