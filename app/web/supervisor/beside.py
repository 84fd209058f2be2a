"""What stands beside the five rates: smaller shares with their lists, and means."""

from dataclasses import dataclass

from flask import url_for

from app.core import clock
from app.rates import BY_KEY, patrolled
from app.rates import means as queries
from app.rates import queries as rates
from app.rates.beside import BESIDE, BESIDE_BY_KEY
from app.rates.queries import Part
from app.sla.kinds import ClockKind
from app.spotchecks import queries as samples
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.supervisor import figures
from app.web.supervisor.period import Chosen

AUDITED = BESIDE_BY_KEY["audited"]
"""Stands side by side with the closure rate, not among the small figures."""
PAUSABLE = {"arrival": ClockKind.ARRIVE, "closure": ClockKind.CLOSURE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """One figure beside a rate."""

    of: str
    key: str
    value: str
    top: int
    bottom: int
    address: str


def small(chosen: Chosen) -> list[Small]:
    """Return the figures beside the five rates, in the order of these."""
    now, rows = clock.now(), []
    for of, group in BESIDE.items():
        for rate in group:
            if rate is AUDITED:
                continue
            figure = rates.figure(rate, chosen.period, now=now, scope=chosen.scope)
            address = url_for("supervisor.rate", key=rate.key, part=str(Part.TOP), **chosen.args())
            rows.append(
                Small(
                    of=of, key=rate.key, value=figures.value(figure), top=figure.top,
                    bottom=figure.bottom, address=address,
                )
            )  # fmt: skip
    return [_patrols(chosen), *rows]


def _patrols(chosen: Chosen) -> Small:
    """Return the attendance of patrols: not of cases, so it opens to a page of its own."""
    figure = patrolled.figure(chosen.period, now=clock.now(), scope=chosen.scope)
    return Small(
        of="arrival", key="patrol", value=figures.value(figure), top=figure.top,
        bottom=figure.bottom, address=url_for("supervisor.patrols", **chosen.args()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two figures that stand side by side; `between` is its interval in words."""

    key: str
    value: str
    top: int
    bottom: int
    address: str
    between: str


def claimed_and_audited(chosen: Chosen) -> tuple[list[Side], str]:
    """Return the closure rate as claimed and as audited, and what the sample says of all."""
    now = clock.now()
    sides = []
    for rate in (BY_KEY["closure"], AUDITED):
        figure = rates.figure(rate, chosen.period, now=now, scope=chosen.scope)
        address = url_for("supervisor.rate", key=rate.key, part=str(Part.BOTTOM), **chosen.args())
        sides.append(
            Side(
                key=rate.key, value=figures.value(figure), top=figure.top, bottom=figure.bottom,
                address=address, between=_between(figure.interval),
            )
        )  # fmt: skip
    return sides, _estimated(chosen) or ("" if sides[1].bottom else _latest())


def _latest() -> str:
    """Say of which month the last looks speak, where none speaks of the chosen days."""
    found = samples.samples()
    far = samples.progress(one.id for one in found)
    for one in found:
        seen = far.get(one.id)
        if seen is not None and seen.looked:
            return _(
                "No case closed in these days was looked at again yet. The last looks speak of "
                "%(month)s: %(solved)s of %(looked)s are really solved.",
                month=one.month, solved=seen.solved, looked=seen.looked,
            )  # fmt: skip
    return _("No case closed in these days was looked at again yet.")


def _between(interval: tuple[float, float] | None) -> str:
    return "—" if interval is None else f"{interval[0]:.2f}–{interval[1]:.2f}%"


def _estimated(chosen: Chosen) -> str:
    """Say the estimate weighed by stratum, where the samples' strata answer for what is chosen."""
    if not chosen.scope.tallied:
        return ""
    found = samples.estimated(
        chosen.period.start, chosen.period.end, township_code=chosen.scope.township_code
    )
    if found is None:
        return ""
    return _(
        "Weighed by township: %(share)s%%, 95%% interval %(between)s; %(seen)s looks "
        "speak for %(covered)s of %(cases)s closed cases.",
        share=f"{found.share:.2f}", between=_between((found.low, found.high)), seen=found.seen,
        covered=found.covered, cases=found.cases,
    )  # fmt: skip


def means(key: str, chosen: Chosen) -> list[str]:
    """Say the means and counts that belong to a rate, as sentences."""
    now, said = clock.now(), list[str]()
    if key == "arrival":
        mean = queries.minutes_to_arrival(chosen.period, now=now, scope=chosen.scope)
        said += _mean(_("%(n)s minutes to arrival on average (%(all)s visits)"), mean)
        found = queries.arrivals(chosen.period, now=now, scope=chosen.scope)
        said += [
            f"{label(grade, 'Grade')}{_(': ')}{number}"
            for grade, number in sorted(found.grades.items())
        ]
        if found.offline:
            said.append(_("made offline: %(n)s", n=found.offline))
    if key == "closure":
        mean = queries.days_to_closure(chosen.period, now=now, scope=chosen.scope)
        said += _mean(_("%(n)s working days to the passed check on average (%(all)s cases)"), mean)
    if key in PAUSABLE and (number := queries.paused(PAUSABLE[key], scope=chosen.scope)):
        said.append(_("paused now and so due nowhere: %(n)s", n=number))
    return said


def _mean(words: str, mean: queries.Mean) -> list[str]:
    if mean.value is None:
        return []
    return [words % {"n": f"{mean.value:.1f}", "all": mean.count}]
