"""Supervision orders (督办单): issued by a supervisor or by the sweep, answered by the unit."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from app.accounts.queries import Actor
from app.audit import service as audit
from app.cases import service as cases
from app.cases.models import Case
from app.core.db import claim, db
from app.core.errors import Forbidden, Invalid, NotFound, Stale
from app.core.events import announce
from app.supervision.events import Expired, OrderAnswered, OrderIssued
from app.supervision.models import SupervisionOrder
from app.supervision.rules import REPLY_WORKING_DAYS, OrderState
from app.worktime import queries as worktime
from app.worktime.rules import Unit, due

MAX_CASES = 50


def issue(case_ids: Sequence[int], *, requirement: str, by: Actor, now: datetime) -> list[int]:
    """Send one order for each case to the unit that has it; return their ids.

    Raises Invalid (no requirement, none or too many cases), NotFound.
    """
    if not requirement.strip():
        raise Invalid("requirement_missing", field="requirement")
    if not 0 < len(case_ids) <= MAX_CASES:
        raise Invalid("cases_missing", field="cases", most=MAX_CASES)
    return [
        _issue(
            cases.get(case_id),
            requirement.strip(),
            clock_id=None,
            by=by.key,
            staff_id=by.staff_id,
            now=now,
        )
        for case_id in dict.fromkeys(case_ids)
    ]


def issue_for_clock(clock: Expired, *, now: datetime) -> int | None:
    """Send the order that one working day without action brings; one open order a case will do."""
    case_id = clock.case_id
    waiting = select(SupervisionOrder.id).where(
        SupervisionOrder.case_id == case_id, SupervisionOrder.state == OrderState.OPEN
    )
    if db.session.scalar(waiting.limit(1)):
        return None
    case = cases.get(case_id)
    return _issue(
        case, str(clock.kind), clock_id=clock.clock_id, by="system", staff_id=None, now=now
    )


def _issue(
    case: Case, requirement: str, *, clock_id: int | None, by: str, staff_id: int | None,
    now: datetime,
) -> int:  # fmt: skip
    found = due(now, REPLY_WORKING_DAYS, Unit.WD, worktime.calendar(now=now))
    order = SupervisionOrder(
        case_id=case.id,
        clock_id=clock_id,
        requirement=requirement,
        unit_code=case.unit_code,
        township_code=case.township_code or "",
        staff_id=case.assignee_id,
        state=OrderState.OPEN,
        issued_by=staff_id,
        issued_at=now,
        reply_due_at=found.at,
    )
    db.session.add(order)
    case.supervised = True
    db.session.flush()
    audit.record(
        actor=by,
        action="order.issue",
        subject=f"case:{case.number}",
        now=now,
        detail={"order": order.id, "requirement": requirement, "clock": clock_id},
    )
    announce(
        OrderIssued(
            order_id=order.id,
            case_id=case.id,
            number=case.number,
            unit_code=case.unit_code,
            staff_id=case.assignee_id,
            actor=by,
            now=now,
        )
    )
    return order.id


def answer(order_id: int, *, reply: str, by: Actor, now: datetime) -> None:
    """Answer an order for its unit. Raises NotFound, Forbidden, Invalid, Stale."""
    order = db.session.get(SupervisionOrder, order_id)
    if order is None or not by.sees(order.township_code):
        raise NotFound("no_such_order")
    if order.issued_by == by.staff_id:
        raise Forbidden("second_person")
    if not reply.strip():
        raise Invalid("reply_missing", field="reply")
    case_id = order.case_id
    won = claim(
        update(SupervisionOrder)
        .where(SupervisionOrder.id == order_id, SupervisionOrder.state == OrderState.OPEN)
        .values(
            state=OrderState.ANSWERED, reply=reply.strip(), replied_by=by.staff_id, replied_at=now
        )
    )
    if not won:
        raise Stale("already_answered")
    audit.record(
        actor=by.key, action="order.answer", subject=f"order:{order_id}", now=now,
        detail={"case": case_id},
    )  # fmt: skip
    announce(OrderAnswered(order_id=order_id, case_id=case_id, by=by.key, now=now))
