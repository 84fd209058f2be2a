"""Object to a rejection, once and within 30 days; a supervisor who had no part in it answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import queries as case_queries
from app.cases import service as cases
from app.cases.models import Case
from app.cases.queries import CaseView
from app.cases.workflow import Move, State
from app.core.db import db
from app.core.errors import NotFound, Refused, Stale
from app.core.events import announce
from app.feedback import wishes
from app.feedback.events import ObjectionDecided, ObjectionRaised
from app.feedback.models import Objection
from app.feedback.rules import RequestState
from app.intake import queries as intake
from app.worktime import queries as worktime
from app.worktime.rules import Unit, due

DAYS = 30
"""Natural days after the rejection in which it may be objected to (domain.md §5, move 4)."""
ANSWER_IN = 2
"""Working days in which the supervisor answers (decision 29)."""
NO_LONGER_REJECTED = {
    "exclusion": None, "exclusion_by": None, "reject_proposed_by": None, "reject_reason": None,
    "reject_note": "",
}  # fmt: skip


def until(case: CaseView) -> datetime | None:
    """Return the last moment at which a rejected case may be objected to."""
    if case.state is not State.REJECTED:
        return None
    rejected = [step.at for step in case_queries.steps(case.id) if step.move is Move.REJECT]
    return due(rejected[-1], DAYS, Unit.ND, worktime.calendar()).at if rejected else None


def may_object(report_id: int, case: CaseView, *, now: datetime) -> bool:
    """Say whether this reporter may object now: once, while the time runs."""
    last = until(case)
    return last is not None and now <= last and of_report(report_id) is None


def raise_objection(report_id: int, *, reason: str, now: datetime) -> int:
    """Object to the rejection of one's report; return the objection's id.

    Raises Invalid (no words, too many), Refused `objection_not_open`, Stale `objected_before`.
    """
    words = wishes.words_of(reason, missing="objection_words")
    audit.take_turn()  # two clicks at the same moment are one objection
    report = intake.by_id(report_id)
    case = case_queries.leading(report.case_id)
    if of_report(report_id) is not None:
        raise Stale("objected_before")
    last = until(case)
    if last is None or now > last or report.withdrawn_at is not None:
        raise Refused("objection_not_open", number=case.number)
    row = Objection(
        report_id=report_id, case_id=case.id, reason=words, asked_at=now,
        due_at=due(now, ANSWER_IN, Unit.WD, worktime.calendar()).at, state=RequestState.OPEN,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(actor="reporter", action="report.objected", subject=f"report:{report_id}", now=now)
    announce(ObjectionRaised(objection_id=row.id, case_id=case.id, now=now))
    return row.id


def decide(objection_id: int, *, uphold: bool, answer: str, by: Actor, now: datetime) -> None:
    """Uphold an objection, so that the case is taken up again, or refuse it with words (move 4).

    Upholding answers the other objections to the case as well. Raises NotFound, Invalid,
    Forbidden `objection_own` (who proposed or approved the rejection), Stale.
    """
    row = db.session.get(Objection, objection_id)
    if row is None:
        raise NotFound("no_such_objection")
    words = wishes.answer_of(answer)
    case = cases.get(row.case_id)
    rejecters = filter(None, (case.exclusion_by, case.reject_proposed_by))
    wishes.must_be_other(rejecters, by, key="objection_own")
    others = wishes.waiting(Objection, case.id, Objection.id != objection_id) if uphold else []
    for one in (row, *others):
        _answer(one, uphold=uphold, answer=words, by=by, now=now)
    if uphold:
        cases.move(
            case.id, Move.UPHOLD_OBJECTION, by=by.key, now=now, note=answer,
            facts={"objection_id": objection_id}, changes=NO_LONGER_REJECTED,
        )  # fmt: skip


def _answer(row: Objection, *, uphold: bool, answer: str, by: Actor, now: datetime) -> None:
    objection_id, report_id, case_id = row.id, row.report_id, row.case_id
    wishes.settle(row, uphold=uphold, answer=answer, by=by, now=now, word="objection")
    announce(
        ObjectionDecided(
            objection_id=objection_id, report_id=report_id, case_id=case_id, upheld=uphold,
            by=by.key, now=now,
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionView:
    """An objection with its case and the reason of the rejection; no reporter in it."""

    id: int
    report_id: int
    case_id: int
    number: str
    place_words: str
    reject_reason: str | None
    reject_note: str
    reason: str
    asked_at: datetime
    due_at: datetime
    state: RequestState
    answer: str


OF_CASE = ("number", "place_words", "reject_reason", "reject_note")
NAMES = tuple(name for name in ObjectionView.__dataclass_fields__ if name not in OF_CASE)


def waiting() -> list[ObjectionView]:
    """Return the objections that wait for an answer, the nearest due first."""
    return _rows(Objection.state == RequestState.OPEN)


def of_report(report_id: int) -> ObjectionView | None:
    """Return the objection of a report: there is one at most."""
    found = _rows(Objection.report_id == report_id)
    return found[0] if found else None


def _rows(wanted: ColumnElement[bool]) -> list[ObjectionView]:
    rows = db.session.execute(
        select(
            *(getattr(Objection, name) for name in NAMES),
            *(getattr(Case, name) for name in OF_CASE),
        )
        .join(Case, Case.id == Objection.case_id)
        .where(wanted)
        .order_by(Objection.due_at, Objection.id)
    )
    return [ObjectionView(**row._mapping) for row in rows]
