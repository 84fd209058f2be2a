"""Let a case rest: its unit asks, a leader approves, it goes on by hand or at the cap (move 18)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, update

from app.accounts.queries import Actor
from app.accounts.queries import get as staff
from app.audit import service as audit
from app.cases import service as cases
from app.cases.models import Case
from app.cases.workflow import MOVES, Move, State
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Refused, Stale
from app.core.reasons import reason_of
from app.sla import pausing, policy_book
from app.sla.kinds import PauseReason, SuspensionState
from app.sla.models import Suspension
from app.worktime import queries as worktime
from app.worktime.calendar import local

BATCH = 200
REASONS = (PauseReason.LAB_REPORT, PauseReason.JUDICIAL, PauseReason.DISASTER)
RENEWABLE = frozenset({PauseReason.JUDICIAL})
"""What may be asked again while the case rests (domain.md §4.1)."""
RESTABLE = MOVES[Move.SUSPEND].sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Why a case is to rest, what shows it, and on which day it is looked at again."""

    reason: PauseReason
    words: str
    evidence: str
    review_on: date | None


def ask(case_id: int, wish: Wish, *, by: Actor, now: datetime) -> int:
    """Ask to let a case rest; return the request's id.

    Raises Invalid (words, evidence, the day), Refused `not_restable`, Stale `suspension_asked`.
    """
    audit.take_turn()  # two requests at the same moment are one
    case = cases.get(case_id)
    _must_rest(case, wish.reason)
    review_on = _check(wish, now=now)
    if _rows(Suspension.case_id == case_id, Suspension.state == SuspensionState.OPEN):
        raise Stale("suspension_asked")
    row = Suspension(
        case_id=case_id, reason=wish.reason, words=wish.words.strip(),
        evidence=wish.evidence.strip(), review_on=review_on, state=SuspensionState.OPEN,
        asked_by=by.staff_id, asked_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _note("asked", case, by.key, now, reason=str(wish.reason), evidence=row.evidence)
    return row.id


def _must_rest(case: Case, reason: PauseReason) -> None:
    """Refuse what cannot rest now; a judicial pause is renewed while the case still rests."""
    again = case.state is State.SUSPENDED and reason in RENEWABLE
    if case.state not in RESTABLE and not again:
        raise Refused("not_restable", number=case.number)


def _check(wish: Wish, *, now: datetime) -> date:
    if wish.reason not in REASONS:
        raise Invalid("pause_reason", field="reason")
    reason_of(wish.words, "pause_words", field="words")
    if not wish.evidence.strip():
        raise Invalid("pause_evidence", field="evidence")
    last = local(cap(wish.reason, now)).date()
    if wish.review_on is None or not local(now).date() < wish.review_on <= last:
        raise Invalid("review_on", field="review_on", last=last.isoformat())
    return wish.review_on


def cap(reason: PauseReason, now: datetime) -> datetime:
    """Return the latest end of a rest that begins now."""
    return pausing.cap_of(policy_book.in_force(now), reason, now, worktime.calendar(now=now))


def take_back(case_id: int, *, by: Actor, now: datetime) -> None:
    """Withdraw one's own request before it is decided. Raises Stale."""
    won = claim(
        update(Suspension)
        .where(
            Suspension.case_id == case_id, Suspension.state == SuspensionState.OPEN,
            Suspension.asked_by == by.staff_id,
        )
        .values(state=SuspensionState.TAKEN_BACK, ended_at=now, ended_by=by.key)
    )  # fmt: skip
    if not won:
        raise Stale("already_decided")
    _note("taken_back", cases.get(case_id), by.key, now)


def decide(suspension_id: int, *, grant: bool, answer: str, by: Actor, now: datetime) -> None:
    """Let a case rest, or not; never by who asked for it (domain.md §11).

    Raises NotFound, Forbidden, Invalid, Stale (decided, or the case has moved on).
    """
    row = db.session.get(Suspension, suspension_id)
    if row is None:
        raise NotFound("no_such_suspension")
    if by.is_same_person(staff(row.asked_by)):
        raise Forbidden("second_person")
    if not grant and not answer.strip():
        raise Invalid("reason_missing", field="answer")
    case, until = cases.get(row.case_id), cap(row.reason, now)
    won = claim(
        update(Suspension)
        .where(Suspension.id == suspension_id, Suspension.state == SuspensionState.OPEN)
        .values(
            state=SuspensionState.GRANTED if grant else SuspensionState.REFUSED,
            decided_by=by.staff_id, decided_at=now, answer=answer.strip(),
            until=until if grant else None,
        )
    )  # fmt: skip
    if not won:
        raise Stale("already_decided")
    _note("granted" if grant else "refused", case, by.key, now, answer=answer.strip())
    if grant:
        _rest(row, case, until=until, by=by, now=now)


def _rest(row: Suspension, case: Case, *, until: datetime, by: Actor, now: datetime) -> None:
    """Suspend the case; a renewed rest ends the one before at the same moment."""
    if case.state is State.SUSPENDED:
        _end(case.id, by=by.key, now=now, but=row.id)
        cases.move(case.id, Move.RESUME, by=by.key, now=now)
    facts = {
        "suspension_id": row.id, "code": str(row.reason), "until": until.isoformat(),
        "review_on": row.review_on.isoformat(),
    }  # fmt: skip
    cases.move(case.id, Move.SUSPEND, by=by.key, now=now, note=row.words, facts=facts)


def resume(case_id: int, *, by: str, now: datetime) -> None:
    """Let a case go on; its clocks are due later by the time that it rested. Raises Stale."""
    _end(case_id, by=by, now=now)
    cases.move(case_id, Move.RESUME, by=by, now=now)


def _end(case_id: int, *, by: str, now: datetime, but: int = 0) -> None:
    db.session.execute(
        update(Suspension)
        .where(
            Suspension.case_id == case_id, Suspension.state == SuspensionState.GRANTED,
            Suspension.id != but,
        )
        .values(state=SuspensionState.OVER, ended_at=now, ended_by=by)
    )  # fmt: skip


def over_batch(now: datetime) -> int:
    """Let cases go on whose rest has reached its cap; return how many."""
    ids = db.session.scalars(
        select(Suspension.case_id)
        .join(Case, Case.id == Suspension.case_id)
        .where(
            Suspension.state == SuspensionState.GRANTED, Suspension.until < now,
            Case.state == State.SUSPENDED,
        )
        .order_by(Suspension.until)
        .limit(BATCH)
    ).all()  # fmt: skip
    return sum(_go_on(case_id, now=now) for case_id in ids)


def _go_on(case_id: int, *, now: datetime) -> int:
    try:
        resume(case_id, by="system", now=now)
    except Stale:  # somebody let it go on at this very moment
        return 0
    return 1


def _note(what: str, case: Case, actor: str, now: datetime, **detail: str) -> None:
    audit.record(
        actor=actor, action=f"suspension.{what}", subject=f"case:{case.number}", now=now,
        detail=detail,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionView:
    """A request to let a case rest, as pages read it."""

    id: int
    case_id: int
    number: str
    place_words: str
    reason: PauseReason
    words: str
    evidence: str
    review_on: date
    state: SuspensionState
    asked_by: int
    asked_at: datetime
    decided_at: datetime | None
    answer: str
    until: datetime | None
    ended_at: datetime | None


OF_CASE = ("number", "place_words")
NAMES = tuple(name for name in SuspensionView.__dataclass_fields__ if name not in OF_CASE)


def waiting() -> list[SuspensionView]:
    """Return the requests that wait for a leader, oldest first."""
    return _rows(Suspension.state == SuspensionState.OPEN)


def resting() -> list[SuspensionView]:
    """Return the cases that rest, the next one to be looked at again first."""
    found = _rows(Suspension.state == SuspensionState.GRANTED, Case.state == State.SUSPENDED)
    return sorted(found, key=lambda row: row.review_on)


def of_case(case_id: int) -> list[SuspensionView]:
    """Return the requests of a case, the newest first."""
    return _rows(Suspension.case_id == case_id)[::-1]


def _rows(*wanted: ColumnElement[bool]) -> list[SuspensionView]:
    rows = db.session.execute(
        select(
            *(getattr(Suspension, name) for name in NAMES),
            *(getattr(Case, name) for name in OF_CASE),
        )
        .join(Case, Case.id == Suspension.case_id)
        .where(*wanted)
        .order_by(Suspension.asked_at, Suspension.id)
    )
    return [SuspensionView(**row._mapping) for row in rows]
