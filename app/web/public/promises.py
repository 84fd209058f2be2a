"""What is promised next: a clock time where a clock runs, else how long it may take."""

from dataclasses import dataclass
from datetime import datetime

from app.cases.queries import CaseView
from app.places import queries as places
from app.sla import policy_book
from app.sla import queries as clocks
from app.sla.kinds import ClockKind, ClockState
from app.sla.policies import ANYWHERE
from app.sla.queries import ClockView
from app.web import filters, lengths
from app.web.i18n import gettext as _
from app.web.public.timeline import Promise
from app.worktime.rules import Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One promise of the receipt; `after` says from when its time runs (a message id)."""

    kind: ClockKind
    word: str
    after: str
    note: str = ""


STAGES = (
    Stage(kind=ClockKind.ACCEPT, word="Acceptance", after=""),
    Stage(kind=ClockKind.DISPATCH, word="Dispatch", after="within %(span)s after that"),
    Stage(kind=ClockKind.ARRIVE, word="Arrival", after="within %(span)s of being assigned"),
    Stage(
        kind=ClockKind.FIRST_REPLY, word="First answer", after="within %(span)s of being accepted"
    ),
    Stage(
        kind=ClockKind.CLOSURE, word="Closing", after="within %(span)s of being accepted",
        note=", once a second person has checked it",
    ),
)  # fmt: skip


def ahead(case: CaseView, *, now: datetime) -> list[tuple[str, str]]:
    """Return (word, promise) of each stage; no time is invented before its clock runs."""
    running = {
        clock.kind: clock
        for clock in clocks.clocks_of(case.id)
        if clock.state is ClockState.RUNNING
    }
    policy = policy_book.in_force(case.opened_at)
    town = places.area(case.township_code) if case.township_code else None
    kind = town.kind if town else ANYWHERE
    rows: list[tuple[str, str]] = []
    for stage in STAGES:
        clock = running.get(stage.kind)
        length = policy.allowance(stage.kind, case.urgency, kind, case.category)
        said = _said(stage, clock, length, now=now)
        if said:
            rows.append((_(stage.word), said))
    return rows


def _said(stage: Stage, clock: ClockView | None, length: Allowance | None, *, now: datetime) -> str:
    note = _(stage.note) if stage.note else ""
    if clock is not None and clock.provisional:
        note = _(" (provisional: the holidays of that year are not published yet)") + note
    if clock is not None and clock.due_at is not None:
        return _("by %(at)s at the latest", at=filters.due(clock.due_at, now)) + note
    if length is None or not stage.after:
        return ""
    return _(stage.after, span=lengths.words(length)) + note


def accept_due(case: CaseView) -> datetime | None:
    """Return until when the report must be accepted, while that is still open."""
    for clock in clocks.clocks_of(case.id):
        if clock.kind is ClockKind.ACCEPT and clock.state is ClockState.RUNNING:
            return clock.due_at
    return None


def of_case(case_id: int, report_id: int) -> list[Promise]:
    """Return the clocks of a case as the timeline reads them, of this report only."""
    return [
        Promise(
            kind=clock.kind, round=clock.round, due_at=clock.due_at, stopped_at=clock.stopped_at
        )
        for clock in clocks.clocks_of(case_id)
        if clock.report_id in (None, report_id)
        and clock.state not in (ClockState.VOID, ClockState.ANNULLED)
    ]
