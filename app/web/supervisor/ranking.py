"""V5: all townships by all five rates of a time; fewer than five records stand apart."""

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.places import queries as places
from app.rates import RATES
from app.rates import queries as rates
from app.rates.queries import Group, Part
from app.rates.rules import Figure
from app.web.access import needs
from app.web.labels import label
from app.web.supervisor import figures, period
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.period import Chosen

NOTHING = Figure(top=0, bottom=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One rate of one township."""

    value: str
    n: int
    few: bool
    missed: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One township."""

    name: str
    cells: tuple[Cell, ...]


@blueprint.get("/ranking")
@needs(Verb.RATES_READ)
def ranking() -> ResponseReturnValue:
    """Show the townships by the five rates."""
    chosen, now = period.chosen(), clock.now()
    by_rate = [rates.by_group(rate, chosen.period, Group.TOWNSHIP, now=now) for rate in RATES]
    return render_template(
        "supervisor/ranking.html",
        chosen=chosen,
        keys=[rate.key for rate in RATES],
        heads=[(label(rate.key, "Rate"), "num") for rate in RATES],
        rows=[_row(town.code, town.name, by_rate, chosen) for town in places.townships()],
    )


def _row(code: str, name: str, by_rate: list[dict[str, Figure]], chosen: Chosen) -> Row:
    cells = []
    for rate, found in zip(RATES, by_rate, strict=True):
        figure = found.get(code, NOTHING)
        address = url_for(
            "supervisor.rate", key=rate.key, part=str(Part.BOTTOM), **chosen.args(township=code)
        )
        cells.append(
            Cell(
                value=figures.value(figure),
                n=figure.bottom,
                few=figure.few,
                address=address,
                missed=figure.missed(rate.target) and not figure.few,
            )
        )
    return Row(name=name, cells=tuple(cells))
