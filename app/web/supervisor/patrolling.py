"""Attendance of patrols: planned and made by worker and week, as page and file."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.audit import service as audit
from app.core import clock
from app.core.errors import NotFound
from app.core.tx import transaction
from app.fieldwork import attendance
from app.fieldwork.attendance import Week
from app.places import queries as places
from app.rates import patrolled
from app.web import access
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.requests import page_number
from app.web.supervisor import figures, period
from app.web.supervisor.blueprint import blueprint
from app.web.supervisor.sheet import FORMATS, as_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One week of one worker in words."""

    row: Week
    name: str
    town: str

    @property
    def short(self) -> bool:
        """Whether fewer patrols were made than planned."""
        return self.row.counted < self.row.planned


@blueprint.get("/patrols")
@needs(Verb.RATES_READ)
def patrols() -> ResponseReturnValue:
    """Show the weeks that a figure counts, and the patrols of a person."""
    chosen, now = period.chosen(), clock.now()
    figure = patrolled.figure(chosen.period, now=now, scope=chosen.scope)
    person = chosen.scope.staff_id
    page = attendance.patrols(staff_id=person, number=page_number()) if person else None
    return render_template(
        "supervisor/patrols.html", chosen=chosen, figure=figure, value=figures.value(figure),
        lines=_lines(patrolled.weeks(chosen.period, now=now, scope=chosen.scope)), page=page,
    )  # fmt: skip


@blueprint.get("/patrols.<kind>")
@needs(Verb.RATES_READ)
def patrols_file(kind: str) -> ResponseReturnValue:
    """Give the same weeks as a file; that it was taken is written down."""
    if kind not in FORMATS:
        raise NotFound("not_found")
    chosen, now = period.chosen(), clock.now()
    lines = _lines(patrolled.weeks(chosen.period, now=now, scope=chosen.scope))
    with transaction():
        audit.record(
            actor=access.actor().key, action=f"rates.{kind}", subject="rate:patrol", now=now,
            detail={"rows": len(lines), "asked": chosen.args()},
        )  # fmt: skip
    head = [
        _("Worker"), _("Township"), _("Week from"), _("Planned"), _("Made"), _("Counted"),
        _("Without proof"),
    ]  # fmt: skip
    rows = [
        [
            line.name, line.town, line.row.week.isoformat(), str(line.row.planned),
            str(line.row.done), str(line.row.counted), str(line.row.unproven),
        ]
        for line in lines
    ]  # fmt: skip
    name = f"patrols-{chosen.first:%Y%m%d}-{chosen.last:%Y%m%d}"
    return as_file(kind, [head, *rows], name, count=len(rows))


def _lines(rows: list[Week]) -> list[Line]:
    people = accounts.by_ids(row.staff_id for row in rows)
    names = places.names(row.township_code for row in rows)
    lines = [
        Line(row=row, name=people[row.staff_id].name, town=names.get(row.township_code, ""))
        for row in rows
    ]
    return sorted(lines, key=lambda line: (not line.short, -line.row.week.toordinal(), line.name))
