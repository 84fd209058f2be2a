"""Start, stop, pause, charge and settle clocks; reactions and jobs call these with values."""

from collections.abc import Sequence
from datetime import date, datetime

from app.cases import service as cases
from app.sla import pausing, policy_book, storm
from app.sla.changes import calendar_batch, follow_calendar, follow_regrade
from app.sla.kinds import ClockKind, EntryKind, PauseReason
from app.sla.ledger import ASIDE, Held
from app.sla.moving import follow
from app.sla.pausing import cap_batch
from app.sla.questions import unanswered_batch
from app.sla.replies import follow_report
from app.sla.scene import Scene, charge_to, draft, ends_on, promised_until, scene_of, stop_one
from app.sla.suspensions import over_batch
from app.sla.sweeps import breach_batch, warn_batch
from app.sla.watches import enrol_batch
from app.worktime import queries as worktime

__all__ = [
    "ASIDE",
    "breach_batch",
    "calendar_batch",
    "cap_batch",
    "charge",
    "confirm",
    "enrol_batch",
    "follow",
    "follow_calendar",
    "follow_regrade",
    "follow_report",
    "last_day",
    "over_batch",
    "pause",
    "resume",
    "start",
    "stop",
    "unanswered_batch",
    "void",
    "warn_batch",
]


def start(
    case_id: int,
    kind: ClockKind,
    now: datetime,
    *,
    actor: str = "system",
    report_id: int | None = None,
    task_id: int | None = None,
    subject: str = "",
    unit_code: str | None = None,
    staff_id: int | None = None,
    reason: str = "",
    until: datetime | None = None,
) -> int | None:
    """Start a clock and return its id; None where the policy has none for the case's urgency.

    One that already runs for the same report or subject goes on: starting twice is harmless.
    `until` is the end that another feature promised (a rule set's own claim window): it prevails.
    """
    scene = _scene(case_id, now, actor, reason or "started")
    for clock in scene.open((kind,)):
        if (clock.report_id, clock.subject) == (report_id, subject):
            return clock.id
    made = draft(
        scene,
        kind,
        report_id=report_id,
        task_id=task_id,
        subject=subject,
        unit_code=unit_code,
        staff_id=staff_id,
    )
    if made is None:
        return None
    scene.book.start(made if until is None else promised_until(scene, made, until))
    return scene.book.write()[0]


def last_day(case_id: int, kind: ClockKind, now: datetime) -> date | None:
    """Return the last day of a clock of the kind that began now, None where it has no limit."""
    case = cases.get(case_id)
    policy, calendar = policy_book.in_force(case.opened_at), worktime.calendar(now=now)
    return ends_on(case, kind, now, policy=policy, calendar=calendar)


def stop(
    case_id: int,
    kind: ClockKind,
    now: datetime,
    *,
    at: datetime | None = None,
    actor: str = "system",
    report_id: int | None = None,
    subject: str | None = None,
    pending: bool = False,
    reason: str = "",
) -> int:
    """Stop the open clocks of a kind, all or those of one report or subject; return how many.

    `at` is when it happened where that was not now (an offline check-in, decision 5); `pending`
    leaves the outcome to `confirm`. Stopping what has stopped is harmless.
    """
    scene = _scene(case_id, now, actor, reason or "stopped")
    wanted = [
        clock
        for clock in scene.open((kind,))
        if report_id in (None, clock.report_id) and subject in (None, clock.subject)
    ]
    for clock in wanted:
        stop_one(scene, clock, at=at, pending=pending)
    if kind is ClockKind.DEPARTMENT_RECEIPT and wanted:  # from its receipt on it is theirs
        present = wanted[-1].present
        charge_to(scene, (ClockKind.CLOSURE,), present.unit_code, present.staff_id)
    scene.book.write()
    return len(wanted)


def void(
    case_id: int,
    kind: ClockKind,
    now: datetime,
    *,
    actor: str,
    reason: str,
    subject: str | None = None,
) -> int:
    """Take open clocks of a kind, or of one subject, out of every figure; return how many."""
    scene = _scene(case_id, now, actor, reason)
    wanted = [clock for clock in scene.open((kind,)) if subject in (None, clock.subject)]
    for clock in wanted:
        scene.book.note(clock, scene.line(EntryKind.VOID))
    scene.book.write()
    return len(wanted)


def confirm(
    case_id: int,
    now: datetime,
    *,
    accepted: bool,
    actor: str,
    reason: str,
    kind: ClockKind = ClockKind.ARRIVE,
    again: bool = False,
) -> int:
    """Settle stopped clocks whose outcome waits (an arrival of grade C); return how many.

    With `again` they run on as if they had not stopped: what was not accepted can still be made in
    time, and a storm that came meanwhile counts.
    """
    scene = _scene(case_id, now, actor, reason)
    wanted = [clock for clock in scene.book.clocks if clock.kind is kind and clock.present.pending]
    for clock in wanted:
        facts = {"accepted": accepted} | (_as_before(clock) if again else {})
        scene.book.note(clock, scene.line(EntryKind.CONFIRM, facts=facts))
        if again:
            storm.catch_up(scene, clock)
    scene.book.write()
    return len(wanted)


def _as_before(clock: Held) -> dict[str, bool]:
    return {"again": True} | ({"paused": True} if clock.present.paused_at else {})


def pause(
    case_id: int,
    reason: PauseReason,
    now: datetime,
    *,
    actor: str,
    kinds: Sequence[ClockKind] | None = None,
) -> int:
    """Pause what the policy lets this reason pause, up to its cap; return how many clocks."""
    scene = _scene(case_id, now, actor, str(reason))
    chosen = kinds or tuple(scene.policy.pauses[reason].kinds)
    count = pausing.pause(
        scene.book, scene.policy, reason, kinds=chosen, now=scene.now, actor=actor
    )
    scene.book.write()
    return count


def resume(case_id: int, now: datetime, *, actor: str) -> int:
    """Let the paused clocks of a case run again, due later by what they were paused."""
    scene = _scene(case_id, now, actor, "resumed")
    count = pausing.resume(scene.book, now=scene.now, actor=actor)
    scene.book.write()
    return count


def charge(
    case_id: int,
    kind: ClockKind,
    now: datetime,
    *,
    unit_code: str,
    staff_id: int | None,
    actor: str,
    subject: str | None = None,
) -> None:
    """Name who answers for the open clocks of a kind, or of one subject, from now on.

    An expired one keeps its own.
    """
    scene = _scene(case_id, now, actor, "charged")
    charge_to(scene, (kind,), unit_code, staff_id, subject=subject)
    scene.book.write()


def _scene(case_id: int, now: datetime, actor: str, reason: str) -> Scene:
    return scene_of(cases.get(case_id), now=now, actor=actor, reason=reason)
