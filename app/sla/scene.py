"""One happening to one case: its policy, its book of clocks, and how lines and clocks are made."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from app.accounts import queries as accounts
from app.accounts.permissions import Role
from app.cases.models import Case
from app.cases.workflow import Move, State
from app.core.errors import Invalid
from app.places import queries as places
from app.sla import policy_book
from app.sla.kinds import ClockKind, EntryKind
from app.sla.ledger import Book, Draft, Held, whole_seconds
from app.sla.policies import ANYWHERE, Policy
from app.sla.rules import Entry
from app.worktime import queries as worktime
from app.worktime.calendar import Calendar, end_of, local
from app.worktime.rules import Allowance, Unit, due


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What happens, to which case, under which policy, in which book."""

    case: Case
    policy: Policy
    book: Book
    now: datetime
    actor: str
    reason: str = ""
    old: State | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def line(self, kind: EntryKind, **values: Any) -> Entry:
        """Make a ledger line of this happening."""
        told: dict[str, Any] = {"at": self.now, "reason": self.reason, "actor": self.actor}
        return Entry(kind=kind, **(told | values))

    def open(self, kinds: Sequence[ClockKind] | None = None) -> list[Held]:
        """Return the open clocks of the book, of some kinds where given."""
        return self.book.open(kinds)


def scene_of(
    case: Case,
    *,
    now: datetime,
    actor: str,
    reason: str = "",
    move: Move | None = None,
    old: State | None = None,
    facts: dict[str, Any] | None = None,
) -> Scene:
    """Open the book of a case; a case just made has none yet, which saves a look."""
    calendar = worktime.calendar(now=now)
    book = (
        Book((), calendar, number=case.number)
        if move is Move.SUBMIT
        else Book.of_case(case.id, calendar, number=case.number)
    )
    return Scene(
        case=case,
        policy=policy_book.in_force(case.opened_at),
        book=book,
        now=whole_seconds(now),
        actor=actor,
        reason=reason or str(move or ""),
        old=old,
        facts=facts or {},
    )


def draft(
    scene: Scene,
    kind: ClockKind,
    *,
    unit_code: str | None = None,
    staff_id: int | None = None,
    **named: Any,
) -> Draft | None:
    """Make a clock of the kind that starts now; None where the urgency has no such limit.

    Offices of the county hold their own kinds; the rest is charged to the unit of the case, or to
    the unit that is named: its own people, not the case's worker, are urged then.
    """
    case, policy = scene.case, scene.policy
    allowance = limit(case, policy, kind, str(case.urgency))
    if allowance is None:
        return None
    office = policy.holder(kind)
    return Draft(
        case_id=case.id,
        kind=kind,
        round=case.round,
        allowance=allowance,
        at=scene.now,
        urgency=str(case.urgency),
        policy=policy.key,
        unit_code=unit_code or office or case.unit_code,
        staff_id=staff_id if office or staff_id or unit_code else case.assignee_id,
        township_code=case.township_code or "",
        grid_code=case.grid_code or "",
        actor=scene.actor,
        reason=scene.reason,
        **named,
    )


def limit(
    case: Case, policy: Policy, kind: ClockKind, urgency: str, category: str | None = None
) -> Allowance | None:
    """Return the limit of a kind at a level, for the case's category or for another one.

    An officer has his own way to an urgent place.
    """
    code = case.category if category is None else category
    if kind is ClockKind.ARRIVE and _goes_an_officer(case, policy, urgency):
        kind = ClockKind.ARRIVE_OFFICER
    town = _township_kind(case, policy, kind, urgency, code)
    return policy.allowance(kind, urgency, town, code)


def ends_on(
    case: Case, kind: ClockKind, at: datetime, *, policy: Policy, calendar: Calendar
) -> date | None:
    """Return the last day of a clock of the kind that begins at `at`, None for no limit."""
    allowance = limit(case, policy, kind, str(case.urgency))
    return due(at, allowance.length, allowance.unit, calendar).day if allowance else None


def _goes_an_officer(case: Case, policy: Policy, urgency: str) -> bool:
    rows = policy.rows.get(ClockKind.ARRIVE_OFFICER)
    if case.assignee_id is None or rows is None or urgency not in rows.lengths:
        return False
    person = accounts.get(case.assignee_id)
    roles = person.roles if person else ()
    return Role.OFFICER in roles and Role.GRID_WORKER not in roles


def _township_kind(case: Case, policy: Policy, kind: ClockKind, urgency: str, category: str) -> str:
    if not case.township_code or not policy.depends_on_township(kind, urgency, category):
        return ANYWHERE
    area = places.area(case.township_code)
    return area.kind if area else ANYWHERE


def promised_until(scene: Scene, made: Draft, until: datetime) -> Draft:
    """Let a clock end on the day that was promised, in natural days where the policy's is other."""
    length, unit = made.allowance.length, made.allowance.unit
    last = local(until).date()
    if due(made.at, length, unit, scene.book.calendar).day == last:
        return made
    days = (last - local(made.at).date()).days
    return replace(made, allowance=Allowance(max(1, days), Unit.ND))


def start_all(scene: Scene, kinds: Sequence[ClockKind], **named: Any) -> None:
    """Start clocks of these kinds, where the urgency has them."""
    for kind in kinds:
        made = draft(scene, kind, **named)
        if made is not None:
            scene.book.start(_as_set(scene, made))


def _as_set(scene: Scene, made: Draft) -> Draft:
    """Let a department's feedback be due on the day set at the hand-over (domain.md §5, move 8).

    Raises Invalid `feedback_day`: the day lies after the policy's own, or is not to come.
    """
    told = scene.facts.get("feedback_on")
    if told is None or made.kind is not ClockKind.DEPARTMENT_FEEDBACK:
        return made
    day, calendar = date.fromisoformat(told), scene.book.calendar
    last = due(made.at, made.allowance.length, made.allowance.unit, calendar).day
    if not local(made.at).date() < day <= last:
        raise Invalid("feedback_day", field="feedback_on", last=last.isoformat())
    return promised_until(scene, made, end_of(day))


def stop_one(
    scene: Scene, clock: Held, *, at: datetime | None = None, pending: bool = False
) -> None:
    """Stop a clock at `at`, never before it began."""
    moment = max(whole_seconds(at or scene.now), clock.present.started_at)
    facts: dict[str, Any] = {"pending": True} if pending else {}
    if moment != scene.now:
        facts["learnt_at"] = scene.now.isoformat()
    scene.book.note(clock, scene.line(EntryKind.STOP, at=moment, facts=facts))


def charge_to(
    scene: Scene, kinds: Sequence[ClockKind], unit_code: str, staff_id: int | None,
    *, subject: str | None = None,
) -> None:  # fmt: skip
    """Name who answers for the open clocks of these kinds, where that is somebody else."""
    facts = {"unit_code": unit_code, "staff_id": staff_id}
    for clock in scene.open(kinds):
        holder = (clock.present.unit_code, clock.present.staff_id)
        if subject in (None, clock.subject) and holder != (unit_code, staff_id):
            scene.book.note(clock, scene.line(EntryKind.CHARGE, facts=facts))
