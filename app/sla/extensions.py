"""More time on a clock: asked by its unit, granted by somebody else, once, before it expires."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from app.accounts.queries import Actor
from app.accounts.queries import get as staff
from app.audit import service as audit
from app.cases import service as cases
from app.cases.models import Case
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.core.events import announce
from app.sla.events import ExtensionGranted
from app.sla.kinds import ClockKind, EntryKind, ExtensionState
from app.sla.ledger import Book, Held, whole_seconds
from app.sla.models import Clock, Extension
from app.sla.rules import Entry
from app.worktime import queries as worktime
from app.worktime.calendar import local
from app.worktime.rules import Unit, due
from app.worktime.rules_spent import span

OUTER_AT_MOST = 60
"""Natural days by which an extension moves the legal limit of closure (浙江省信访条例 23)."""


def ask(clock_id: int, *, length: int, reason: str, by: Actor, now: datetime) -> int:
    """Ask for `length` more of the clock's own unit; return the request's id.

    Raises Invalid (no reason, longer than the limit itself), Refused `clock_expired`, Stale.
    """
    clock = _clock(clock_id)
    if not reason.strip():
        raise Invalid("reason_missing", field="reason")
    if not 1 <= length <= clock.length:
        raise Invalid("extension_length", field="length", most=clock.length)
    _must_run(clock, now)
    if db.session.scalar(select(Extension.id).where(Extension.clock_id == clock_id)):
        raise Stale("extension_once")
    row = Extension(
        clock_id=clock_id,
        case_id=clock.case_id,
        length=length,
        reason=reason.strip(),
        state=ExtensionState.OPEN,
        asked_by=by.staff_id,
        asked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        actor=by.key,
        action="clock.extension_asked",
        subject=f"clock:{clock_id}",
        now=now,
        detail={"length": length, "reason": reason.strip()},
    )
    return row.id


def decide(extension_id: int, *, grant: bool, answer: str, by: Actor, now: datetime) -> None:
    """Grant or refuse; never by who asked, never after the clock has expired.

    Raises NotFound, Forbidden, Invalid, Refused `clock_expired`, Stale.
    """
    request = db.session.get(Extension, extension_id)
    if request is None:
        raise NotFound("no_such_extension")
    clock_id, length, reason = request.clock_id, request.length, request.reason
    if by.is_same_person(staff(request.asked_by)):
        raise Forbidden("second_person")
    if not grant and not answer.strip():
        raise Invalid("reason_missing", field="answer")
    won = claim(
        update(Extension)
        .where(Extension.id == extension_id, Extension.state == ExtensionState.OPEN)
        .values(
            state=ExtensionState.GRANTED if grant else ExtensionState.REFUSED,
            decided_by=by.staff_id,
            decided_at=now,
            answer=answer.strip(),
        )
    )
    if not won:
        raise Stale("already_decided")
    audit.record(
        actor=by.key,
        action="clock.extension_granted" if grant else "clock.extension_refused",
        subject=f"clock:{clock_id}",
        now=now,
        detail={"length": length, "answer": answer.strip()},
    )
    if grant:
        _extend(clock_id, length, reason=reason, actor=by.key, now=now)


def _extend(clock_id: int, length: int, *, reason: str, actor: str, now: datetime) -> None:
    row = _clock(clock_id)
    _must_run(row, now)
    case = cases.get(row.case_id)
    book = Book.of_case(case.id, worktime.calendar(), number=case.number)
    clock = next(item for item in book.clocks if item.id == clock_id)
    old = _due_of(clock)
    line = Entry(kind=EntryKind.EXTEND, at=whole_seconds(now), reason=reason, actor=actor)
    new = _lengthen(book, clock, length, line)
    if clock.kind is ClockKind.CLOSURE:
        _extend_outer(book, clock.round, new, line)
    book.write()
    announce(
        ExtensionGranted(
            clock_id=clock_id,
            case_id=case.id,
            number=case.number,
            kind=clock.kind,
            old_due_at=old,
            new_due_at=new,
            actor=actor,
            now=now,
        )
    )


def _lengthen(book: Book, clock: Held, length: int, line: Entry) -> datetime:
    """Extend a clock by `length` of its own unit; return its new end."""
    old, unit = _due_of(clock), clock.present.unit
    found = due(old, length, unit, book.calendar)
    facts = {
        "by": length,
        "whole": clock.present.whole + span(old, length, unit, found.at),
        "provisional": found.provisional or clock.present.provisional,
    }
    book.note(clock, replace(line, due_at=found.at, facts=facts))
    return found.at


def _extend_outer(book: Book, number: int, until: datetime, line: Entry) -> None:
    """Move the legal limit as well where closure now ends behind it, as far as the law lets."""
    for outer in book.open((ClockKind.CLOSURE_OUTER,)):
        days = (local(until).date() - local(_due_of(outer)).date()).days
        spent = outer.present.extended or line.at > _due_of(outer)
        if outer.round == number and days > 0 and not spent:
            _lengthen(book, outer, min(days, OUTER_AT_MOST), line)


def _due_of(clock: Held) -> datetime:
    found = clock.present.due_at or clock.present.held_due_at
    assert found is not None
    return found


def _must_run(clock: Clock, now: datetime) -> None:
    late = clock.breached_at is not None or (clock.due_at is not None and now > clock.due_at)
    if clock.stopped_at is not None or late:
        raise Refused("clock_expired")


def _clock(clock_id: int) -> Clock:
    clock = db.session.get(Clock, clock_id, populate_existing=True)
    if clock is None:
        raise NotFound("no_such_clock")
    return clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionView:
    """A request for more time as pages read it; `due_at` is the clock's own end now."""

    id: int
    clock_id: int
    number: str
    place_words: str
    kind: ClockKind
    unit: Unit
    length: int
    reason: str
    state: ExtensionState
    due_at: datetime | None
    asked_by: int
    asked_at: datetime
    decided_at: datetime | None
    answer: str


def waiting() -> list[ExtensionView]:
    """Return the requests that wait for a decision, the nearest end first."""
    return _views(Extension.state == ExtensionState.OPEN)


def of_case(case_id: int) -> list[ExtensionView]:
    """Return every request on a case's clocks."""
    return _views(Extension.case_id == case_id)


def _views(wanted: ColumnElement[bool]) -> list[ExtensionView]:
    rows = db.session.execute(
        select(Extension, Clock.kind, Clock.unit, Clock.due_at, Case.number, Case.place_words)
        .join(Clock, Clock.id == Extension.clock_id)
        .join(Case, Case.id == Extension.case_id)
        .where(wanted)
        .order_by(Clock.due_at, Extension.id)
    )
    return [
        ExtensionView(
            id=row[0].id, clock_id=row[0].clock_id, number=row.number,
            place_words=row.place_words, kind=row.kind, unit=row.unit, length=row[0].length,
            reason=row[0].reason, state=row[0].state, due_at=row.due_at,
            asked_by=row[0].asked_by, asked_at=row[0].asked_at, decided_at=row[0].decided_at,
            answer=row[0].answer,
        )
        for row in rows
    ]  # fmt: skip
