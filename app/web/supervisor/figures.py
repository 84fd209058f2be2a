"""One rate as it is drawn and as it is said: one data object for screen, sentence and list."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for

from app.rates.queries import Part, RateRow
from app.rates.rules import Figure
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.supervisor.period import Chosen

BANDS_BELOW_TARGET = (15, 5)
"""How many points below its target a rate is poor, and how many it is middling."""
NONE = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What the macro `rate_row` draws."""

    name: str
    value: str
    top: int
    bottom: int
    words: str
    say: str
    address: str
    share: float | None
    aim: int | None
    bands: tuple[int, int] | None
    low: float | None
    high: float | None
    missed: bool
    few: bool
    weeks: tuple[float | None, ...]
    change: str
    excluded: int
    excluded_address: str
    counts_first: bool


def value(figure: Figure) -> str:
    """Write a figure in per cent; — where nothing was due."""
    return NONE if figure.percent is None else f"{figure.percent}%"


def change(row: RateRow) -> str:
    """Write the difference to the period before, in points."""
    now, before = row.figure.percent, row.before.percent
    if now is None or before is None:
        return NONE
    if now == before:
        return _("unchanged")
    points = abs(now - before)
    return _("%(n)s higher", n=points) if now > before else _("%(n)s lower", n=points)


def compared(chosen: Chosen) -> str:
    """Return the head of the column of changes."""
    weekly = chosen.key in ("week", "last_week")
    return _("vs week before") if weekly else _("vs time before")


def twin(row: RateRow, part: Figure | None = None) -> str:
    """Say a rate in words, as the list, the sentence beside the figure and a reader have it."""
    key, figure = row.rate.key, row.figure
    if not figure.bottom:
        return _("Nothing was due in this time.")
    said = [
        _("%(words)s %(n)s", words=label(key, "RateAll"), n=figure.bottom),
        _("%(words)s %(n)s", words=label(key, "RateGood"), n=figure.top),
    ]
    if figure.few:
        said.insert(0, _("too few to judge"))
    if row.rate.target is not None:
        said.append(_("target %(n)s%%", n=row.rate.target))
    known = [week.percent for week in row.weeks if week.percent is not None]
    if known:
        said.append(_("12 weeks %(low)s–%(high)s%%", low=min(known), high=max(known)))
    if part is not None and part.bottom:
        said.append(
            _("rated %(share)s (%(n)s/%(all)s)", share=value(part), n=part.top, all=part.bottom)
        )
    return _(", ").join(said) + _(".")


def drawn(row: RateRow, chosen: Chosen, part: Figure | None = None) -> Drawn:
    """Return a rate as the page draws it, its numbers leading to their lists."""
    figure, key, target = row.figure, row.rate.key, row.rate.target
    low, high = figure.interval or (None, None)
    poor, middling = BANDS_BELOW_TARGET

    def leads(part: Part) -> str:
        return url_for("supervisor.rate", key=key, part=str(part), **chosen.args())

    return Drawn(
        name=str(label(key, "Rate")), value=value(figure), top=figure.top, bottom=figure.bottom,
        words=f"{label(key, 'RateGood')}／{label(key, 'RateAll')}", say=twin(row, part),
        address=leads(Part.BOTTOM), share=_plain(figure.percent), aim=target,
        bands=(target - poor, target - middling) if target is not None else None,
        low=_short(low), high=_short(high), missed=figure.missed(target) and not figure.few,
        few=figure.few, weeks=tuple(_plain(week.percent) for week in row.weeks),
        change=change(row), excluded=figure.excluded, excluded_address=leads(Part.EXCLUDED),
        counts_first=key == "penalty" and figure.bottom > 0,
    )  # fmt: skip


def _plain(percent: Decimal | None) -> float | None:
    return None if percent is None else float(percent)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One line of the ranking, as the macro `league` draws it."""

    name: str
    address: str
    value: str
    share: float | None
    low: float | None
    high: float | None
    n: int
    few: bool
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class League:
    """Townships (or villages) by one rate: ranked, and those with too few records apart."""

    ranked: tuple[Dot, ...]
    few: tuple[Dot, ...]
    mean: float | None
    mean_words: str


def league(
    key: str, found: dict[str, Figure], names: dict[str, str], chosen: Chosen, *, level: str
) -> League:  # fmt: skip
    """Return the ranking of areas, best first, ties by more records."""
    dots = [
        _dot(key, names.get(code, code), figure, chosen.args(**{level: code}))
        for code, figure in found.items()
        if code and figure.bottom
    ]
    dots.sort(key=lambda dot: (-(dot.share or 0), -dot.n, dot.name))
    whole = _sum(list(found.values()))
    return League(
        ranked=tuple(dot for dot in dots if not dot.few),
        few=tuple(dot for dot in dots if dot.few),
        mean=_plain(whole.percent),
        mean_words=NONE if whole.percent is None else f"{whole.percent}",
    )


def _sum(figures: Sequence[Figure]) -> Figure:
    return Figure(top=sum(f.top for f in figures), bottom=sum(f.bottom for f in figures))


def _dot(key: str, name: str, figure: Figure, args: dict[str, Any]) -> Dot:
    low, high = figure.interval or (None, None)
    return Dot(
        name=name, address=url_for("supervisor.rate", key=key, **args), n=figure.bottom,
        value=f"{figure.percent}", share=_plain(figure.percent), low=_short(low),
        high=_short(high), few=figure.few, bad=False,
    )  # fmt: skip
