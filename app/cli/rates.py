"""`rates show`, `recount`, `publish` and `export`."""

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

import click
from flask.cli import AppGroup

from app.core import clock
from app.core.errors import Refused
from app.core.tx import transaction
from app.rates import RATES, patrolled, published
from app.rates.beside import BESIDE_BY_KEY
from app.rates.definition import DEFINITION_VERSION, Period
from app.rates.queries import Group, by_group, figure
from app.rates.recount import differences
from app.rates.rules import Figure

group = AppGroup("rates", help="The five rates.")


class Day(click.DateTime):
    """A day as YYYY-MM-DD, of years that a database can count in."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d"])

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        day: datetime = super().convert(value, param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}", param, ctx)
        return day


FIRST_YEAR, LAST_YEAR = 2000, 2999
DAY = Day()


def period_of(first: date, last: date) -> Period:
    """Return the period of two county days, both included. Raises UsageError if they are turned."""
    if last < first:
        raise click.UsageError(f"--to {last} lies before --from {first}")
    start = datetime.combine(first, time.min, clock.LOCAL)
    end = datetime.combine(last + timedelta(days=1), time.min, clock.LOCAL)
    return Period(start=start, end=end)


def _plain(value: Figure) -> dict[str, object]:
    share = value.percent
    return {
        "numerator": value.top, "denominator": value.bottom, "excluded": value.excluded,
        "percent": None if share is None else str(share),
    }  # fmt: skip


BY = {
    "township": Group.TOWNSHIP, "unit": Group.UNIT, "village": Group.GRID, "person": Group.STAFF,
    "category": Group.CATEGORY, "channel": Group.CHANNEL, "level": Group.URGENCY,
}  # fmt: skip


@group.command("show")
@click.option("--from", "first", type=DAY, required=True)
@click.option("--to", "last", type=DAY, required=True)
@click.option("--by", type=click.Choice(list(BY)), default=None)
@click.option("--beside", "with_beside", is_flag=True, help="Also what stands beside the rates.")
@click.option("--json", "as_json", is_flag=True)
def show(
    first: datetime, last: datetime, by: str | None, *, with_beside: bool, as_json: bool
) -> None:
    """Show the five rates of a period, whole or broken down."""
    period, now = period_of(first.date(), last.date()), clock.now()
    answer: dict[str, object] = {"definition": DEFINITION_VERSION}
    for rate in (*RATES, *(BESIDE_BY_KEY.values() if with_beside else ())):
        row = _plain(figure(rate, period, now=now))
        if by:
            parts = by_group(rate, period, BY[by], now=now)
            named = ((str(code or ""), part) for code, part in parts.items())
            row["by"] = {code: _plain(part) for code, part in sorted(named)}
        answer[rate.key] = row
        if not as_json:
            _say(rate.key, row)
    if with_beside:
        answer["patrol"] = row = _plain(patrolled.figure(period, now=now))
        if not as_json:
            _say("patrol", row)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))


def _say(name: str, row: dict[str, Any]) -> None:
    click.echo(f"{name:13} {row['percent'] or '—':>7} {row['numerator']}/{row['denominator']}")
    for code, part in row.get("by", {}).items():
        _say(f"  {code or '—'}", part)


@group.command("recount")
@click.option("--from", "first", type=DAY, default="2020-01-01")
@click.option("--to", "last", type=DAY, default="2035-12-31")
def recount(first: datetime, last: datetime) -> None:
    """Recompute every figure from raw rows; exit 1 with the first one that differs.

    The digests of published months are recomputed from their rows as well.
    """
    found = differences(period_of(first.date(), last.date()), now=clock.now())
    if found:
        click.echo(f"DIFFERS: {found[0]}")
        sys.exit(1)
    broken = [view.month for view in published.months() if not published.is_whole(view.month)]
    if broken:
        click.echo(f"DIFFERS: the rows of {broken[0]} no longer make its digest")
        sys.exit(1)
    click.echo("ok: every figure equals its raw rows")


@group.command("publish")
@click.argument("month")
def publish(month: str) -> None:
    """Freeze a month like 2026-10 with its rows and print its digest."""
    try:
        with transaction():
            digest = published.publish(month, by=None, now=clock.now())
    except Refused as refusal:
        raise click.ClickException(f"{month}: {refusal.key}") from None
    click.echo(digest)


@group.command("export")
@click.argument("month")
def export(month: str) -> None:
    """Write the rows of a published month; the SHA-256 of this is its digest."""
    try:
        published.get(month)
    except Refused as refusal:
        raise click.ClickException(f"{month}: {refusal.key}") from None
    click.echo(published.export(published.rows_of(month)), nl=False)
