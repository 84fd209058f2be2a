"""Lists behind the numbers of the day: nearly late, to check, sent back, rated badly."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.briefings import watch
from app.briefings.watch import Watch, WatchRow
from app.core import clock
from app.core.errors import NotFound
from app.places import queries as places
from app.sla import queries as sla
from app.sla.queries import ClockView
from app.web.access import needs
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.requests import page_number
from app.web.supervisor.blueprint import blueprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One case of the list in words."""

    row: WatchRow
    town: str
    holder: str
    clock: ClockView | None
    about: str


@blueprint.get("/today/<what>", endpoint="watch")
@needs(Verb.RATES_READ)
def today(what: str) -> ResponseReturnValue:
    """Show one list of the day."""
    if what not in tuple(Watch):
        raise NotFound("not_found")
    chosen, now = Watch(what), clock.now()
    number = page_number()
    page = watch.page(chosen, now=now, number=number)
    return render_template(
        "supervisor/watch.html",
        what=chosen,
        heads={
            Watch.NEAR: _("Nearly late"), Watch.CHECK: _("To check"),
            Watch.REWORK: _("Sent back"), Watch.BAD: _("Rated badly"),
        },
        numbers=watch.counts(now=now),
        late=sla.overdue(now=now, size=1).total,
        page=page,
        lines=_lines(chosen, list(page.rows)),
    )  # fmt: skip


def _lines(what: Watch, rows: list[WatchRow]) -> list[Line]:
    clocks = sla.next_clock_for([row.case_id for row in rows])
    people = accounts.by_ids(row.assignee_id for row in rows if row.assignee_id is not None)
    names = places.names(row.township_code for row in rows)
    return [
        Line(
            row=row,
            town=names.get(row.township_code or "", ""),
            holder=people[row.assignee_id].name if row.assignee_id in people else "",
            clock=clocks.get(row.case_id),
            about=_about(what, row.about),
        )
        for row in rows
    ]


def _about(what: Watch, words: str) -> str:
    """Return what the last column says: the rating, the level, the reason of the check."""
    group = {Watch.BAD: "Satisfaction", Watch.CHECK: "Urgency"}.get(what)
    return str(label(words, group)) if group else words
