"""Hand a case over to a department: its receipt, its feedback, or its return (moves 8 and 9)."""

from datetime import date, datetime

from sqlalchemy import update

from app.accounts import queries as accounts
from app.accounts.permissions import Role, Verb
from app.accounts.queries import Actor
from app.accounts.status import Status
from app.audit import service as audit
from app.cases import service as cases
from app.cases.models import Case
from app.cases.workflow import Move
from app.core.db import claim, db
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.events import announce
from app.core.reasons import reason_of
from app.media import service as media
from app.places import queries as places
from app.supervision.departments import WAITS, Department, HandOverState
from app.supervision.events import HandedOver, HandOverReceived
from app.supervision.models import HandOver
from app.worktime import queries as worktime
from app.worktime.rules import Unit, due

LEAST = 10
"""Characters of what one office tells another."""
RETURN_DAYS = 5
"""Working days from its receipt in which a department may return a case (信访工作条例 23)."""


def hand_over(
    case_id: int, *, department: Department, matter: str, by: Actor, now: datetime,
    feedback_on: date | None = None, version: int | None = None,
) -> int:  # fmt: skip
    """Hand a case over with what it is about, never who told it; return the hand-over's id.

    `feedback_on` is the last day for the feedback where it is to come before the policy's own.
    The closure and the first reply to the reporter go on: no hand-over pauses them (domain.md
    §4.1). Raises Invalid (the matter is missing, the day cannot be), Stale.
    """
    reason_of(matter, "matter_missing", field="matter", least=LEAST)
    row = HandOver(
        case_id=case_id, department=department, matter=matter.strip(), state=HandOverState.OPEN,
        handed_by=by.staff_id, handed_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    day = {} if feedback_on is None else {"feedback_on": feedback_on.isoformat()}
    moved = cases.move(
        case_id, Move.HAND_OVER, by=by.key, now=now, note=matter, version=version,
        facts={"hand_over_id": row.id, "unit_code": str(department)} | day,
    )  # fmt: skip
    people = accounts.holding(Role.DEPARTMENT, area=department)
    announce(
        HandedOver(
            hand_over_id=row.id, case_id=case_id, number=moved.number,
            staff_ids=tuple(person.staff_id for person in people), now=now,
        )
    )  # fmt: skip
    return row.id


def receive(hand_over_id: int, *, paper: str, by: Actor, now: datetime) -> None:
    """Note that the department has it; a dispatcher names the paper that shows it.

    Raises NotFound, Invalid, Stale.
    """
    row = find(hand_over_id, by)
    case_id = row.case_id
    _needs_paper(paper, by, field="paper")
    won = claim(
        update(HandOver)
        .where(HandOver.id == hand_over_id, HandOver.state == HandOverState.OPEN)
        .values(
            state=HandOverState.RECEIVED, received_by=by.staff_id, received_at=now,
            received_paper=paper.strip(),
        )
    )  # fmt: skip
    if not won:
        raise Stale("hand_over_changed")
    audit.record(
        actor=by.key, action="hand_over.received", subject=f"hand_over:{hand_over_id}", now=now,
        detail={"paper": paper.strip()},
    )  # fmt: skip
    announce(HandOverReceived(case_id=case_id, by=by.key, now=now))


def feed_back(
    hand_over_id: int, *, words: str, paper: str, by: Actor, now: datetime,
    photo_ids: tuple[str, ...] = (), draft_key: str = "",
) -> None:  # fmt: skip
    """Take in what the department did, with what shows it: its paper, photos of the draft.

    Somebody checks it then.

    Raises NotFound, Invalid, Stale.
    """
    row = find(hand_over_id, by)
    reason_of(words, "feedback_missing", field="words", least=LEAST)
    if not paper.strip():
        raise Invalid("paper_missing", field="paper")
    _end(row, HandOverState.ANSWERED, words=words, paper=paper, by=by, now=now)
    media.hold(photo_ids, draft_key=draft_key, holder_kind="hand_over", holder_id=hand_over_id)
    facts = {"hand_over_id": hand_over_id, "paper": paper.strip(), "photos": len(photo_ids)}
    cases.move(row.case_id, Move.FEEDBACK, by=by.key, now=now, note=words, facts=facts)


def give_back(hand_over_id: int, *, words: str, paper: str, by: Actor, now: datetime) -> None:
    """Take a case back that is not the department's, within 5 working days of its receipt.

    Raises NotFound, Invalid, Refused `department_return_late`, Stale.
    """
    row = find(hand_over_id, by)
    reason_of(words, "return_reason", field="words", least=LEAST)
    _needs_paper(paper, by, field="paper")
    last = return_until(row.received_at or row.handed_at)
    if now > last:
        raise Refused("department_return_late", until=last)
    _end(row, HandOverState.RETURNED, words=words, paper=paper, by=by, now=now)
    _assign_again(row, words=words, by=by, now=now)


def call_back(hand_over_id: int, *, words: str, by: Actor, now: datetime) -> None:
    """Undo a hand-over that went to the wrong place, as long as nobody there has received it.

    Raises NotFound, Invalid, Stale.
    """
    row = find(hand_over_id, by)
    if not words.strip():
        raise Invalid("reason_missing", field="words")
    if row.state is not HandOverState.OPEN:
        raise Stale("hand_over_changed")
    _end(row, HandOverState.CALLED_BACK, words=words, paper="", by=by, now=now)
    _assign_again(row, words=words, by=by, now=now)


def return_until(received_at: datetime) -> datetime:
    """Return the last moment at which a department may return a case."""
    return due(received_at, RETURN_DAYS, Unit.WD, worktime.calendar()).at


def find(hand_over_id: int, by: Actor) -> HandOver:
    """Return a hand-over that this person may work on: a department only its own.

    Raises NotFound, as if there were none (domain.md §11).
    """
    row = db.session.get(HandOver, hand_over_id)
    if row is None or not (by.may(Verb.CASE_HAND_OVER) or by.area_code == row.department):
        raise NotFound("no_such_hand_over")
    return row


def _needs_paper(paper: str, by: Actor, *, field: str) -> None:
    """Ask who writes for a department for the paper that shows it."""
    if by.may(Verb.CASE_HAND_OVER) and not paper.strip():
        raise Invalid("paper_missing", field=field)


def _end(
    row: HandOver, state: HandOverState, *, words: str, paper: str, by: Actor, now: datetime
) -> None:
    won = claim(
        update(HandOver)
        .where(HandOver.id == row.id, HandOver.state.in_(WAITS))
        .values(
            state=state, ended_by=by.staff_id, ended_at=now, words=words.strip(),
            paper=paper.strip(),
        )
    )  # fmt: skip
    if not won:
        raise Stale("hand_over_changed")
    audit.record(
        actor=by.key, action=f"hand_over.{state}", subject=f"hand_over:{row.id}", now=now,
        detail={"paper": paper.strip()},
    )  # fmt: skip


def _assign_again(row: HandOver, *, words: str, by: Actor, now: datetime) -> None:
    """Give the case to a worker of ours again: who had it, else who is on duty in the grid."""
    case = cases.get(row.case_id)
    worker = _worker(case)
    if worker is None:
        raise Refused("nobody_for_return", number=case.number)
    cases.move(
        case.id, Move.DEPARTMENT_RETURN, by=by.key, now=now, note=words,
        facts={"hand_over_id": row.id, "staff_id": worker.staff_id},
        changes={"assignee_id": worker.staff_id, "unit_code": worker.area_code},
    )  # fmt: skip


def _worker(case: Case) -> Actor | None:
    usual = places.on_duty(case.grid_code) if case.grid_code else None
    known = [accounts.get(one) for one in (case.assignee_id, usual) if one]
    for person in known:
        if person is not None and person.active and person.status is Status.WORKING:
            return person
    return None
