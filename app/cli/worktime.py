"""`worktime due`: when a time limit ends, and how each day was counted; `seed` and `load`."""

import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DatabaseError

from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.worktime import queries, service
from app.worktime.calendar import ZONE, Calendar, midnight
from app.worktime.rules import BY_DAY, Allowance, Counted, Due, Unit, due

group = AppGroup("worktime", help="Working calendar and time limits.")

RUNS_ON = frozenset({Unit.MIN, Unit.H})
"""Natural time needs no calendar."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Question:
    """One line of input."""

    start: datetime
    allowance: Allowance


@group.command("due")
@click.option("--explain", is_flag=True, help="Say how each day was counted.")
def due_moments(*, explain: bool) -> None:
    """Read START,LENGTH lines and write the due moment of each.

    START is a date or a local ISO time (or one with a zone); LENGTH is 7, 7wd, 6wh, 90min, 24h or
    60nd. Days give a date, hours and minutes a time; `unknown` where a calendar is missing.
    """
    calendar, bad = _calendar(), False
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            question = read(line)
            unit = question.allowance.unit
            found = due(question.start, question.allowance.length, unit, calendar)
        except (ValueError, OverflowError) as error:
            click.echo("invalid")
            click.echo(f"line {number}: {error}", err=True)
            bad = True
            continue
        click.echo(written(found, unit))
        if explain:
            for text in explained(found, unit):
                click.echo(f"  {text}")
    sys.exit(1 if bad else 0)


def read(line: str) -> Question:
    """Read one START,LENGTH line. Raises ValueError."""
    start, comma, length = line.strip().partition(",")
    if not comma:
        raise ValueError("a line is START,LENGTH, as 2026-02-12,7wd")
    return Question(_moment(start.strip()), Allowance.read(length))


def _moment(text: str) -> datetime:
    try:
        found = (
            midnight(date.fromisoformat(text)) if len(text) == 10 else datetime.fromisoformat(text)
        )
    except ValueError as error:
        raise ValueError(
            f"no day or time of the calendar: {text[:40]!r}; write 2026-02-12 or 2026-02-12T16:30"
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def written(found: Due, unit: Unit) -> str:
    """Write a due moment: a day for days, a time with its zone for hours and minutes."""
    if found.provisional:
        return "unknown"
    if unit in BY_DAY:
        return found.day.isoformat()
    return found.at.astimezone(ZONE).isoformat(timespec="seconds")


def explained(found: Due, unit: Unit) -> list[str]:
    """Write one line a day, and what is known of a due moment that may still move."""
    lines = [_day_line(item, unit) for item in found.days]
    if found.provisional:
        years = sorted({item.day.year for item in found.days if not item.known})
        lines.append(f"calendar of {', '.join(map(str, years))} is not published: "
                     f"provisionally {found.at.astimezone(ZONE).isoformat()}")  # fmt: skip
    return lines


def _day_line(item: Counted, unit: Unit) -> str:
    head = f"{item.day} {WEEKDAYS[item.day.weekday()]} {item.kind}"
    tail = "" if item.known or unit in RUNS_ON else " (not published)"
    if item.note == "start":
        return f"{head}: start day, not counted{tail}"
    if item.note == "moved":
        return f"{head}: last day moved on{tail}"
    if unit not in BY_DAY:
        return f"{head}: {item.seconds // 60} min{tail}"
    return f"{head}: {item.n or 'not counted'}{tail}"


def _calendar() -> Calendar:
    try:
        found = queries.calendar()
    except DatabaseError:
        return queries.shipped()
    return found if found.years else queries.shipped()


@group.command("seed")
def seed() -> None:
    """Load the years that come with the software and are not there yet."""
    with transaction():
        count = service.seed(clock.now())
    click.echo(f"{count} years loaded")


@group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--document", required=True, help="The notice's number: 国办发明电〔2025〕7号")
def load(file: Path, document: str) -> None:
    """Load a CSV file with the columns date and kind, or JSON with these names."""
    try:
        with transaction():
            years = service.load(
                file.read_text(encoding="utf-8-sig"), doc_no=document, by="system", now=clock.now()
            )
    except Invalid as refused:
        raise click.ClickException(f"{refused.key} {refused.facts}") from refused
    click.echo(f"loaded: {', '.join(map(str, years)) or 'single days only'}")
