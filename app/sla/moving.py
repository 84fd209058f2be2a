"""Carry out the table of moves on a case's clocks."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.cases import service as cases
from app.cases.events import CaseMoved
from app.cases.workflow import Move
from app.core.db import db
from app.sla import pausing, replies, storm
from app.sla.kinds import ClockKind, ClockState, EntryKind
from app.sla.ledger import ENTRIES, Held
from app.sla.rules_moves import (
    BEGIN_TO_RUN,
    CHECKING,
    OUTLIVE_MERGE,
    TABLE,
    WATCH,
    Do,
    Effect,
    is_watched,
    pausable,
    pause_reason,
)
from app.sla.scene import Scene, charge_to, scene_of, start_all, stop_one
from app.worktime.calendar import local

ANNUL_DAYS = 30


def follow(event: CaseMoved) -> None:
    """Do to the case's clocks what the table says of the move."""
    effects = TABLE[event.move]
    if not effects:
        return
    case = cases.get(event.case_id)
    scene = scene_of(
        case,
        now=event.now,
        actor=event.actor,
        move=event.move,
        old=event.old,
        facts=event.facts,
    )
    for effect in effects:
        EFFECTS[effect.do](scene, effect)
    scene.book.write()
    if event.move in (Move.MERGE, Move.UNMERGE):
        replies.rehome(case)
    if event.move in BEGIN_TO_RUN:
        storm.hold(scene)


def _start(scene: Scene, effect: Effect) -> None:
    kinds = [kind for kind in effect.kinds if _is_wanted(scene, kind)]
    start_all(scene, kinds, unit_code=scene.facts.get("unit_code"))


def _is_wanted(scene: Scene, kind: ClockKind) -> bool:
    return kind is not ClockKind.ARRIVE or scene.case.on_site


def _start_first(scene: Scene, effect: Effect) -> None:
    """Start what exists once a round: only the first visit of each is measured."""
    there = {
        clock.kind
        for clock in scene.book.clocks
        if clock.round == scene.case.round and clock.present.state is not ClockState.VOID
    }
    _start(scene, Effect(Do.START, tuple(kind for kind in effect.kinds if kind not in there)))


def _start_replies(scene: Scene, _effect: Effect) -> None:
    replies.start_replies(scene)


def _stop(scene: Scene, effect: Effect) -> None:
    """Stop clocks; an arrival at the time it happened, its outcome open until it counts."""
    arrival = scene.facts if scene.reason == Move.ARRIVE else {}
    at = datetime.fromisoformat(arrival["at"]) if "at" in arrival else None
    for clock in scene.open(effect.kinds):
        pending = clock.kind is ClockKind.ARRIVE and not arrival.get("counts", True)
        stop_one(scene, clock, at=at, pending=pending)


def _pause(scene: Scene, _effect: Effect) -> None:
    reason = pause_reason(Move(scene.reason), scene.facts)
    if reason is None or scene.old is None:
        return
    kinds = pausable(reason, scene.policy.pauses[reason].kinds, scene.old)
    pausing.pause(scene.book, scene.policy, reason, kinds=kinds, now=scene.now, actor=scene.actor)


def _resume(scene: Scene, _effect: Effect) -> None:
    pausing.resume(scene.book, now=scene.now, actor=scene.actor)


def _void(scene: Scene, effect: Effect) -> None:
    for clock in scene.open(effect.kinds):
        scene.book.note(clock, scene.line(EntryKind.VOID))


def _void_all(scene: Scene, _effect: Effect) -> None:
    spared = OUTLIVE_MERGE if scene.reason == Move.MERGE else frozenset()
    for clock in scene.open():
        if clock.kind not in spared:
            scene.book.note(clock, scene.line(EntryKind.VOID))


def _annul(scene: Scene, effect: Effect) -> None:
    """Turn the closure of the round before into a failed one, within 30 days of closing."""
    before = [clock for clock in scene.book.clocks if clock.round == scene.case.round - 1]
    closed = [
        clock.present.stopped_at
        for clock in before
        if clock.kind is ClockKind.CLOSE and clock.present.stopped_at
    ]
    if not closed or (local(scene.now).date() - local(closed[-1]).date()).days > ANNUL_DAYS:
        return
    for clock in before:
        if clock.kind in effect.kinds and clock.present.state is ClockState.STOPPED:
            scene.book.note(clock, scene.line(EntryKind.ANNUL))


def _revive(scene: Scene, _effect: Effect) -> None:
    """Bring back what the merge made void; the time of the merge counts."""
    void = {c.id: c for c in scene.book.clocks if c.present.state is ClockState.VOID}
    for clock in _voided_by_merge(void):
        scene.book.note(clock, scene.line(EntryKind.REVIVE))


def _voided_by_merge(void: dict[int, Held]) -> list[Held]:
    rows = db.session.execute(
        select(ENTRIES.c.clock_id, ENTRIES.c.seq).where(
            ENTRIES.c.clock_id.in_(void),
            ENTRIES.c.kind == EntryKind.VOID,
            ENTRIES.c.reason == str(Move.MERGE),
        )
    )
    return [void[row.clock_id] for row in rows if void[row.clock_id].seq == row.seq]


def _charge(scene: Scene, effect: Effect) -> None:
    """Charge the unit that now has the case, or the checking office once it is handled."""
    case = scene.case
    if Move(scene.reason) in CHECKING:
        charge_to(scene, effect.kinds, scene.policy.holder(ClockKind.CHECK), None)
    else:
        charge_to(scene, effect.kinds, case.unit_code, case.assignee_id)


def _watch(scene: Scene, effect: Effect) -> None:
    """Start the watches over a closed case; they are its village's, whoever handled it."""
    case = scene.case
    if is_watched(
        finding=case.finding, on_site=case.on_site, grid_code=case.grid_code,
        exclusion=case.exclusion,
    ):  # fmt: skip
        start_all(scene, effect.kinds, subject=WATCH, unit_code=case.township_code)


EFFECTS: dict[Do, Callable[[Scene, Effect], None]] = {
    Do.START: _start,
    Do.START_FIRST: _start_first,
    Do.START_REPLIES: _start_replies,
    Do.STOP: _stop,
    Do.PAUSE: _pause,
    Do.RESUME: _resume,
    Do.VOID: _void,
    Do.VOID_ALL: _void_all,
    Do.ANNUL: _annul,
    Do.REVIVE: _revive,
    Do.CHARGE: _charge,
    Do.WATCH: _watch,
}
