"""A storm or flood stops clocks of a whole area: on a warning's number, approved by one person."""

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest

from sqlalchemy import Select, func, or_, select, update

from app.accounts.queries import Actor
from app.audit import service as audit
from app.core.db import db
from app.core.errors import Invalid
from app.sla import pausing, policy_book
from app.sla.kinds import ClockState, EntryKind, PauseReason
from app.sla.ledger import CLOCKS, Book, Held, held, lines_of, whole_seconds
from app.sla.models import Storm
from app.sla.rules import Entry, learnt_at
from app.sla.scene import Scene
from app.worktime import queries as worktime

C = CLOCKS.c


def begin(townships: Sequence[str], *, warning: str, by: Actor, now: datetime) -> int:
    """Pause what a disaster may pause in these townships, up to its cap; return how many clocks.

    `warning` is the number of the warning that it rests on; `by` approves it. Doing it again is
    harmless: it takes in what began to run since. Raises Invalid.
    """
    if not warning.strip():
        raise Invalid("storm_warning", field="warning")
    _must_name(townships)
    _keep(townships, warning=warning.strip(), by=by, now=now)
    count = 0
    for policy in policy_book.versions():
        kinds = policy.pauses[PauseReason.DISASTER].kinds if policy.pauses else frozenset()
        book = _book(
            _here(townships).where(
                C.state == ClockState.RUNNING, C.policy == policy.key, C.kind.in_(kinds)
            )
        )
        count += pausing.pause(
            book, policy, PauseReason.DISASTER, kinds=kinds, now=whole_seconds(now), actor=by.key,
            facts={"warning": warning.strip()},
        )  # fmt: skip
        book.write()
    _note("storm.begin", townships, warning=warning.strip(), count=count, by=by, now=now)
    return count


def end(townships: Sequence[str], *, by: Actor, now: datetime) -> int:
    """Let the clocks run again that a storm stopped in these townships; return how many."""
    _must_name(townships)
    db.session.execute(
        update(Storm)
        .where(Storm.township_code.in_(townships), Storm.ended_at.is_(None))
        .values(ended_at=now, ended_by=by.staff_id)
    )
    stopped = (C.state == ClockState.PAUSED, C.pause_reason == PauseReason.DISASTER)
    book = _book(_here(townships).where(*stopped))
    count = pausing.resume(book, now=whole_seconds(now), actor=by.key)
    book.write()
    _note("storm.end", townships, warning="", count=count, by=by, now=now)
    return count


def _keep(townships: Sequence[str], *, warning: str, by: Actor, now: datetime) -> None:
    """Remember the storm, so that cases that come in later rest as well."""
    calendar = worktime.calendar(now=now)
    until = pausing.cap_of(policy_book.in_force(now), PauseReason.DISASTER, now, calendar)
    db.session.execute(
        update(Storm)
        .where(Storm.township_code.in_(townships), Storm.ended_at.is_(None))
        .values(ended_at=now, ended_by=by.staff_id)
    )
    db.session.add_all(
        Storm(township_code=code, warning=warning, begun_by=by.staff_id, begun_at=now, until=until)
        for code in townships
    )
    db.session.flush()


def over(township_code: str, now: datetime) -> Storm | None:
    """Return the storm over a township, unless it has ended or its cap is reached."""
    return db.session.scalar(
        select(Storm).where(
            Storm.township_code == township_code, Storm.ended_at.is_(None), Storm.until >= now
        )
    )


def hold(scene: Scene) -> None:
    """Let what just began to run under a storm stand still, to the end of the storm itself."""
    found = over(scene.case.township_code, scene.now) if scene.case.township_code else None
    if found is None:
        return
    book = Book.of_case(scene.case.id, scene.book.calendar, number=scene.case.number)
    pausing.pause(
        book, scene.policy, PauseReason.DISASTER,
        kinds=scene.policy.pauses[PauseReason.DISASTER].kinds, now=scene.now,
        actor=f"staff:{found.begun_by}", facts={"warning": found.warning}, until=found.until,
    )  # fmt: skip
    book.write()


def catch_up(scene: Scene, clock: Held) -> None:
    """Count for a clock that runs on the storms that came and went while it had stopped."""
    since = learnt_at(lines_of([clock.id])[clock.id])
    spells = _since(since, scene)
    for found, following in zip_longest(spells, spells[1:]):
        begun = whole_seconds(found.begun_at)
        if begun >= since and clock.is_running and pausing.is_in_time(clock, begun):
            scene.book.note(clock, _pause(found, at=begun))
        if found.ended_at is not None and not _goes_on(clock, found, following):
            _let_run(scene, clock, at=whole_seconds(found.ended_at))


def _since(since: datetime, scene: Scene) -> Sequence[Storm]:
    """Return the storms over the case's township from a moment on, in order."""
    return db.session.scalars(
        select(Storm)
        .where(
            Storm.township_code == scene.case.township_code, Storm.begun_at <= scene.now,
            or_(Storm.ended_at.is_(None), Storm.ended_at >= since),
        )
        .order_by(Storm.begun_at, Storm.id)
    ).all()  # fmt: skip


def _pause(found: Storm, *, at: datetime) -> Entry:
    return Entry(
        kind=EntryKind.PAUSE, at=at, reason=str(PauseReason.DISASTER),
        actor=f"staff:{found.begun_by}",
        facts={"until": found.until.isoformat(), "warning": found.warning},
    )  # fmt: skip


def _goes_on(clock: Held, found: Storm, following: Storm | None) -> bool:
    """Say whether a storm was only said anew: what it holds stands still up to its first cap."""
    if following is None or following.begun_at != found.ended_at:
        return False
    until = clock.present.pause_until
    return until is not None and until >= following.begun_at


def _let_run(scene: Scene, clock: Held, *, at: datetime) -> None:
    if clock.present.pause_reason == PauseReason.DISASTER and not clock.is_running:
        calendar = scene.book.calendar
        scene.book.note(
            clock, pausing.resumption(clock, now=at, actor=scene.actor, calendar=calendar)
        )


def stopped_by_township(now: datetime) -> dict[str, int]:
    """Return how many clocks a storm holds now, by township; none yet where it just began."""
    here = select(Storm.township_code).where(Storm.ended_at.is_(None), Storm.until >= now)
    return dict.fromkeys(db.session.scalars(here), 0) | _stopped()


def _stopped() -> dict[str, int]:
    rows = db.session.execute(
        select(C.township_code, func.count())
        .where(C.state == ClockState.PAUSED, C.pause_reason == PauseReason.DISASTER)
        .group_by(C.township_code)
    )
    return {row[0]: row[1] for row in rows}


def _must_name(townships: Sequence[str]) -> None:
    if not townships:
        raise Invalid("storm_area", field="townships")


def _here(townships: Sequence[str]) -> Select[tuple[object, ...]]:
    return select(CLOCKS).where(C.township_code.in_(townships)).order_by(C.id).with_for_update()


def _book(chosen: Select[tuple[object, ...]]) -> Book:
    rows = db.session.execute(chosen)
    return Book((held(row) for row in rows), worktime.calendar())


def _note(
    action: str, townships: Sequence[str], *, warning: str, count: int, by: Actor, now: datetime
) -> None:
    audit.record(
        actor=by.key, action=action, subject="clocks", now=now,
        detail={"townships": list(townships), "warning": warning, "clocks": count},
    )  # fmt: skip
