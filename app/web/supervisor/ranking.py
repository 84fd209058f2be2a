"""V5: all townships by all five rates of a time; fewer than five records stand apart."""

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.places import queries as places
from app.rates import RATES, scores
from app.rates import queries as rates
from app.rates.definition import DEFINITION_VERSION
from app.rates.queries import Group, Part
from app.rates.rules import Figure
from app.rates.rules_score import Score
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
    score: Score | None
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
        rows=_rows(by_rate, scores.scores(chosen.period, now=now), chosen),
        version=DEFINITION_VERSION,
    )


def _rows(by_rate: list[dict[str, Figure]], found: dict[str, Score], chosen: Chosen) -> list[Row]:
    """Return the townships, the best score first; what is not ranked stands below, by name."""
    rows = [
        _row(town.code, town.name, by_rate, found.get(town.code), chosen)
        for town in places.townships()
    ]
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[bool, float]:
    ranked = row.score is not None and row.score.ranked and row.score.points is not None
    return not ranked, -float(row.score.points or 0) if ranked and row.score else 0.0


def _row(
    code: str, name: str, by_rate: list[dict[str, Figure]], score: Score | None, chosen: Chosen
) -> Row:
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
    return Row(name=name, score=score, cells=tuple(cells))
