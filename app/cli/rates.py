"""`rates show` and `rates recount`."""

import json
import sys
from datetime import date, datetime, time, timedelta

import click
from flask.cli import AppGroup

from app.core import clock
from app.rates import RATES
from app.rates.definition import DEFINITION_VERSION, Period
from app.rates.queries import Group, by_group, figure
from app.rates.recount import differences
from app.rates.rules import Figure

group = AppGroup("rates", help="The five rates.")
DAY = click.DateTime(formats=["%Y-%m-%d"])


def period_of(first: date, last: date) -> Period:
    """Return the period of two county days, both included."""
    start = datetime.combine(first, time.min, clock.LOCAL)
    end = datetime.combine(last + timedelta(days=1), time.min, clock.LOCAL)
    return Period(start=start, end=end)


def _plain(value: Figure) -> dict[str, object]:
    share = value.percent
    return {
        "numerator": value.top, "denominator": value.bottom, "excluded": value.excluded,
        "percent": None if share is None else str(share),
    }  # fmt: skip


@group.command("show")
@click.option("--from", "first", type=DAY, required=True)
@click.option("--to", "last", type=DAY, required=True)
@click.option("--by", type=click.Choice(["township"]), default=None)
@click.option("--json", "as_json", is_flag=True)
def show(first: datetime, last: datetime, by: str | None, *, as_json: bool) -> None:
    """Show the five rates of a period, whole or by township."""
    period, now = period_of(first.date(), last.date()), clock.now()
    answer: dict[str, object] = {"definition": DEFINITION_VERSION}
    for rate in RATES:
        row = _plain(figure(rate, period, now=now))
        if by:
            parts = by_group(rate, period, Group.TOWNSHIP, now=now)
            row["by"] = {code or "": _plain(part) for code, part in sorted(parts.items(), key=str)}
        answer[rate.key] = row
        if not as_json:
            click.echo(
                f"{rate.key:13} {row['percent'] or '—':>7} {row['numerator']}/{row['denominator']}"
            )
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))


@group.command("recount")
@click.option("--from", "first", type=DAY, default="2020-01-01")
@click.option("--to", "last", type=DAY, default="2035-12-31")
def recount(first: datetime, last: datetime) -> None:
    """Recompute every figure from raw rows; exit 1 with the first one that differs."""
    found = differences(period_of(first.date(), last.date()), now=clock.now())
    if found:
        click.echo(f"DIFFERS: {found[0]}")
        sys.exit(1)
    click.echo("ok: every figure equals its raw rows")
