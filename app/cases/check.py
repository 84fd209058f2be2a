"""The check by somebody else before a case closes (moves 13 and 14)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select

from app.accounts import queries as accounts
from app.accounts.queries import Actor
from app.cases import queries, service
from app.cases.events import CaseMoved
from app.cases.models import Case, CaseStep
from app.cases.workflow import Move
from app.core.db import db
from app.core.errors import Forbidden, Invalid, Refused
from app.places import queries as places

GIVEN_BY = (Move.ASSIGN, Move.GRANT_HANDBACK, Move.DEPARTMENT_RETURN)
"""Moves whose facts name who got the case; of the others the actor handled it."""
HANDLED_BY = (*GIVEN_BY, Move.ARRIVE, Move.HANDLE, Move.HANDLE_REMOTELY, Move.FEEDBACK)
JUDGED_BY = (Move.PASS_CHECK, Move.FAIL_CHECK, Move.CLOSE)
STAFF = "staff:"


def handlers(case_id: int) -> set[int]:
    """Return the staff ids of everybody who handled the matter in any round (`queries.matter`)."""
    return handlers_of([case_id])[case_id]


def handlers_of(case_ids: Collection[int]) -> dict[int, set[int]]:
    """Return who handled the matter of each of many cases, in two statements."""
    members = db.session.execute(
        select(Case.id, Case.merged_into_id)
        .where(or_(Case.id.in_(case_ids), Case.merged_into_id.in_(case_ids)))
    ).all()  # fmt: skip
    steps = db.session.execute(
        select(CaseStep.case_id, CaseStep.move, CaseStep.actor, CaseStep.facts)
        .where(CaseStep.case_id.in_([row.id for row in members]), CaseStep.move.in_(HANDLED_BY))
    )  # fmt: skip
    hands: dict[int, set[int]] = {row.id: set() for row in members}
    for step in steps:
        if step.move in GIVEN_BY:
            hands[step.case_id] |= {step.facts["staff_id"]} if step.facts.get("staff_id") else set()
        elif step.actor.startswith(STAFF):
            hands[step.case_id].add(int(step.actor.removeprefix(STAFF)))
    found: dict[int, set[int]] = {case_id: set() for case_id in case_ids}
    for row in members:
        for case_id in {row.id, row.merged_into_id} & found.keys():
            found[case_id] |= hands[row.id]
    return found


def parties(case_id: int) -> set[int]:
    """Return the staff ids of everybody who handled, checked or closed the matter in any round."""
    judges = db.session.scalars(
        select(CaseStep.actor).where(
            CaseStep.case_id.in_(queries.matter(case_id)), CaseStep.move.in_(JUDGED_BY),
            CaseStep.actor.startswith(STAFF),
        )
    )  # fmt: skip
    return handlers(case_id) | {int(actor.removeprefix(STAFF)) for actor in judges}


def must_be_other(case_id: int, checker: Actor) -> None:
    """Refuse a checker who handled the matter in any round (domain.md §5, move 13)."""
    if not others_work([case_id], checker):
        raise Forbidden("own_case")


def others_work(case_ids: Collection[int], checker: Actor) -> set[int]:
    """Return those of some cases that the checker did not handle, under any account."""
    hands = handlers_of(case_ids)
    people = accounts.by_ids(set().union(*hands.values()))
    own = {staff_id for staff_id, person in people.items() if checker.is_same_person(person)}
    return {case_id for case_id in case_ids if not hands[case_id] & own}


def pass_check(
    case_id: int, *, by: Actor, now: datetime, note: str = "",
    version: int | None = None,
) -> CaseMoved:  # fmt: skip
    """Let a handled case pass; its finding must be set. Raises Forbidden, Invalid, Stale."""
    must_be_other(case_id, by)
    if service.get(case_id).finding is None:
        raise Invalid("finding_missing", field="finding")
    return service.move(case_id, Move.PASS_CHECK, by=by.key, now=now, note=note, version=version)


def fail_check(
    case_id: int, *, by: Actor, now: datetime, note: str,
    version: int | None = None,
) -> CaseMoved:  # fmt: skip
    """Send a handled case back to its handler with a reason; the closure clock keeps running.

    What only a department handled goes to the worker on duty. Raises Refused `nobody_on_duty`.
    """
    must_be_other(case_id, by)
    case, changes = service.get(case_id), None
    if case.assignee_id is None:
        usual = places.on_duty(case.grid_code) if case.grid_code else None
        if usual is None:
            raise Refused("nobody_on_duty", number=case.number)
        changes = {"assignee_id": usual}
    return service.move(
        case_id, Move.FAIL_CHECK, by=by.key, now=now, note=note, changes=changes, version=version
    )
