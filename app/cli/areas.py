"""`areas import FILE` and `areas locate`: load the area tree; say where points lie."""

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.core.tx import transaction
from app.places import demo, locating, queries, service
from app.places.locating import Located
from app.places.rules import LEVEL_WORDS
from app.places.service import ImportReport

MOST_LINES = 20

group = AppGroup("areas", help="Areas: county > township > village grid.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--level", type=click.Choice(sorted(LEVEL_WORDS)), help="For features without one.")
@click.option("--replace", is_flag=True, help="Retire areas that their parent has no longer.")
@click.option("--check", is_flag=True, help="Report only; store nothing.")
def import_file(file: Path, *, level: str | None, replace: bool, check: bool) -> None:
    """Import a GeoJSON FeatureCollection (WGS-84) and report overlaps and gaps."""
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file.name} is no JSON: {error}") from error
    try:
        with transaction():
            report = service.import_areas(
                document, by="system", now=clock.now(), source=file.name, replace=replace,
                level=LEVEL_WORDS[level] if level else None, trial=check,
            )  # fmt: skip
    except Invalid as refused:
        for fault in refused.facts["faults"]:
            click.echo(f"feature {fault.number}: {fault.key} {fault.about}".rstrip(), err=True)
        raise click.ClickException(f"{refused.facts['more']} faults; nothing was stored") from None
    show(report)


def show(report: ImportReport) -> None:
    """Write an import's report for a person."""
    counts = ", ".join(f"{count} {level}" for level, count in report.counts.items() if count)
    state = f"version {report.version} stored" if report.stored else "checked, nothing stored"
    click.echo(f"{state}: {counts}, {report.km2:g} km²")
    click.echo(
        f"added {report.added}, changed {report.changed}, unchanged {report.unchanged}, "
        f"retired {len(report.retired)}"
    )
    _list("overlap", [f"{o.code} {o.name} × {o.other_code} {o.other_name}: {o.km2} km²"
                      for o in report.overlaps])  # fmt: skip
    for title, pieces in (("gap", report.gaps), ("outside its parent", report.outside)):
        _list(title, [f"{p.code} {p.name}: {p.km2} km² at {p.lng},{p.lat}" for p in pieces])
    _list("repaired outline", report.repaired)
    _list("unknown worker", report.unknown_workers)
    if report.without_worker:
        click.echo(f"{report.without_worker} grids name no worker")


def _list(title: str, lines: Any) -> None:
    for line in lines[:MOST_LINES]:
        click.echo(f"{title}: {line}")
    if len(lines) > MOST_LINES:
        click.echo(f"{title}: … and {len(lines) - MOST_LINES} more")


@group.command("locate")
def locate() -> None:
    """Read `lng,lat[,crs]` lines from standard input and write one JSON a line."""
    find = _finder()
    for line in sys.stdin.buffer:
        click.echo(json.dumps(_answer(find, line.decode("utf-8", "replace"))))


def _finder() -> Callable[[object, object, str], Located]:
    """Return the way to look points up: the database's areas, or the demonstration's."""
    url = make_url(db.engine.url)
    file = url.database if url.get_backend_name() == "sqlite" else None
    if file is None or Path(file).exists():
        try:
            if not queries.is_empty():
                return queries.locate
        except SQLAlchemyError as error:
            click.echo(f"no database, using the demonstration areas ({error.__class__.__name__})",
                       err=True)  # fmt: skip
    return lambda lng, lat, crs: locating.locate(demo.atlas(), lng, lat, crs)


def _answer(find: Callable[[object, object, str], Located], line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.replace("，", ",").strip().strip("﻿").split(",")]
    lng, lat, crs = [*parts, "", "", ""][:3]
    found = find(lng, lat, crs if len(parts) <= 3 else "?")
    return {
        "in_county": found.in_county, "township": found.township, "grid": found.grid,
        "lng": _echo(found.lng, found.raw_lng), "lat": _echo(found.lat, found.raw_lat),
    }  # fmt: skip


def _echo(value: float | None, raw: float | None) -> float | None:
    """Return the WGS-84 value, or the number as it was sent where that is none."""
    kept = value if value is not None else raw
    return kept if kept is not None and math.isfinite(kept) else None
