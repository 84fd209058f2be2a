"""What a clock's ledger says: each entry applied to what was before; pure.

The columns of a clock are only a copy of `replay` of its entries: nothing else changes them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.sla.kinds import ClockState, EntryKind
from app.worktime.rules import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a ledger; `due_at` is the due moment after it where it sets one."""

    kind: EntryKind
    at: datetime
    due_at: datetime | None = None
    reason: str = ""
    actor: str = "system"
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """How a clock stands; `due_at` is None while it is paused, `held_due_at` then holds it."""

    state: ClockState
    started_at: datetime
    length: int
    unit: Unit
    whole: int
    due_at: datetime | None
    held_due_at: datetime | None = None
    origin_due_at: datetime
    provisional: bool = False
    urgency: str = ""
    policy: str = ""
    unit_code: str = ""
    staff_id: int | None = None
    paused_at: datetime | None = None
    pause_reason: str | None = None
    pause_until: datetime | None = None
    stopped_at: datetime | None = None
    on_time: bool | None = None
    pending: bool = False
    warned_at: datetime | None = None
    near_at_done: datetime | None = None
    breached_at: datetime | None = None
    extended: bool = False


class OutOfOrder(ValueError):
    """A ledger does not allow this entry after those before it."""


OPEN = (ClockState.RUNNING, ClockState.PAUSED)


def started(entry: Entry) -> Present:
    """Return how a clock stands after its first entry."""
    if entry.kind is not EntryKind.START or entry.due_at is None:
        raise OutOfOrder("a ledger begins with its start")
    facts = entry.facts
    return Present(
        state=ClockState.RUNNING,
        started_at=entry.at,
        length=facts["length"],
        unit=Unit(facts["unit"]),
        whole=facts["whole"],
        due_at=entry.due_at,
        origin_due_at=entry.due_at,
        provisional=facts.get("provisional", False),
        urgency=facts.get("urgency", ""),
        policy=facts.get("policy", ""),
        unit_code=facts.get("unit_code", ""),
        staff_id=facts.get("staff_id"),
    )


def replay(entries: Iterable[Entry]) -> Present:
    """Return how a clock stands, from its ledger alone. Raises OutOfOrder."""
    lines = iter(entries)
    present = started(next(lines))
    for entry in lines:
        present = after(present, entry)
    return present


def after(present: Present, entry: Entry) -> Present:
    """Return how a clock stands after one more entry. Raises OutOfOrder."""
    states, change = STEPS[entry.kind]
    if present.state not in states:
        raise OutOfOrder(f"{entry.kind} of a clock that is {present.state}")
    return change(present, entry)


def _pause(present: Present, entry: Entry) -> Present:
    if present.breached_at is not None:
        raise OutOfOrder("an expired clock stays expired")
    until = entry.facts.get("until")
    return replace(
        present,
        state=ClockState.PAUSED,
        due_at=None,
        held_due_at=present.due_at,
        paused_at=entry.at,
        pause_reason=entry.reason,
        pause_until=datetime.fromisoformat(until) if until else None,
    )


def _resume(present: Present, entry: Entry) -> Present:
    return replace(
        present,
        state=ClockState.RUNNING,
        due_at=_needed(entry),
        held_due_at=None,
        provisional=entry.facts.get("provisional", present.provisional),
        paused_at=None,
        pause_reason=None,
        pause_until=None,
    )


def _extend(present: Present, entry: Entry) -> Present:
    if present.extended or present.breached_at is not None:
        raise OutOfOrder("a clock is extended once and before it expires")
    return replace(_moved(present, entry), extended=True)


def _moved(present: Present, entry: Entry) -> Present:
    """Set another due moment, with the length and unit that it now has."""
    paused = present.state is ClockState.PAUSED
    facts = entry.facts
    return replace(
        present,
        due_at=None if paused else _needed(entry),
        held_due_at=_needed(entry) if paused else None,
        length=facts.get("length", present.length),
        unit=Unit(facts.get("unit", present.unit)),
        whole=facts.get("whole", present.whole),
        urgency=facts.get("urgency", present.urgency),
        provisional=facts.get("provisional", present.provisional),
    )


def _charge(present: Present, entry: Entry) -> Present:
    if present.breached_at is not None:
        return present  # who held it when it expired answers for it
    facts = entry.facts
    return replace(present, unit_code=facts["unit_code"], staff_id=facts["staff_id"])


def _breach(present: Present, entry: Entry) -> Present:
    if present.breached_at is not None:
        raise OutOfOrder("a clock expires once")
    return replace(present, breached_at=entry.at, on_time=False)


def _warn(present: Present, entry: Entry) -> Present:
    done = present.near_at_done if entry.kind is EntryKind.NEAR else present.warned_at
    if done is not None:
        raise OutOfOrder("a mark is told once")
    if entry.kind is EntryKind.NEAR:
        return replace(present, near_at_done=entry.at, warned_at=present.warned_at or entry.at)
    return replace(present, warned_at=entry.at)


def _stop(present: Present, entry: Entry) -> Present:
    pending = bool(entry.facts.get("pending"))
    return replace(
        present,
        state=ClockState.STOPPED,
        due_at=present.due_at or present.held_due_at,
        held_due_at=None,
        stopped_at=entry.at,
        pending=pending,
        on_time=None if pending else _in_time(present, entry.at),
    )


def _confirm(present: Present, entry: Entry) -> Present:
    if not present.pending or present.stopped_at is None:
        raise OutOfOrder("nothing waits to be confirmed")
    if entry.facts.get("again"):  # as if it had not stopped: what it waited for is still to come
        return _going_on(present, paused=bool(entry.facts.get("paused")))
    good = bool(entry.facts["accepted"]) and _in_time(present, present.stopped_at)
    return replace(present, pending=False, on_time=good)


def _going_on(present: Present, *, paused: bool) -> Present:
    """Stand again as before the stop; ledgers of older versions ran on without their pause."""
    late = False if present.breached_at is not None else None
    open_again = replace(present, stopped_at=None, pending=False, on_time=late)
    if not paused:
        return replace(open_again, state=ClockState.RUNNING)
    held = present.due_at
    return replace(open_again, state=ClockState.PAUSED, due_at=None, held_due_at=held)


def learnt_at(lines: Iterable[Entry]) -> datetime:
    """Return when the last stop of a ledger was recorded, which may be after it happened."""
    stop = [line for line in lines if line.kind is EntryKind.STOP][-1]
    return datetime.fromisoformat(stop.facts.get("learnt_at", stop.at.isoformat()))


def _annul(present: Present, _entry: Entry) -> Present:
    return replace(present, state=ClockState.ANNULLED, on_time=False, pending=False)


def _void(present: Present, _entry: Entry) -> Present:
    return replace(present, state=ClockState.VOID, on_time=None)


def _revive(present: Present, _entry: Entry) -> Present:
    late = False if present.breached_at is not None else None
    paused = present.held_due_at is not None
    state = ClockState.PAUSED if paused else ClockState.RUNNING
    return replace(present, state=state, on_time=late)


def _in_time(present: Present, at: datetime) -> bool:
    due = present.due_at or present.held_due_at
    return due is not None and at <= due


def _needed(entry: Entry) -> datetime:
    if entry.due_at is None:
        raise OutOfOrder(f"{entry.kind} without a due moment")
    return entry.due_at


S, E = ClockState, EntryKind
STEPS: dict[EntryKind, tuple[tuple[ClockState, ...], Callable[[Present, Entry], Present]]] = {
    E.PAUSE: ((S.RUNNING,), _pause),
    E.RESUME: ((S.PAUSED,), _resume),
    E.EXTEND: (OPEN, _extend),
    E.CHANGE: (OPEN, _moved),
    E.CHARGE: (OPEN, _charge),
    E.WARN: ((S.RUNNING,), _warn),
    E.NEAR: ((S.RUNNING,), _warn),
    E.BREACH: ((S.RUNNING,), _breach),
    E.STOP: (OPEN, _stop),
    E.CONFIRM: ((S.STOPPED,), _confirm),
    E.ANNUL: ((S.STOPPED,), _annul),
    E.VOID: (OPEN, _void),
    E.REVIVE: ((S.VOID,), _revive),
}
"""From which states an entry may follow, and what it changes."""
