"""One case, to be read only: state, clocks with their account, steps; nobody's identity."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.cases import queries as cases
from app.cases.queries import CaseView, StepView
from app.feedback import queries as feedback
from app.intake import queries as intake
from app.places import queries as places
from app.sla import queries as sla
from app.sla.kinds import EntryKind
from app.sla.queries import ClockView
from app.sla.rules import Entry
from app.spotchecks import queries as looks
from app.supervision import queries as supervision
from app.supervision.queries import UrgeView
from app.web import access
from app.web.access import needs
from app.web.clocks import day_cells
from app.web.i18n import gettext as _
from app.web.labels import label
from app.web.supervisor import samples
from app.web.supervisor.blueprint import blueprint

QUIET = frozenset({EntryKind.STOP, EntryKind.CHARGE, EntryKind.WARN, EntryKind.NEAR})
"""What the page says by other means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What changed a clock, and why."""

    kind: EntryKind
    at: datetime
    due_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """A clock with the days it counted, what changed it and who was urged."""

    clock: ClockView
    length: str
    holder: str
    days: tuple[tuple[str, str, str], ...]
    changes: tuple[Changed, ...]
    urges: tuple[UrgeView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the history, as the macro `steps` draws it."""

    words: str
    at: datetime
    by: str
    look: str = "done"
    due: None = None
    late: str = ""


@blueprint.get("/case/<number>")
@needs(Verb.RATES_READ, Verb.OVERDUE_READ)
def case(number: str) -> ResponseReturnValue:
    """Show one case, to be read only."""
    row = cases.by_number(number)
    access.must_see(row.township_code)
    clocks, steps = sla.clocks_of(row.id), cases.steps(row.id)
    people = _people(row, clocks, steps)
    return render_template(
        "supervisor/case.html",
        case=row,
        area=_area(row),
        assignee=people.get(row.assignee_id or 0, ""),
        reports=intake.of_case(row.id),
        clocks=_clocks(clocks, people),
        steps=[_step(step, people) for step in steps],
        orders=supervision.orders(case_id=row.id).rows,
        looks=samples.lines(looks.of_case(row.id)),
        ratings=feedback.ratings_of([row.id]).get(row.id, []),
    )


def _area(row: CaseView) -> str:
    codes = (row.township_code, row.grid_code)
    names = places.names(codes)
    return " ".join(names[code] for code in codes if code in names)


def _people(row: CaseView, clocks: list[ClockView], steps: list[StepView]) -> dict[int, str]:
    ids = {one.staff_id for one in clocks if one.staff_id} | {
        int(step.actor.removeprefix("staff:")) for step in steps if step.actor.startswith("staff:")
    }
    if row.assignee_id:
        ids.add(row.assignee_id)
    return {staff_id: person.name for staff_id, person in accounts.by_ids(ids).items()}


def _step(step: StepView, people: dict[int, str]) -> Step:
    by = who(step.actor, people)
    return Step(
        words=str(label(step.move)), at=step.at, by=f"{by}{_(': ')}{step.reason}" if step.reason
        else by,
    )  # fmt: skip


def who(actor: str, people: dict[int, str]) -> str:
    """Name who did something; a reporter stays a reporter."""
    kind, _sep, number = actor.partition(":")
    if kind == "staff":
        return people.get(int(number), actor)
    return _("Reporter") if kind == "reporter" else _("System")


def _clocks(clocks: list[ClockView], people: dict[int, str]) -> list[ClockRow]:
    urges = supervision.urges_of([one.id for one in clocks])
    accounts_of, found = sla.explanations(clocks), []
    for one in clocks:
        explained = accounts_of[one.id]
        found.append(
            ClockRow(
                clock=one,
                length=_("%(n)s %(unit)s", n=one.length, unit=label(str(one.unit), "TimeUnit")),
                holder=people.get(one.staff_id or 0, ""),
                days=tuple(day_cells(one, explained.days)),
                changes=_changes(explained.changes),
                urges=tuple(urges.get(one.id, ())),
            )
        )
    return found


def _changes(entries: tuple[Entry, ...]) -> tuple[Changed, ...]:
    return tuple(
        Changed(kind=one.kind, at=one.at, due_at=one.due_at, reason=_why(one.reason))
        for one in entries
        if one.kind not in QUIET
    )


def _why(reason: str) -> str:
    """Return a reason in words: of a pause, of the move that brought it, or as it was written."""
    for group in ("PauseReason", "ClockChange", "Move"):
        words = str(label(reason, group))
        if words != reason:
            return words
    return reason
